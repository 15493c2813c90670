"""Small facts that a browser keeps for us: encrypted and signed with the shop's key, for one purpose, for a time."""

import json
from datetime import UTC, datetime, timedelta

from models.errors import ShopError
from services import keys

MAX_LENGTH = 1000


def seal(purpose: str, facts: list[str], lifetime: timedelta) -> str:
    """Return `facts` as letters for a cookie or a hidden field."""
    expires_at = int((datetime.now(UTC) + lifetime).timestamp())
    return keys.encrypt(json.dumps([purpose, expires_at, *facts]))


def unseal(purpose: str, sealed: str) -> list[str]:
    """Return what was sealed for this purpose; nothing if it was not, or its time is over."""
    if not sealed.isascii() or len(sealed) > MAX_LENGTH:
        return []
    try:
        kept, expires_at, *facts = json.loads(keys.decrypt(sealed) or "[0, 0]")
    except ShopError:
        return []
    return facts if kept == purpose and datetime.now(UTC).timestamp() < expires_at else []
