"""An external Neo4j is killed under write load: minutes of it, so only with AMITY_TEST_SOAK=1."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from settings import Settings
from tests.faults.service import Service
from tests.faults.test_kills import SOAK, campaign
from tests.servers.neo4j import own_neo4j

__test__ = SOAK
pytestmark = pytest.mark.anyio


@pytest.mark.server("neo4j", "cache")
async def test_every_acknowledged_write_survives_the_kill_of_neo4j(tmp_path: Path) -> None:
    """Its own supervisor starts it again; how long the service took after it answered."""
    with own_neo4j() as neo4j:
        settings = Settings(
            data_dir=tmp_path,
            cache_mb=64,
            graph_url=neo4j.server.url,
            graph_user=neo4j.server.user,
            graph_password=neo4j.server.password,
        )
        with Service(settings) as service:

            def kill() -> float:
                neo4j.kill()
                neo4j.start()
                neo4j.wait_ready()
                return service.whole_again()

            names = [name for name in service.names() if name.startswith("api")]
            kills = {name: partial(service.kill, name) for name in names}
            await campaign(service, {"neo4j": kill, **kills})
