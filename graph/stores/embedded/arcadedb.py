"""The embedded graph server: ArcadeDB with its Bolt plugin, on the Java runtime it brings along."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.stores.embedded.program import Program, ServersError

DATABASE = "amity"
USER = "root"
MIB = 1 << 20


def arcadedb(home: Path, password: Path, bolt: int, http: int, heap_mb: int) -> Program:
    for name in ("log", "data", "config", "backups"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = [f"-Darcadedb.{name}={value}" for name, value in _options(home, bolt, http).items()]
    package = _package()
    return Program(
        name="graph",
        command=(
            str(package / "jre" / "bin" / "java"),
            f"-Xmx{heap_mb}m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",  # no file of ours in the system's temp folder
            "-XX:+ExitOnOutOfMemoryError",  # the supervisor starts a fresh one
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            str(package / "jars" / "*"),
            f"-Darcadedb.server.rootPasswordPath={password}",
            *flags,
            "com.arcadedb.server.ArcadeDBServer",
        ),
        log=home / "console.log",
        folder=home,
        env={"LC_ALL": "C.UTF-8"},
        answers=lambda: _answers(bolt, password),
    )


def _options(home: Path, bolt: int, http: int) -> dict[str, object]:
    return {
        "server.rootPath": home,
        "server.databaseDirectory": home / "data",
        "server.defaultDatabases": f"{DATABASE}[{USER}]",
        # Both listeners take all interfaces unless told otherwise.
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": http,
        "server.httpBodyContentMaxSize": 256 * MIB,
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt.host": "127.0.0.1",
        "bolt.port": bolt,
        "bolt.maxMessageSize": 64 * MIB,
        "bolt.packstream.maxValueLength": 32 * MIB,
        "bolt.packstream.maxElements": 2_000_000,
        "opencypher.loadCsv.allowFileUrls": "false",
        "opencypher.loadCsv.allowRemoteUrls": "false",
        "txWalFlush": 1,  # an acknowledged write survives a kill
        # By default four statements that run away block everybody.
        "queryMaxConcurrent": 64,
        "polyglotEngineEnabled": "false",
    }


def _answers(bolt: int, password: Path) -> bool:
    """An open port is not health: ask a question, of the database itself."""
    try:
        with (
            GraphDatabase.driver(
                f"bolt://127.0.0.1:{bolt}",
                auth=(USER, password.read_text()),
                connection_timeout=2.0,
                connection_acquisition_timeout=2.0,
                max_transaction_retry_time=0,
            ) as driver,
            driver.session(database=DATABASE) as session,
        ):
            return bool(session.run("RETURN 1 AS one").single(strict=True)["one"] == 1)
    except (DriverError, Neo4jError, OSError):
        return False


def _package() -> Path:
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise ServersError(
            "There is no embedded graph server for this platform: set AMITY_GRAPH_URL to a Neo4j."
        )
    return Path(spec.origin).parent
