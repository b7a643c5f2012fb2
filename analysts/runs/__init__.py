"""Runs of algorithms: a snapshot of the graph, what is computed on it, what becomes of it."""
