"""The graph over Bolt: Neo4j 5 and the embedded server, through the same Cypher."""

from graph.stores.bolt.store import BoltStore

__all__ = ["BoltStore"]
