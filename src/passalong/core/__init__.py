"""What every room stands on: scope, ids, clock, event log, revisions."""
