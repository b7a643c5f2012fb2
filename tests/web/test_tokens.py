"""Tokens that must not pass, and those that must."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import jwt
import pytest

from graph.errors import Unauthenticated
from resolvers.context import Identity
from tests.support.cast import ISSUER
from tests.web.keys import CLAIMS, b64
from tests.web.serving import AUDIENCE, SECRET, ask, bearer, code, services, serving, token
from tests.web.toy import Steps, toy
from web.tokens import LEEWAY_SECONDS, REMEMBERED, TRUSTED_SECONDS, SharedSecret, Tokens

pytestmark = pytest.mark.anyio

T = 1_700_000_000


def shared() -> Tokens:
    return Tokens(SharedSecret(SECRET), AUDIENCE, ISSUER)


async def refused(tokens: Tokens, said: str | bytes) -> str:
    raw = said if isinstance(said, bytes) else said.encode()
    with pytest.raises(Unauthenticated) as refusal:
        await tokens.identify(b"Bearer " + raw)
    return refusal.value.message


async def test_a_token_that_holds() -> None:
    said = token("alice", scopes=("user", "analyst"))
    identity = await shared().identify(f"bearer {said}".encode())
    assert identity is not None
    assert (identity.issuer, identity.subject) == (ISSUER, "alice")
    assert identity.scopes == {"user", "analyst"}


async def test_scopes_may_be_a_list() -> None:
    said = jwt.encode({**CLAIMS, "scopes": ["loader", "user"]}, SECRET, "HS256")
    identity = await shared().identify(f"Bearer {said}".encode())
    assert identity is not None
    assert identity.scopes == {"loader", "user"}


async def test_nobody_is_anonymous() -> None:
    assert await shared().identify(None) is None


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "hs256", "HS999"])
async def test_no_signature_is_no_token(algorithm: str) -> None:
    bare = f"{b64({'alg': algorithm, 'typ': 'JWT'})}.{b64(CLAIMS)}."
    await refused(shared(), bare)
    await refused(shared(), bare + b64(b"signature"))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "other"},
        {"aud": []},
        {"aud": None},
        {"iss": "other"},
        {"iss": 7},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a" * 256},
        {"sub": "alice\x1fother"},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 1e400},
        {"nbf": 2**40},
        {"iat": 2**40},
        {"scope": 7},
        {"scopes": [7], "scope": [7]},
        {"scope": " ".join("abcdefghijklmnopqrstuvwxyz" * 2)},
    ],
)
async def test_claims_that_must_not_pass(change: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **change}.items() if value is not None}
    header = b64({"alg": "HS256", "typ": "JWT"})
    body = b64(claims)
    signature = b64(hmac.digest(SECRET, f"{header}.{body}".encode(), hashlib.sha256))
    await refused(shared(), f"{header}.{body}.{signature}")


async def test_expiry_and_beginning_allow_a_little_leeway() -> None:
    now = int(time.time())
    for change, holds in (
        ({"exp": now - LEEWAY_SECONDS + 10}, True),
        ({"exp": now - LEEWAY_SECONDS - 1}, False),
        ({"nbf": now + LEEWAY_SECONDS - 10}, True),
        ({"nbf": now + LEEWAY_SECONDS + 10}, False),
    ):
        said = jwt.encode({**CLAIMS, **change}, SECRET, "HS256")
        if holds:
            assert await shared().identify(f"Bearer {said}".encode())
        else:
            assert await refused(shared(), said) in (
                "The token has expired.",
                "The token is not valid yet.",
            )


@pytest.mark.parametrize(
    "garbage",
    [
        b"x",
        b"a.b",
        b"a.b.c",
        b"....",
        b"\xff\xfe\x00",
        "é.é.é".encode(),
        b"a" * 8_193,
        b64([1]).encode() + b".e30.x",
        b64({"alg": ["HS256"]}).encode() + b".e30.x",
        b64({"alg": "HS256", "kid": {"a": 1}}).encode() + b".e30.x",
        (b64(b"[" * 5_000) + ".e30.x").encode(),
    ],
)
async def test_garbage(garbage: bytes) -> None:
    await refused(shared(), garbage)


@pytest.mark.parametrize("header", [b"", b"Bearer", b"Bearer ", b"Basic YWxpY2U6eA==", b"alice"])
async def test_other_schemes(header: bytes) -> None:
    with pytest.raises(Unauthenticated):
        await shared().identify(header)


async def test_another_secret_or_a_changed_claim() -> None:
    await refused(shared(), token("alice", secret=b"another secret of 32 bytes or more"))
    header, _, signature = token("alice").split(".")
    changed = b64({**CLAIMS, "sub": "bob"})
    await refused(shared(), f"{header}.{changed}.{signature}")


async def test_critical_extensions_are_not_ignored() -> None:
    await refused(shared(), jwt.encode(CLAIMS, SECRET, "HS256", headers={"crit": ["x"], "x": 1}))


async def test_a_remembered_token_ends_with_its_time() -> None:
    now = [float(T)]
    tokens = Tokens(SharedSecret(SECRET), AUDIENCE, ISSUER, lambda: now[0])
    said = f"Bearer {token('alice')}".encode()
    first = await tokens.identify(said)
    assert await tokens.identify(said) is first
    now[0] += TRUSTED_SECONDS
    again = await tokens.identify(said)
    assert again == first
    assert again is not first


async def test_what_is_remembered_is_bounded() -> None:
    tokens = shared()
    for n in range(REMEMBERED + 5):
        tokens._remember(n.to_bytes(16, "big"), _identity())
    assert len(tokens._trusted) == REMEMBERED


def _identity() -> Any:
    return Identity(ISSUER, "alice", frozenset(), 2**40)


# --- through HTTP ---------------------------------------------------------------------------------


async def test_a_bad_token_is_401_with_a_challenge() -> None:
    async with serving(services(schema=toy(Steps()))) as client:
        for headers in (
            {"Authorization": "Bearer nonsense"},
            {"Authorization": "Basic YWxpY2U6eA=="},
            bearer("alice", ttl_seconds=-3_600),
            bearer("alice", audience="other"),
        ):
            response = await ask(client, "{ hello }", headers)
            assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
            assert response.headers["www-authenticate"].startswith("Bearer ")
            assert "data" not in response.json()
