"""The command line: results alone on standard output, sentences on standard error, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from cli import VERBS, main
from keys import load_keys
from settings import Settings
from web.tokens import SharedSecret, Tokens


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AMITY_DATA_DIR", str(tmp_path))
    return tmp_path


def called_wrongly(argv: list[str]) -> int | str | None:
    with pytest.raises(SystemExit) as end:
        main(argv)
    return end.value.code


@pytest.mark.anyio
async def test_a_token_and_nothing_else_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "alice", "--scope", "user", "--scope", "analyst", "--ttl", "15m"]) == 0
    printed, noted = capsys.readouterr()
    token = printed.removesuffix("\n")
    assert "\n" not in token
    assert noted == ""
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 900
    keys = SharedSecret(load_keys(Settings(data_dir=folder)).tokens)
    who = await Tokens(keys, "amity", "amity").identify(f"Bearer {token}".encode())
    assert who
    assert who.subject == "alice"
    assert who.scopes == {"user", "analyst"}


def test_a_token_is_for_a_user_and_an_hour_unless_said_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["token", "bob"]) == 0
    claims = jwt.decode(capsys.readouterr().out.strip(), options={"verify_signature": False})
    assert claims["scope"] == "user"
    assert claims["exp"] - claims["iat"] == 3600


def test_no_token_of_ours_where_another_issuer_signs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMITY_JWT_JWKS_URL", "https://keys.example/jwks.json")
    assert main(["token", "alice"]) == 2
    printed, noted = capsys.readouterr()
    assert printed == ""
    assert "AMITY_JWT_JWKS_URL" in noted


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["fly"],
        ["token"],
        ["token", " alice"],
        ["token", "alice", "--ttl", "0h"],
        ["token", "alice", "--ttl", "soon"],
        ["token", "alice", "--ttl", "366d"],
        ["token", "alice", "--scope", "root"],
        ["serve", "now"],
    ],
)
def test_called_wrongly(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert called_wrongly(argv) == 2
    printed, noted = capsys.readouterr()
    assert printed == ""
    assert "usage: amity" in noted


@pytest.mark.parametrize(
    ("name", "value"), [("AMITY_WHATEVER", "1"), ("AMITY_PORT", "x"), ("AMITY_SECRET", "short")]
)
@pytest.mark.parametrize("argv", [["serve"], ["token", "alice"]])
def test_a_bad_setting_stops_every_verb(
    name: str,
    value: str,
    argv: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(name, value)
    assert main(argv) == 2
    printed, noted = capsys.readouterr()
    assert printed == ""
    assert noted.startswith(f"amity: {name}")


def test_a_flag_is_checked_like_its_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "http"]) == 2
    assert "AMITY_PORT" in capsys.readouterr().err


def test_servers_that_cannot_be_had(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "servers.json").write_text(json.dumps([]).rstrip("]"))
    assert main(["serve", "--port", "0"]) == 3
    assert "servers.json" in capsys.readouterr().err


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert called_wrongly(["--help"]) == 0
    helped = capsys.readouterr().out
    for name in VERBS:
        assert name in helped


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_shows_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called_wrongly([name, "--help"]) == 0
    assert f"example:\n  amity {name}" in capsys.readouterr().out
