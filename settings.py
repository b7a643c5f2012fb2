"""Every setting of Amity: one frozen object, read once from the environment.

A field `graph_url` is the variable `AMITY_GRAPH_URL`. Its metadata says what it means and how its
text is read (docs/settings.md is checked against it). Secrets stay out of `repr` and of messages.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, cast

from setting_texts import (
    EMBEDDED,
    Read,
    folder,
    long_secret,
    on_or_off,
    one_of,
    origins,
    seconds,
    url,
    whole,
)

PREFIX = "AMITY_"
# Read elsewhere: by tests, and by clients of a running Amity.
NOT_OURS = ("AMITY_URL", "AMITY_TOKEN")
TESTS = "AMITY_TEST_"

GRAPH_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CACHE_SCHEMES = ("redis", "rediss")


class SettingsError(ValueError):
    """A sentence for whoever starts Amity; it names the setting and never tells a secret."""


def _setting(default: Any, about: str, read: Read = str, secret: bool = False) -> Any:
    about = " ".join(about.split())
    metadata = {"about": about, "read": read, "secret": secret}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    graph_url: str = _setting(
        EMBEDDED,
        """where the graph is: `bolt://…` or `neo4j://…` (`+s`, `+ssc` for TLS); `embedded:` starts
        a server of our own""",
        url(GRAPH_SCHEMES, embedded=True),
        secret=True,  # a URL may carry a password
    )
    graph_user: str | None = _setting(None, "who logs in to an external graph")
    graph_password: str | None = _setting(None, "the password to log in with", secret=True)
    graph_database: str | None = _setting(None, "its database; none means the server's own default")
    graph_heap_mb: int = _setting(
        1024, "memory of the embedded graph's heap, in MiB", whole(256, 1 << 20)
    )
    cache_url: str = _setting(
        EMBEDDED,
        "`redis://…` or `rediss://…` (Redis or Valkey); `embedded:` starts one of our own",
        url(CACHE_SCHEMES, embedded=True),
        secret=True,
    )
    cache_mb: int = _setting(
        512, "memory of the embedded cache, in MiB; beyond it the oldest goes", whole(16, 1 << 20)
    )
    local_cache_mb: int = _setting(
        128, "memory of each process's own copy of hot lists, in MiB", whole(1, 1 << 20)
    )
    data_dir: Path = field(
        metadata={
            "about": "the embedded servers' files and our secret; the platform's data folder",
            "read": folder,
            "secret": False,
        }
    )
    jwt_secret: str | None = _setting(
        None,
        "key of HS256 tokens, at least 32 bytes; derived from `AMITY_SECRET`",
        long_secret,
        secret=True,
    )
    jwt_jwks_url: str | None = _setting(
        None,
        "where the keys of RS256 and ES256 tokens are published; HS256 is then refused",
        url(("https", "http")),
    )
    jwt_audience: str = _setting("amity", "the audience a token must be for")
    jwt_issuer: str = _setting("amity", "the issuer a token must come from")
    secret: str | None = _setting(
        None,
        """what cursors, pseudonyms and development tokens derive from, at least 32 bytes; made once
        in the data folder""",
        long_secret,
        secret=True,
    )
    celebrity_followers: int = _setting(
        10_000,
        "from here on posts are pulled, not pushed (500 in the demo)",
        whole(2, 1 << 31),
    )
    timeline_posts: int = _setting(
        1_000, "posts that a timeline keeps; the graph answers for older ones", whole(5, 100_000)
    )
    history_days: int = _setting(730, "days that an ended follow is remembered", whole(1, 36_500))
    budget_per_minute: int | None = _setting(
        None, "cost that one viewer may spend a minute; off unless set", whole(1, 1 << 40)
    )
    max_cost: int = _setting(50_000, "cost that one request may have", whole(1, 1 << 40))
    max_body_bytes: int = _setting(262_144, "size of a request's body", whole(1024, 1 << 30))
    max_concurrency: int = _setting(
        128, "requests that each process answers at once; more are shed", whole(1, 1 << 16)
    )
    request_seconds: float = _setting(15.0, "how long one may take in all", seconds(0.1, 600))
    max_sockets: int = _setting(
        10_000, "live connections that each process holds at once", whole(1, 1 << 20)
    )
    heartbeat_seconds: float = _setting(
        10.0,
        """how often live connections are looked after: expired tokens, people who are gone, inboxes
        that were lost""",
        seconds(0.1, 60),
    )
    inbox_entries: int = _setting(
        256, "events that an inbox keeps for whoever comes back within a day", whole(1, 10_000)
    )
    cors_origins: str | None = _setting(
        None,
        "origins whose pages may ask, with commas between them (`https://app.example`); none",
        origins,
    )
    statement_seconds: float = _setting(
        5.0, "how long one statement to the graph may take", seconds(0.1, 600)
    )
    analyze_seconds: float = _setting(
        600.0, "how long one algorithm may be estimated to take, and may take", seconds(1, 86_400)
    )
    analyze_memory_mb: int = _setting(
        4096, "memory that one algorithm may be estimated to need, in MiB", whole(64, 1 << 24)
    )
    analyst_seconds: float = _setting(
        60.0, "how long one question in Cypher may take through the API", seconds(0.1, 3600)
    )
    analyst_rows: int = _setting(
        100_000, "rows that its answer has at most; 10,000 unless asked for", whole(1, 1 << 30)
    )
    analyst_mb: int = _setting(64, "size of its answer at most, in MiB, about", whole(1, 1 << 16))
    analyst_running: int = _setting(
        2, "questions that run at once in each process; others wait their turn", whole(1, 1 << 10)
    )
    analyst_smallest: int | None = _setting(
        None,
        "aggregates of fewer people than this are left out; off unless set",
        whole(2, 1 << 20),
    )
    analyst_queries: Path | None = field(
        default=None,
        metadata={
            "about": "a folder of saved questions, each a `.cypher` file",
            "read": folder,
            "secret": False,
        },
    )
    consume_events: bool = _setting(
        True,
        "`on` or `off`: whether the processes that answer also consume events, or `amity worker`",
        on_or_off,
    )
    host: str = _setting("127.0.0.1", "the address to listen on")
    port: int = _setting(8000, "the port to listen on; 0 takes a free one", whole(0, 65535))
    workers: int = _setting(1, "processes that answer", whole(1, 256))
    log_level: str = _setting(
        "info",
        "`debug`, `info`, `warning` or `error`",
        one_of("debug", "info", "warning", "error"),
    )
    log_format: str = _setting("text", "`text` or `json`, on stderr", one_of("text", "json"))

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """What the environment says. Raises SettingsError for an unknown name or a bad value."""
        _refuse_unknown(env)
        values = {f.name: _value(f, env[name]) for f in described() if (name := variable(f)) in env}
        values.setdefault("data_dir", _platform_folder(env))
        if values.keys() >= {"jwt_secret", "jwt_jwks_url"}:
            raise SettingsError("AMITY_JWT_SECRET and AMITY_JWT_JWKS_URL exclude each other.")
        return cls(**values)

    def env(self) -> dict[str, str]:
        """Back to variables: what a process started by this one must be given."""
        values = {variable(f): getattr(self, f.name) for f in described()}
        return {name: _as_text(value) for name, value in values.items() if value is not None}


def described() -> tuple[Field[Any], ...]:
    return fields(Settings)


def variable(f: Field[Any]) -> str:
    return PREFIX + f.name.upper()


def _as_text(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else f"{value}"


def _value(f: Field[Any], text: str) -> Any:
    if not text.strip():
        raise SettingsError(f"{variable(f)} is empty: leave it out, or give it a value.")
    try:
        return cast(Read, f.metadata["read"])(text)
    except ValueError as wrong:
        said = "" if f.metadata["secret"] else f' is "{text}", which'
        raise SettingsError(f"{variable(f)}{said} can't be used: it must be {wrong}.") from None


def _refuse_unknown(env: Mapping[str, str]) -> None:
    known = [variable(f) for f in described()]
    for name in sorted(env):
        if (
            name.startswith(PREFIX)
            and name not in known
            and name not in NOT_OURS
            and not name.startswith(TESTS)
        ):
            close = difflib.get_close_matches(name, known, 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise SettingsError(f"{name} is no setting of Amity.{hint}")


def _platform_folder(env: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "amity"
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "amity"
    return Path(env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "amity"


def read_settings() -> Settings:
    return Settings.read(os.environ)
