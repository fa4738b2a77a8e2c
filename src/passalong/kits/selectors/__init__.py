"""Named reads on kits."""
