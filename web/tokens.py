"""Who speaks: a bearer token to an `Identity`, or a refusal.

The algorithm is pinned by configuration and by the key, never by the token, so that neither
`alg: none` nor a public key used as an HMAC secret can pass.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from graph.errors import Unauthenticated
from resolvers.context import Identity

MAX_TOKEN_BYTES = 8_192
MAX_SUBJECT = 255
MAX_SCOPES = 32
LEEWAY_SECONDS = 30
# A verified token is not verified again for this long: a key withdrawn by the issuer may live on
# as long.
TRUSTED_SECONDS = 60
REMEMBERED = 10_000
REQUIRED = ["exp", "iss", "aud", "sub"]
REFUSED = "The token does not hold."


@dataclass(frozen=True, slots=True)
class Key:
    """What verifies a signature, and the one algorithm it may be used with."""

    algorithm: str
    secret: Any


class KeySource(Protocol):
    async def find(self, header: Mapping[str, Any]) -> Key:
        """The key for a token of this (unverified) header. Raises Unauthenticated."""
        ...


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """One HS256 key of our own."""

    secret: bytes

    async def find(self, header: Mapping[str, Any]) -> Key:
        return Key("HS256", self.secret)


@dataclass(frozen=True, slots=True)
class _Trusted:
    identity: Identity
    until: float


class Tokens:
    """Verifies tokens for one audience and issuer; remembers the last few that held."""

    def __init__(
        self, keys: KeySource, audience: str, issuer: str, now: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._audience = audience
        self._issuer = issuer
        self._now = now
        self._trusted: OrderedDict[bytes, _Trusted] = OrderedDict()

    async def identify(self, authorization: bytes | None) -> Identity | None:
        """None without a token; raises Unauthenticated for one that does not hold."""
        if authorization is None:
            return None
        token = _bearer(authorization)
        digest = hashlib.blake2b(token, digest_size=16).digest()
        known = self._trusted.get(digest)
        if known is not None and self._now() < known.until:
            return known.identity
        identity = await self._verify(token)
        self._remember(digest, identity)
        return identity

    async def _verify(self, token: bytes) -> Identity:
        header = _header(token)
        key = await self._keys.find(header)
        try:
            claims = jwt.decode(
                token,
                key.secret,
                algorithms=[key.algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has expired.") from None
        except jwt.ImmatureSignatureError:
            raise Unauthenticated("The token is not valid yet.") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise Unauthenticated(REFUSED) from None
        return _identity(claims)

    def _remember(self, digest: bytes, identity: Identity) -> None:
        until = min(self._now() + TRUSTED_SECONDS, identity.expires_at + LEEWAY_SECONDS)
        self._trusted.pop(digest, None)
        self._trusted[digest] = _Trusted(identity, until)
        if len(self._trusted) > REMEMBERED:
            self._trusted.popitem(last=False)


def _bearer(authorization: bytes) -> bytes:
    scheme, _, token = authorization.partition(b" ")
    token = token.strip()
    if scheme.lower() != b"bearer" or not token:
        raise Unauthenticated("The Authorization header must be: Bearer TOKEN.")
    if len(token) > MAX_TOKEN_BYTES:
        raise Unauthenticated(f"The token is longer than {MAX_TOKEN_BYTES} bytes.")
    return token


def _header(token: bytes) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Unauthenticated(REFUSED) from None
    # Extensions we do not know must not be ignored, and no key comes from the token itself.
    if "crit" in header or header.get("b64") is False:
        raise Unauthenticated(REFUSED)
    return header


def _identity(claims: Mapping[str, Any]) -> Identity:
    issuer, subject = claims["iss"], claims["sub"]
    if not subject or len(subject) > MAX_SUBJECT or not subject.isprintable():
        raise Unauthenticated("The token's subject can't be used.")
    return Identity(issuer, subject, _scopes(claims), int(claims["exp"]))


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    said = claims.get("scope", claims.get("scopes", ""))
    names = said.split(" ") if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Unauthenticated("The token's scopes can't be read.")
    if len(names) > MAX_SCOPES:
        raise Unauthenticated(f"The token has more than {MAX_SCOPES} scopes.")
    return frozenset(name for name in names if name)
