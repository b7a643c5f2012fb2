"""Timelines: what those one follows posted, pushed as it happens, trusted only when whole."""
