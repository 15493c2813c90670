"""Random tokens: given out once, kept only as a hash."""

import hashlib
import secrets


def new() -> str:
    """A token of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str, purpose: str) -> str:
    """What the database keeps of a token; the same token made for another purpose has another digest."""
    return hashlib.sha256(f"{purpose}:{token}".encode()).hexdigest()
