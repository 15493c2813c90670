"""Secret links: made with what they are for, found again by their hash."""

from datetime import UTC, datetime, timedelta

from models import Link, LinkPurpose
from services import settings, tokens

MAX_TOKEN_LENGTH = 64


def make(
    purpose: LinkPurpose,
    *,
    lifetime: timedelta,
    order_id: int | None = None,
    buyer_id: int | None = None,
    seller_id: int | None = None,
    email: str = "",
) -> tuple[str, Link]:
    """A link that is not written yet, and its token, which is not kept."""
    token, now = tokens.new(), datetime.now(UTC)
    return token, Link(
        purpose=purpose,
        token_hash=tokens.digest(token, purpose),
        order_id=order_id,
        buyer_id=buyer_id,
        seller_id=seller_id,
        email=email,
        created_at=now,
        expires_at=now + lifetime,
    )


async def issue(
    purpose: LinkPurpose,
    *,
    lifetime: timedelta,
    order_id: int | None = None,
    buyer_id: int | None = None,
    seller_id: int | None = None,
    email: str = "",
) -> str:
    """Make a link inside the caller's unit of work and return its token, which is not kept."""
    token, link = make(
        purpose, lifetime=lifetime, order_id=order_id, buyer_id=buyer_id, seller_id=seller_id, email=email
    )
    await link.save()
    return token


async def find(purpose: LinkPurpose, token: str) -> Link | None:
    """The link a token belongs to, expired or not, or None."""
    if not token or len(token) > MAX_TOKEN_LENGTH:
        return None
    return await Link.get_or_none(token_hash=tokens.digest(token, purpose), purpose=purpose)


def is_expired(link: Link) -> bool:
    """Whether the link's time is over."""
    return link.expires_at is not None and link.expires_at <= datetime.now(UTC)


def url(path: str) -> str:
    """The address of a page as people outside reach it; `path` starts with a slash."""
    return settings.current().public_url + path
