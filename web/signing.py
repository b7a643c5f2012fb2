"""Tokens of our own, for development and tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import jwt


def sign_token(
    secret: bytes,
    *,
    subject: str,
    audience: str,
    issuer: str,
    scopes: Iterable[str] = ("user",),
    ttl_seconds: int = 3_600,
    now: Callable[[], float] = time.time,
) -> str:
    issued = int(now())
    claims = {
        "sub": subject,
        "aud": audience,
        "iss": issuer,
        "iat": issued,
        "exp": issued + ttl_seconds,
        "scope": " ".join(scopes),
    }
    return jwt.encode(claims, secret, algorithm="HS256")
