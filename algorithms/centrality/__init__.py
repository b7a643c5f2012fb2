"""Who matters: one measure a file."""
