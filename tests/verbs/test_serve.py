"""`amity serve`: what is done before anything is served."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from graph.stores.embedded import demo_mark
from settings import Settings
from verbs import serve
from verbs.supervisor import Service


def loads_first(monkeypatch: pytest.MonkeyPatch, settings: Settings, *words: str) -> bool:
    asked: list[Service] = []
    monkeypatch.setattr(serve, "supervise", lambda settings, service: asked.append(service))
    form = argparse.ArgumentParser()
    serve.VERB.arguments(form)
    assert serve.VERB.run(form.parse_args(words), settings) == 0
    return asked[0].prepare is not None


def test_the_demo_is_loaded_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert not loads_first(monkeypatch, settings)
    assert loads_first(monkeypatch, settings, "--demo")
    mark = demo_mark(settings)
    assert mark is not None
    mark.parent.mkdir()
    mark.touch()
    assert not loads_first(monkeypatch, settings, "--demo")


def test_a_graph_of_somebody_elses_is_always_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, graph_url="bolt://there:7687")
    assert demo_mark(settings) is None
    assert loads_first(monkeypatch, settings, "--demo")
