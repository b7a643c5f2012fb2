"""Keys that an identity provider publishes: what they verify, and what they never do."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from graph.errors import Unauthenticated, Unavailable
from tests.support.cast import ISSUER
from tests.web.keys import CLAIMS, EC, ED, OTHER_RSA, RSA, b64, jwk, signed
from tests.web.serving import AUDIENCE, SECRET
from web.jwks import FRESH_SECONDS, INTERVAL_SECONDS, MAX_KEYS, PublishedKeys, read_keys
from web.tokens import SharedSecret, Tokens

pytestmark = pytest.mark.anyio


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
    ours = Tokens(SharedSecret(SECRET), AUDIENCE, ISSUER)
    with pytest.raises(Unauthenticated):
        await ours.identify(f"Bearer {signed(RSA, 'RS256')}".encode())


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
