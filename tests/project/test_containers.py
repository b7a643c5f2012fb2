"""Dockerfile and docker-compose.yml agree with the settings; no engine is needed to see that."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import Settings, described, variable

ROOT = Path(__file__).parents[2]
SECRETS = {"AMITY_GRAPH_PASSWORD": "g", "CACHE_PASSWORD": "c", "AMITY_SECRET": "s" * 32}


def compose() -> str:
    return (ROOT / "docker-compose.yml").read_text()


def given(text: str) -> str:
    """What compose makes of `${NAME:-default}` and `${NAME:?complaint}`."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda m: SECRETS.get(m[1]) or m[2] or "", text
    )


def test_compose_sets_only_what_settings_can_read() -> None:
    env = dict(re.findall(r"^      (AMITY_\w+): (.*)$", compose(), re.M))
    settings = Settings.read({name: given(text) for name, text in env.items()})
    assert settings.graph_url == "bolt://neo4j:7687"
    assert settings.cache_url == "redis://:c@cache:6379/0"
    assert settings.secret == SECRETS["AMITY_SECRET"]


def test_compose_asks_for_every_secret_and_publishes_on_loopback_only() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", compose()))
    assert asked == set(SECRETS)
    published = re.findall(r'- "([^"]*:\d+)"', compose())
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_sets_only_what_settings_can_read() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    env = dict(re.findall(r"(AMITY_\w+)=(\S+)", dockerfile))
    settings = Settings.read(env)
    assert (settings.host, str(settings.data_dir)) == ("0.0.0.0", "/data")
    assert f"EXPOSE {settings.port}" in dockerfile
    assert f"127.0.0.1:{settings.port}/readyz" in dockerfile


def test_the_image_runs_as_nobody_special_from_what_exists() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER amity$", dockerfile, re.M)
    for source in re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.M):
        assert (ROOT / source).exists(), source


def test_every_setting_that_compose_needs_is_there() -> None:
    known = {variable(field) for field in described()}
    assert {name for name in SECRETS if name.startswith("AMITY_")} <= known


def test_docker_compose_reads_it(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose here")
    env = tmp_path / "env"
    env.write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    command = [docker, "compose", "--env-file", str(env), "config", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
