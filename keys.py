"""The keys that tokens, cursors and pseudonyms are signed with: all derived from one secret."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Keys:
    """One key for each use, so that what signs tokens never seals cursors."""

    tokens: bytes = field(repr=False)
    cursors: bytes = field(repr=False)
    pseudonyms: bytes = field(repr=False)


def load_keys(settings: Settings) -> Keys:
    """Derived from the secret; the first call on a fresh data folder makes that secret."""
    secret = (settings.secret or _kept_secret(settings.data_dir / "secret")).encode()

    def derive(label: str) -> bytes:
        return hmac.digest(secret, f"amity/{label}/v1".encode(), hashlib.sha256)

    tokens = settings.jwt_secret.encode() if settings.jwt_secret else derive("tokens")
    return Keys(tokens, derive("cursors"), derive("pseudonyms"))


def _kept_secret(path: Path) -> str:
    """Linked into place whole: of two processes that start at once, both read the same one."""
    try:
        return _kept_or_made(path)
    except OSError as unusable:
        folder = path.parent
        raise SettingsError(
            f"AMITY_DATA_DIR is {folder}, which can't be used: {unusable.strerror}."
        ) from unusable


def _kept_or_made(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".secret-{secrets.token_hex(4)}")
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip()
