"""Settings are read once, refuse what they can't use by name, and keep secrets to themselves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from keys import load_keys
from settings import Settings, SettingsError, described, variable

LONG = "a-secret-that-is-long-enough-to-be-one"


def test_nothing_set_means_embedded_servers_on_loopback() -> None:
    settings = Settings.read({})
    assert (settings.graph_url, settings.cache_url) == ("embedded:", "embedded:")
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.celebrity_followers == 10_000
    assert settings.budget_per_minute is None


def test_values_are_typed() -> None:
    settings = Settings.read(
        {"AMITY_PORT": "0", "AMITY_STATEMENT_SECONDS": "2.5", "AMITY_DATA_DIR": "/srv/amity"}
    )
    assert settings.port == 0
    assert settings.statement_seconds == 2.5
    assert settings.data_dir == Path("/srv/amity")


def test_what_is_not_ours_is_left_alone() -> None:
    env = {"AMITY_TEST_ANYTHING": "1", "AMITY_URL": "http://x", "AMITY_TOKEN": "t", "HOME": "/"}
    assert Settings.read(env) == Settings.read({})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("AMITY_PRT", "1", "AMITY_PRT is no setting of Amity. Did you mean AMITY_PORT?"),
        ("AMITY_URLS", "x", "AMITY_URLS is no setting of Amity."),
        ("AMITY_PORT", "http", 'AMITY_PORT is "http", which can\'t be used: it must be'),
        ("AMITY_PORT", "65536", "must be a whole number from 0 to 65535"),
        ("AMITY_PORT", "-1", "must be a whole number from 0 to 65535"),
        ("AMITY_PORT", "٣", "must be a whole number from 0 to 65535"),
        ("AMITY_WORKERS", "0", "must be a whole number from 1 to 256"),
        ("AMITY_STATEMENT_SECONDS", "nan", "must be a number of seconds from 0.1 to 600"),
        ("AMITY_STATEMENT_SECONDS", "soon", "must be a number of seconds from 0.1 to 600"),
        ("AMITY_CONSUME_EVENTS", "yes", "must be one of off, on"),
        ("AMITY_LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("AMITY_HOST", " ", "AMITY_HOST is empty"),
        ("AMITY_GRAPH_URL", "http://here", "must be embedded: or a URL with bolt://"),
        ("AMITY_GRAPH_URL", "bolt://", "must be embedded: or a URL with bolt://"),
        ("AMITY_CACHE_URL", "redis://here:port", "must be embedded: or a URL with redis://"),
        ("AMITY_JWT_JWKS_URL", "embedded:", "must be a URL with https://"),
        ("AMITY_BUDGET_PER_MINUTE", "off", "must be a whole number"),
    ],
)
def test_a_bad_value_is_named_in_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({name: value})
    assert sentence in str(refused.value)
    assert name in str(refused.value)
    assert str(refused.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMITY_SECRET", "hunter2"),
        ("AMITY_JWT_SECRET", "hunter2"),
        ("AMITY_GRAPH_URL", "ftp://alice:hunter2@here"),
        ("AMITY_CACHE_URL", "ftp://:hunter2@here"),
    ],
)
def test_a_bad_secret_is_named_and_not_told(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({name: value})
    assert name in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_two_kinds_of_token_keys_exclude_each_other() -> None:
    with pytest.raises(SettingsError, match="AMITY_JWT_SECRET and AMITY_JWT_JWKS_URL"):
        Settings.read({"AMITY_JWT_SECRET": LONG, "AMITY_JWT_JWKS_URL": "https://keys.example"})


def test_secrets_are_never_printed() -> None:
    secrets = {
        "AMITY_SECRET": LONG + "1",
        "AMITY_JWT_SECRET": LONG + "2",
        "AMITY_GRAPH_PASSWORD": LONG + "3",
        "AMITY_GRAPH_URL": f"bolt://here?{LONG}4",
        "AMITY_CACHE_URL": f"redis://:{LONG}5@here",
    }
    settings = Settings.read(secrets)
    assert LONG not in repr(settings)
    assert LONG not in str(settings)
    assert LONG not in f"{load_keys(settings)}"


def test_back_to_the_environment_and_again() -> None:
    env = {"AMITY_PORT": "1234", "AMITY_SECRET": LONG, "AMITY_CONSUME_EVENTS": "off"}
    settings = Settings.read(env)
    assert not settings.consume_events
    assert Settings.read(settings.env()) == settings


def test_every_setting_says_what_it_means() -> None:
    for field in described():
        assert len(field.metadata["about"]) > 15, variable(field)


# --- keys -----------------------------------------------------------------------------------------


def test_the_secret_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "deep" / "folder")
    keys = load_keys(settings)
    assert load_keys(settings) == keys
    [kept] = (tmp_path / "deep" / "folder").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(kept.read_text()) >= 32


def test_another_folder_has_another_secret(tmp_path: Path) -> None:
    here, there = (load_keys(Settings(data_dir=tmp_path / name)) for name in ("a", "b"))
    assert here.tokens != there.tokens


def test_each_use_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = load_keys(Settings(data_dir=tmp_path, secret=LONG))
    assert len({keys.tokens, keys.cursors, keys.pseudonyms, LONG.encode()}) == 4
    assert not list(tmp_path.iterdir()), "a given secret is not written down"


def test_a_given_token_key_is_used_as_it_is(tmp_path: Path) -> None:
    mine = load_keys(Settings(data_dir=tmp_path, secret=LONG, jwt_secret=LONG[::-1]))
    assert mine.tokens == LONG[::-1].encode()
    assert mine.cursors == load_keys(Settings(data_dir=tmp_path, secret=LONG)).cursors
