"""The graph over Bolt: Neo4j 5 and the embedded server, through the same Cypher."""

from graph.stores.bolt import driver  # noqa: F401 - before anything imports it
from graph.stores.bolt.store import BoltStore

__all__ = ["BoltStore"]
