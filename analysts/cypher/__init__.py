"""Cypher that only reads: what may be asked, how much of it, and what comes back."""
