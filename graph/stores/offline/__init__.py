"""A Neo4j that was never started, filled through its own offline importer."""

from graph.stores.offline.importer import Admin, OfflineError
from graph.stores.offline.store import OfflineStore

__all__ = ["Admin", "OfflineError", "OfflineStore"]
