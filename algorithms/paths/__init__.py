"""Ways from one node to another: one question a file."""
