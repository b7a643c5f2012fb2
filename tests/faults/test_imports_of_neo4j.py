"""Loader and Neo4j are killed during an import: minutes of it, so only with AMITY_TEST_SOAK=1."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings
from tests.faults.service import Service
from tests.faults.test_imports import CAMPAIGN_SECONDS, SOAK, ends_as_undisturbed
from tests.servers.neo4j import own_neo4j

__test__ = SOAK
pytestmark = pytest.mark.anyio


@pytest.mark.server("neo4j", "cache")
async def test_an_import_survives_the_kill_of_loader_and_neo4j(tmp_path: Path) -> None:
    """Its own supervisor starts Neo4j again."""
    with own_neo4j() as neo4j:
        settings = Settings(
            data_dir=tmp_path / "data",
            cache_mb=64,
            graph_url=neo4j.server.url,
            graph_user=neo4j.server.user,
            graph_password=neo4j.server.password,
        )

        def kill() -> None:
            neo4j.kill()
            neo4j.start()
            neo4j.wait_ready()

        with Service(settings, campaign_seconds=CAMPAIGN_SECONDS):
            await ends_as_undisturbed(settings, tmp_path, kill)
