"""The default stores, started and stopped by us: ArcadeDB over Bolt, and Valkey."""

from graph.stores.embedded.folder import Folder
from graph.stores.embedded.program import Child, Identity, Program, ServersError
from graph.stores.embedded.servers import (
    Connection,
    attach,
    connection,
    demo_mark,
    needs_servers,
    own,
    owned_servers,
    programs,
    start,
)

__all__ = [
    "Child",
    "Connection",
    "Folder",
    "Identity",
    "Program",
    "ServersError",
    "attach",
    "connection",
    "demo_mark",
    "needs_servers",
    "own",
    "owned_servers",
    "programs",
    "start",
]
