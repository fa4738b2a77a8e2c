"""Files into the database: people, wish lists, mail and calendars; and out again."""

from passalong.exchange.importing.command import import_from_command, undo_from_command

__all__ = ["import_from_command", "undo_from_command"]
