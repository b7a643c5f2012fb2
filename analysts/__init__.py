"""The analysts' room: what may be asked in Cypher, how much of it, and what comes back."""
