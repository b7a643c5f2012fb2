"""Tokens that must not pass, and those that must."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from graph.errors import Unauthenticated, Unavailable
from resolvers.context import Identity
from tests.support.cast import ISSUER
from tests.web.serving import AUDIENCE, SECRET, ask, bearer, code, services, serving, token
from tests.web.toy import Steps, toy
from web.jwks import FRESH_SECONDS, INTERVAL_SECONDS, MAX_KEYS, PublishedKeys, read_keys
from web.tokens import LEEWAY_SECONDS, REMEMBERED, TRUSTED_SECONDS, SharedSecret, Tokens

pytestmark = pytest.mark.anyio

T = 1_700_000_000
CLAIMS = {"sub": "alice", "aud": AUDIENCE, "iss": ISSUER, "exp": 2**40}


def shared() -> Tokens:
    return Tokens(SharedSecret(SECRET), AUDIENCE, ISSUER)


def b64(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


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


# --- keys that an identity provider publishes -----------------------------------------------------

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(private: Any, kid: str | None, **more: Any) -> dict[str, Any]:
    algorithm = {
        rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm,
        ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm,
        ed25519.Ed25519PrivateKey: jwt.algorithms.OKPAlgorithm,
    }
    make = next(maker for kind, maker in algorithm.items() if isinstance(private, kind))
    found: dict[str, Any] = json.loads(make.to_jwk(private.public_key()))  # type: ignore[attr-defined]
    return {**found, **({"kid": kid} if kid else {}), **more}


class Provider:
    """An identity provider: its keys, how often it was asked, and whether it answers."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.up = True
        self.now = 1_000.0
        self.source = PublishedKeys(self.fetch, lambda: self.now)
        self.tokens = Tokens(self.source, AUDIENCE, ISSUER)

    async def fetch(self) -> bytes:
        self.asked += 1
        if not self.up:
            raise ValueError("down")
        return json.dumps({"keys": self.keys}).encode()

    async def holds(self, said: str) -> bool:
        try:
            return await self.tokens.identify(f"Bearer {said}".encode()) is not None
        except Unauthenticated:
            return False


def signed(private: Any, algorithm: str, kid: str | None = "k", **claims: Any) -> str:
    headers = {"kid": kid} if kid else {}
    return jwt.encode({**CLAIMS, **claims}, private, algorithm, headers=headers)


@pytest.mark.parametrize(("private", "algorithm"), [(RSA, "RS256"), (EC, "ES256"), (ED, "EdDSA")])
async def test_published_keys(private: Any, algorithm: str) -> None:
    provider = Provider(jwk(private, "k"))
    assert await provider.holds(signed(private, algorithm))
    assert await provider.holds(signed(private, algorithm, kid=None))


async def test_a_public_key_is_no_secret() -> None:
    public = RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = b64({"alg": "HS256", "typ": "JWT", "kid": "k"})
    for secret in (public, json.dumps(jwk(RSA, "k")).encode()):
        body = f"{header}.{b64(CLAIMS)}"
        forged = f"{body}.{b64(hmac.digest(secret, body.encode(), hashlib.sha256))}"
        assert not await Provider(jwk(RSA, "k")).holds(forged)
    assert not await Provider(jwk(RSA, "k")).holds(f"{b64({'alg': 'none'})}.{b64(CLAIMS)}.")
    # And the other way round: where a secret is configured, no signature of a key pair counts.
    await refused(shared(), signed(RSA, "RS256"))


async def test_the_algorithm_belongs_to_the_key() -> None:
    provider = Provider(jwk(RSA, "k"))
    assert not await provider.holds(signed(EC, "ES256"))
    assert not await provider.holds(signed(RSA, "RS512"))
    assert not await provider.holds(signed(RSA, "PS256"))


async def test_a_key_inside_the_token_is_not_used() -> None:
    provider = Provider(jwk(RSA, "k"))
    inside = {"kid": "k", "jwk": jwk(OTHER_RSA, "k"), "jku": "http://evil.example/keys"}
    assert not await provider.holds(jwt.encode(CLAIMS, OTHER_RSA, "RS256", headers=inside))


@pytest.mark.parametrize(
    "kid", ["../../etc/passwd", "' OR 1=1", "x" * 5_000, "\x00", "k\n", "K", " k"]
)
async def test_tricks_with_the_key_id(kid: str) -> None:
    provider = Provider(jwk(RSA, "k"), jwk(OTHER_RSA, "l"))
    assert not await provider.holds(signed(RSA, "RS256", kid))
    assert not await provider.holds(signed(RSA, "RS256", "l"))
    assert not await provider.holds(signed(RSA, "RS256", None))


async def test_an_unknown_key_id_asks_again_but_not_often() -> None:
    provider = Provider(jwk(RSA, "k"))
    assert await provider.holds(signed(RSA, "RS256"))
    provider.keys.append(jwk(EC, "new"))
    assert not await provider.holds(signed(EC, "ES256", "new"))
    provider.now += INTERVAL_SECONDS
    assert await provider.holds(signed(EC, "ES256", "new"))
    assert provider.asked == 2
    for n in range(50):
        assert not await provider.holds(signed(EC, "ES256", f"made-up-{n}"))
    assert provider.asked == 2


async def test_a_withdrawn_key_goes_away() -> None:
    provider = Provider(jwk(RSA, "k"), jwk(EC, "l"))
    assert await provider.holds(signed(RSA, "RS256"))
    provider.keys.pop(0)
    provider.now += FRESH_SECONDS
    assert not await provider.holds(signed(RSA, "RS256", sub="bob"))


async def test_an_outage_of_the_provider_is_not_everybodys() -> None:
    provider = Provider(jwk(RSA, "k"))
    provider.up = False
    with pytest.raises(Unavailable):
        await provider.holds(signed(RSA, "RS256"))
    provider.up = True
    provider.now += INTERVAL_SECONDS
    assert await provider.holds(signed(RSA, "RS256"))
    provider.up = False
    provider.now += FRESH_SECONDS
    assert await provider.holds(signed(RSA, "RS256", sub="bob"))


def test_keys_of_other_kinds_are_left_out() -> None:
    keys = [
        jwk(RSA, "enc", use="enc"),
        {"kty": "oct", "k": b64(SECRET), "kid": "shared"},
        {"kty": "none", "kid": "none"},
        {"kid": "bare"},
        "text",
        jwk(EC, "good"),
    ]
    found = read_keys(json.dumps({"keys": keys}).encode())
    assert list(found) == ["good"]


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"keys": {}}', json.dumps({"keys": [{}] * 65}).encode()]
)
def test_what_is_no_key_set(document: bytes) -> None:
    assert MAX_KEYS == 64
    with pytest.raises(ValueError):  # noqa: PT011  # orjson's own included
        read_keys(document)


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
