"""The one-time code that opens the set-up page: printed at the start, kept as a hash, good for one hour."""

import asyncio
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services import settings, tokens

LIFETIME = timedelta(hours=1)
PURPOSE = "setup"
FILE_NAME = "setup-code"


async def issue() -> str:
    """Make a new code, which ends the one before, and return it."""
    code = tokens.new()
    expires_at = datetime.now(UTC) + LIFETIME
    await asyncio.to_thread(_write, f"{tokens.digest(code, PURPOSE)} {expires_at.isoformat()}")
    return code


async def is_open(code: str) -> bool:
    """Whether `code` is the one that was issued last, and its hour is not over."""
    kept, _space, expires_at = (await asyncio.to_thread(_read)).partition(" ")
    if not kept or not hmac.compare_digest(kept, tokens.digest(code, PURPOSE)):
        return False
    return datetime.now(UTC) < datetime.fromisoformat(expires_at)


async def discard() -> None:
    """End the code: it has been used."""
    await asyncio.to_thread(_path().unlink, missing_ok=True)


def _path() -> Path:
    return settings.current().data / FILE_NAME


def _write(text: str) -> None:
    _path().touch(mode=0o600)
    _path().write_text(text, encoding="ascii")


def _read() -> str:
    return _path().read_text(encoding="ascii") if _path().exists() else ""
