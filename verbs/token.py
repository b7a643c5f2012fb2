"""`amity token`: a token for development, signed with our own key."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from keys import load_keys
from settings import Settings, SettingsError
from verbs import Verb
from web.signing import sign_token

SCOPES = ("user", "analyst", "loader", "admin")
# What an analyst may see besides, and for which project.
FINER = re.compile(r"analyst:(raw|absent|texts|write)|project:[A-Za-z0-9_-]{1,64}")
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
LONGEST = 365 * UNITS["d"]


def token_for(
    settings: Settings, username: str, scopes: Sequence[str] = ("user",), ttl: int = 3_600
) -> str:
    if settings.jwt_jwks_url:
        raise SettingsError(
            "With AMITY_JWT_JWKS_URL tokens come from that issuer: no key is here to sign with."
        )
    return sign_token(
        load_keys(settings).tokens,
        subject=username,
        audience=settings.jwt_audience,
        issuer=settings.jwt_issuer,
        scopes=scopes,
        ttl_seconds=ttl,
    )


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("username", type=_username, help="whom it speaks for")
    form.add_argument(
        "--scope",
        action="append",
        type=_scope,
        help=f"{', '.join(SCOPES)}; may be repeated; `user` if left out",
    )
    form.add_argument("--ttl", type=_seconds, default=3_600, help="30s, 15m, 1h (default), 7d")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    print(token_for(settings, args.username, args.scope or ("user",), args.ttl))
    return 0


def _scope(text: str) -> str:
    if text not in SCOPES and not FINER.fullmatch(text):
        raise argparse.ArgumentTypeError(f"one of {', '.join(SCOPES)}, analyst:raw … is wanted")
    return text


def _username(text: str) -> str:
    if not text or len(text) > 255 or not text.isprintable() or text != text.strip():
        raise argparse.ArgumentTypeError("a username is wanted")
    return text


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text)
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError("a time such as 30s, 15m, 1h or 7d is wanted, to 365d")
    return seconds


VERB = Verb("amity token alice --scope user --scope analyst --ttl 8h", _arguments, _run)
