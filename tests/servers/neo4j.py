"""A real Neo4j for tests: one that is there, one from Docker, or one from Maven.

In this order: `AMITY_TEST_NEO4J_URL` (with `_USER` and `_PASSWORD`), testcontainers where a
Docker engine answers, and the jars of Neo4j Community from Maven, kept in `.cache/servers`.
Where none of them works the tests skip, and say so in one line.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.stores.embedded.program import LEASH

VERSION = "5.26.30"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "servers" / "neo4j"
READY_SECONDS = 90
DOWNLOAD_SECONDS = 600

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>amity.tests</groupId><artifactId>neo4j</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.neo4j.assembly</groupId><artifactId>neo4j-community-standalone</artifactId>
    <version>{VERSION}</version><type>pom</type>
  </dependency></dependencies>
</project>
"""
TRANSACTION = "128m"  # of the heap, that one statement may hold
TRANSACTIONS = "320m"  # that all of them may
BOUNDS = (
    f"db.memory.transaction.max={TRANSACTION}",
    f"dbms.memory.transaction.total.max={TRANSACTIONS}",
)
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
JVM = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-XX:+DisableExplicitGC",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dfile.encoding=UTF-8",
    "-Dlog4j2.disable.jmx=true",
    "-XX:+ExitOnOutOfMemoryError",  # half alive it would fail tests that have nothing to do with it
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
)


@dataclass(frozen=True)
class Neo4jServer:
    url: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"


@contextmanager
def neo4j_server() -> Iterator[Neo4jServer]:
    """The first that can be had; skips the test where none can."""
    if url := os.environ.get("AMITY_TEST_NEO4J_URL"):
        yield _given(url)
    elif _docker_answers():
        with _from_docker() as server:
            yield server
    elif shutil.which("java") and (shutil.which("mvn") or _jars()):
        with _from_maven() as server:
            yield server
    else:
        pytest.skip("no AMITY_TEST_NEO4J_URL, no Docker engine, no Java with Maven")


def _given(url: str) -> Neo4jServer:
    user = os.environ.get("AMITY_TEST_NEO4J_USER", "neo4j")
    return Neo4jServer(url, user, os.environ.get("AMITY_TEST_NEO4J_PASSWORD", ""))


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        asked = subprocess.run([docker, "info"], capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


@contextmanager
def _from_docker() -> Iterator[Neo4jServer]:
    from testcontainers.neo4j import Neo4jContainer

    password = secrets.token_urlsafe(16)
    container = Neo4jContainer(f"neo4j:{VERSION}-community", password=password)
    container.with_env("NEO4J_db_memory_transaction_max", TRANSACTION)
    container.with_env("NEO4J_dbms_memory_transaction_total_max", TRANSACTIONS)
    with container.with_env("NEO4J_server_memory_heap_max__size", "512m"):
        yield Neo4jServer(container.get_connection_url(), "neo4j", password)


@contextmanager
def _from_maven() -> Iterator[Neo4jServer]:
    with own_neo4j() as own:
        yield own.server


@contextmanager
def own_neo4j() -> Iterator[OwnNeo4j]:
    """From Maven, whatever else is there: one to be killed."""
    with fresh_neo4j() as own:
        own.start()
        own.wait_ready()
        yield own


@contextmanager
def fresh_neo4j(*, bounded: bool = True) -> Iterator[OwnNeo4j]:
    """The same, not started yet. `bounded`: how much its transactions may hold, as in earnest."""
    if not _jars():
        if not (shutil.which("java") and shutil.which("mvn")):
            pytest.skip("no Java with Maven")
        _download()
    with tempfile.TemporaryDirectory(prefix="amity-neo4j-") as folder:
        home, password = Path(folder), secrets.token_hex(16)  # no `-` in front
        server = Neo4jServer(f"bolt://127.0.0.1:{_free_port()}", "neo4j", password)
        _configure(home, server, BOUNDS if bounded else ())
        (home / "lib").symlink_to(CACHE / "lib")
        own = OwnNeo4j(home, server)
        try:
            yield own
        finally:
            own.kill()  # its files go too: nothing has to be written out first


def _jars() -> bool:
    """The mark is written when all of them are there: a download may be cut off."""
    return (CACHE / "lib" / f".complete-{VERSION}").exists()


def _download() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "pom.xml").write_text(POM, encoding="utf-8")
    lib = CACHE / "lib"
    command = [
        "mvn",
        "-q",
        "-B",
        "-f",
        str(CACHE / "pom.xml"),
        "dependency:copy-dependencies",
        f"-DoutputDirectory={lib}",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"Maven could not fetch Neo4j {VERSION}: {done.stdout.strip()[:200]}")
    (lib / f".complete-{VERSION}").touch()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configure(home: Path, server: Neo4jServer, more: Iterable[str]) -> None:
    for name in ("conf", "data", "logs", "import", "plugins", "run"):
        (home / name).mkdir()
    address = server.url.removeprefix("bolt://")
    lines = (
        "server.default_listen_address=127.0.0.1",
        f"server.bolt.listen_address={address}",
        f"server.bolt.advertised_address={address}",
        "server.bolt.tls_level=DISABLED",
        "server.http.enabled=false",
        "server.https.enabled=false",
        f"server.directories.import={home / 'import'}",
        "server.memory.pagecache.size=128m",
        "dbms.usage_report.enabled=false",
        "client.allow_telemetry=false",
        "db.tx_log.rotation.retention_policy=1 files",
        *more,
    )
    (home / "conf" / "neo4j.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    admin = [*_java(), "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", server.password]
    where = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    subprocess.run(
        admin, env={**os.environ, **where}, capture_output=True, timeout=READY_SECONDS, check=True
    )


def _java(*options: str) -> list[str]:
    return [shutil.which("java") or "java", *options, "-cp", f"{CACHE / 'lib'}/*"]


class OwnNeo4j:
    """A process of our own, on one port and one folder however often it is started."""

    def __init__(self, home: Path, server: Neo4jServer) -> None:
        self.server = server
        self.home = self._home = home
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            # It ends with these tests, even where they are killed.
            *(sys.executable, "-I", "-S", str(LEASH), str(os.getpid())),
            *_java(*JVM),
            "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self._home}",
            f"--config-dir={self._home / 'conf'}",
        ]
        with (self._home / "out.log").open("wb") as log:
            # A session of its own: Ctrl-C reaches the tests, which then stop it.
            self._child = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def wait_ready(self) -> None:
        """An open port is not health: wait until a question is answered."""
        assert self._child
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._child.poll() is None:
            try:
                _ask(self.server)
                return
            except (DriverError, Neo4jError):
                time.sleep(0.3)
        said = (self._home / "out.log").read_text(encoding="utf-8", errors="replace")[-500:]
        raise RuntimeError(f"Neo4j did not start: {said}")

    def kill(self) -> None:
        """As `kill -9`."""
        if self._child is not None and self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()


def _ask(server: Neo4jServer) -> None:
    auth = (server.user, server.password)
    with GraphDatabase.driver(server.url, auth=auth) as driver, driver.session() as session:
        session.run("RETURN 1").consume()
