"""`python -m tests.supervisor.run APP`: the supervisor with an application of the tests."""

from __future__ import annotations

import sys

from graph.stores.embedded import ServersError
from settings import read_settings
from verbs.supervisor import Service, supervise

try:
    supervise(read_settings(), Service(sys.argv[1], lambda url: print(f"ready {url}", flush=True)))
except ServersError as wrong:
    sys.exit(f"{wrong}")
