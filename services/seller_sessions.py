"""Sessions: the browsers in which sellers are signed in, each known by the random token of its cookie."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from models import AuditKind, Seller, SellerSession
from models.errors import ShopError
from models.text import _
from services import audit, live, shared_reads, tokens
from services.database import unit_of_work

LIFETIME = timedelta(days=30)  # after this a seller signs in again, however busy
IDLE = timedelta(days=7)  # and after this long away: a desk is looked at every working day
NOTED_EVERY = timedelta(minutes=5)  # how exactly it is known when a session was last used
MAX_TOKEN_LENGTH = 64
PURPOSE = "desk"


@unit_of_work
async def open_session(seller_id: int, *, browser: str = "", password_hash: str | None = None) -> str:
    """Sign a seller in, who has proven who they are; return the token for the cookie.

    `browser` is its name in words, for the list of sessions. `password_hash` is of the password that proved it: raises
    ShopError if the seller has another by now, or is gone, for then every session of theirs has been ended.
    """
    if password_hash is not None and not await Seller.exists(id=seller_id, password_hash=password_hash):
        raise ShopError(_("Your password was changed a moment ago. Please sign in with the new one."))
    now = datetime.now(UTC)
    await SellerSession.filter(expires_at__lte=now).delete()
    token = tokens.new()
    await SellerSession.create(
        seller_id=seller_id,
        token_hash=tokens.digest(token, PURPOSE),
        browser=browser,
        seen_at=now,
        expires_at=now + LIFETIME,
    )
    return token


async def find(token: str) -> SellerSession | None:
    """The session a cookie belongs to, with its seller, while it lasts."""
    if not token or len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        return None
    now = datetime.now(UTC)
    sessions = SellerSession.filter(_alive(now), token_hash=tokens.digest(token, PURPOSE))
    session = await sessions.select_related("seller").first()
    if session is not None and (session.seen_at is None or session.seen_at < now - NOTED_EVERY):
        await _note_seen(session.id, now)
    return session


async def find_when_told(token: str) -> SellerSession | None:
    """As `find`, for an open page that hears of a change: all that hear of the same one share one read."""
    session = (await shared_reads.once("seller sessions", _by_token)).get(tokens.digest(token, PURPOSE))
    if session is None or not session.seen_at or session.seen_at < datetime.now(UTC) - NOTED_EVERY:
        return await find(token)
    return session


async def _by_token() -> dict[str, SellerSession]:
    sessions = await SellerSession.filter(_alive(datetime.now(UTC))).select_related("seller")
    return {session.token_hash: session for session in sessions}


async def of_seller(seller_id: int) -> list[SellerSession]:
    """Where a seller is signed in, the browser used last first."""
    return await SellerSession.filter(_alive(datetime.now(UTC)), seller_id=seller_id).order_by("-seen_at", "-id")


async def close(token: str) -> None:
    """End the session of a cookie; its open pages leave the desk."""
    session = await find(token)
    if session is not None:
        await close_some(session.seller_id, [session.id])
        await audit.note(AuditKind.SIGNED_OUT, session.seller)


async def close_some(seller_id: int, session_ids: Collection[int] | None = None) -> None:
    """End these sessions of a seller, or for None all of them; their open pages leave the desk."""
    tell(await _end(seller_id, session_ids))


async def end(seller_id: int, session_ids: Collection[int] | None = None) -> list[int]:
    """End sessions as `close_some` does, inside the caller's unit of work; `tell` what it returns after that."""
    chosen = SellerSession.filter(seller_id=seller_id)
    if session_ids is not None:
        chosen = chosen.filter(id__in=list(session_ids))
    ended = [row["id"] for row in await chosen.values("id")]
    await chosen.delete()
    return ended


def tell(ended: Collection[int]) -> None:
    """Let the open pages of ended sessions leave the desk."""
    for session_id in ended:
        live.seller_signed_out(session_id)


_end = unit_of_work(end)


@unit_of_work
async def _note_seen(session_id: int, now: datetime) -> None:
    await SellerSession.filter(id=session_id).update(seen_at=now)


def _alive(now: datetime) -> Q:
    """Sessions of an earlier version have no `seen_at` before they are used."""
    return Q(expires_at__gt=now) & (Q(seen_at__isnull=True) | Q(seen_at__gt=now - IDLE))
