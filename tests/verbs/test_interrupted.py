"""Ctrl-C is an end like any other, however early it comes."""

from __future__ import annotations

import pytest

import cli


def test_while_a_verb_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", interrupted)
    assert cli.main(["analyze", "pagerank"]) == 130
    assert capsys.readouterr().err == "amity: Interrupted.\n"
