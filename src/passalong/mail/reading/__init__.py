"""Reading mail that strangers wrote: bounded, linear, without network, without a database."""
