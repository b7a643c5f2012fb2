"""The embedded graph server: ArcadeDB with its Bolt plugin, on the Java runtime it brings along."""

from __future__ import annotations

import http.client
import importlib.util
import json
import socket
from base64 import b64encode
from pathlib import Path

from graph.stores.embedded.program import Program, ServersError

DATABASE = "amity"
# What the collector writes into the server's folder; whoever serves analysts reads it.
COLLECTOR_LOG = "log/collector.log"
USER = "root"
MIB = 1 << 20
ANSWER_SECONDS = 2.0
# "Which of these versions of Bolt do you speak?" A server that speaks any names it.
BOLT_HELLO = bytes.fromhex("6060b017 00000404 00000004 00000000 00000000")


def arcadedb(home: Path, password: Path, bolt: int, http_port: int, heap_mb: int) -> Program:
    for name in ("log", "data", "config", "backups"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = [
        f"-Darcadedb.{name}={value}"
        for name, value in _options(home, bolt, http_port, heap_mb).items()
    ]
    package = _package()
    return Program(
        name="graph",
        command=(
            str(package / "jre" / "bin" / "java"),
            f"-Xmx{heap_mb}m",
            "-XX:+UseSerialGC",
            f"-Xlog:gc:{COLLECTOR_LOG}:none:filecount=1,filesize=1m",
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
        answers=lambda: _answers(bolt, http_port, password),
    )


def _options(home: Path, bolt: int, http_port: int, heap_mb: int) -> dict[str, object]:
    return {
        "server.rootPath": home,
        "server.databaseDirectory": home / "data",
        "server.defaultDatabases": f"{DATABASE}[{USER}]",
        # Both listeners take all interfaces unless told otherwise.
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": http_port,
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
        # What statements sort, group and collect, all together; pages take another quarter.
        "queryMaxHeapRAM": heap_mb * 2 // 5,
        "polyglotEngineEnabled": "false",
    }


def _answers(bolt: int, http_port: int, password: Path) -> bool:
    """An open port is not health: ask a question, of the database itself.

    Over HTTP, because the driver for Bolt takes longer to import than the server to start.
    """
    try:
        return _speaks_bolt(bolt) and _knows_one(http_port, password)
    except (OSError, http.client.HTTPException):
        return False


def _speaks_bolt(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as server:
        server.sendall(BOLT_HELLO)
        return any(server.recv(4))


def _knows_one(port: int, password: Path) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        credentials = b64encode(f"{USER}:{password.read_text()}".encode()).decode()
        connection.request(
            "POST",
            f"/api/v1/query/{DATABASE}",
            json.dumps({"language": "sql", "command": "SELECT 1 AS one"}),
            {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        return answer.status == http.client.OK and b'"one":1' in answer.read()
    finally:
        connection.close()


def _package() -> Path:
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise ServersError(
            "There is no embedded graph server for this platform: set AMITY_GRAPH_URL to a Neo4j."
        )
    return Path(spec.origin).parent
