"""Key pairs of the tests, as an identity provider would publish them."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.support.cast import ISSUER
from tests.web.serving import AUDIENCE

CLAIMS = {"sub": "alice", "aud": AUDIENCE, "iss": ISSUER, "exp": 2**40}
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


def signed(private: Any, algorithm: str, kid: str | None = "k", **claims: Any) -> str:
    headers = {"kid": kid} if kid else {}
    return jwt.encode({**CLAIMS, **claims}, private, algorithm, headers=headers)


def b64(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
