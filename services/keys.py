"""Secrets at rest and marks nobody can forge: made with a key file that stays out of the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ShopError
from models.text import _
from services import settings
from services.later import Later

if TYPE_CHECKING:
    from cryptography import fernet
else:
    fernet = Later("cryptography.fernet")

KEY_BYTES = 32  # as the library wants them, which is large: most shops encrypt nothing for days


def encrypt(text: str) -> str:
    """Encrypt a secret for the database; an empty one stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """The secret behind a stored value. Raises ShopError if the key file is not the one it was stored with."""
    if not stored:
        return ""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except fernet.InvalidToken:
        raise ShopError(
            _("A saved password cannot be read with this key file. Enter it again, or bring the old key file.")
        ) from None


def sign(text: str, purpose: str) -> str:
    """A mark that only who has the key file can make of `text`; for another purpose it is another."""
    return hmac.new(_key(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def check() -> None:
    """Raise SettingsError if there is a key file and it is none of ours, or if one could not be written."""
    path = _file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _check_form(path.read_bytes())
    except OSError as error:
        raise settings.SettingsError(f"PEDIDO_KEY_FILE: {path} cannot be used: {error.strerror}.") from None
    except ValueError:
        raise settings.SettingsError(f"PEDIDO_KEY_FILE: {path} is not a key that Pedido made.") from None


def _new_key() -> bytes:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES))


def _check_form(key: bytes) -> None:
    """Raise ValueError if this is no key; what encrypts with it would say the same."""
    if len(base64.urlsafe_b64decode(key)) != KEY_BYTES:
        raise ValueError


def _fernet() -> fernet.Fernet:
    return fernet.Fernet(_key())


def _file() -> Path:
    path = settings.current().key_file
    assert path is not None  # noqa: S101 - Settings always fills it
    return path


def _key() -> bytes:
    path = _file()
    if not path.exists():
        with suppress(FileExistsError):  # another process has just made it: then that is the key
            keep(_new_key())
    return path.read_bytes()


def keep(key: bytes) -> None:
    """Write the key file so that it is there whole or not at all, readable by its owner only.

    Raises FileExistsError if there is one, also if it was made at this very moment.
    """
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(temporary)  # which replaces nothing
    finally:
        temporary.unlink()
