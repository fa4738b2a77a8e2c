"""People, organizations, households, affiliations, standing."""
