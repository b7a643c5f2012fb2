"""The whole port in plain dictionaries: the model that other stores are compared with."""

from graph.stores.memory.store import MemoryStore

__all__ = ["MemoryStore"]
