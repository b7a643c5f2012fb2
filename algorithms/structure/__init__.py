"""What the whole is like: one property a file."""
