"""`python -m tests.supervisor.run APP [COMMAND…]`: with an application of the tests."""

from __future__ import annotations

import sys

from graph.stores.embedded import ServersError
from settings import read_settings
from verbs.supervisor import Service, supervise

service = Service(
    app=sys.argv[1],
    announce=lambda url: print(f"ready {url}", flush=True),
    prepare=tuple(sys.argv[2:]) or None,
)
try:
    supervise(read_settings(), service)
except ServersError as wrong:
    sys.exit(f"{wrong}")
