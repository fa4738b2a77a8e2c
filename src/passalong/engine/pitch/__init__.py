"""Whether a kit reads as help or as a pitch. No Django."""
