"""Pure methods: no Django, no I/O beyond files they are given."""
