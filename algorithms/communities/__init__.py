"""Who belongs together: one way of saying it a file."""
