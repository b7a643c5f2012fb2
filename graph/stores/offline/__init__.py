"""A graph that is still empty, filled in one piece: by Neo4j's offline importer, or by the
embedded server's bulk endpoint."""

from graph.stores.offline.endpoint import EndpointStore
from graph.stores.offline.importer import Admin, OfflineError
from graph.stores.offline.store import OfflineStore

__all__ = ["Admin", "EndpointStore", "OfflineError", "OfflineStore"]
