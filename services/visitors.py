"""Visitors: a buyer's browser, known by a random cookie, and who is signed in on it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from models import Buyer, Device
from services import keys, live, tokens
from services.database import unit_of_work
from services.statements import Statement

TOKEN_PURPOSE = "device"  # noqa: S105 - a purpose, not a secret
SUCCESSOR = "device after a sign-in"

DEVICE = Statement[Device | None](lambda token_hash: Device.get_or_none(token_hash=token_hash))
BUYER = Statement[Buyer | None](lambda buyer_id: Buyer.get_or_none(id=buyer_id))


@dataclass(frozen=True)
class Visitor:
    """A browser; `device_id` is None until it has put something into a cart or signed in."""

    token: str
    device_id: int | None = None
    buyer: Buyer | None = None
    forgot_at: datetime | None = None


async def load(token: str) -> Visitor:
    """Who comes with this cookie. Writes nothing."""
    device = await DEVICE.run(mark(token)) if token else None
    if device is None:
        return Visitor(token)
    # Not joined: nearly everybody comes without a buyer, and to put a join together takes longer than both questions.
    buyer = await BUYER.run(device.buyer_id) if device.buyer_id else None
    return Visitor(token, device.id, buyer, device.forgot_at)


async def ensure_device(token: str) -> Device:
    """The device of this cookie, made if it is new. Call it inside a unit of work."""
    token_hash = mark(token)
    return await DEVICE.run(token_hash) or await Device.create(token_hash=token_hash)


async def sign_in(token: str, buyer_id: int) -> None:
    """Sign a verified buyer in on this device. Call it inside a unit of work."""
    device = await ensure_device(token)
    await Device.filter(id=device.id).update(buyer_id=buyer_id)


async def sign_in_anew(token: str, buyer_id: int, *, by: str) -> None:
    """Sign a verified buyer in on this device, which goes by a new cookie from then on; its cart goes along.

    Whoever has seen the old cookie, or planted it, is nobody then. `by` is the token of the link that proves who it is.
    Call it inside a unit of work, and `live.device_renewed` after it; the page that answers gives out the `successor`.
    """
    device = await ensure_device(token)
    await Device.filter(id=device.id).update(buyer_id=buyer_id, token_hash=mark(_successor(token, by)))


async def successor(token: str, *, by: str) -> str:
    """The cookie that this device goes by since a link has signed a buyer in on it; "" if it has not.

    Who presses a link's button twice gets it twice: the first answer may not have arrived.
    """
    new = _successor(token, by)
    return new if await Device.exists(token_hash=mark(new)) else ""


@unit_of_work
async def sign_out(token: str) -> None:
    """Sign the buyer out on this device, whose order form is empty then; the cart stays."""
    await Device.filter(token_hash=mark(token)).update(buyer_id=None, forgot_at=datetime.now(UTC))


async def others(visitor: Visitor) -> int:
    """On how many other devices this buyer is signed in."""
    buyer_id = visitor.buyer.id if visitor.buyer else 0
    return await Device.filter(buyer_id=buyer_id).exclude(id=visitor.device_id or 0).count()


async def sign_out_others(visitor: Visitor) -> None:
    """Sign this buyer out on all devices but this one; their open pages follow."""
    for left in await _sign_out_others(visitor):
        live.device_renewed(left)


@unit_of_work
async def _sign_out_others(visitor: Visitor) -> list[str]:
    """Return the marks of the devices."""
    buyer_id = visitor.buyer.id if visitor.buyer else 0
    signed_in = Device.filter(buyer_id=buyer_id).exclude(id=visitor.device_id or 0)
    marks = [row["token_hash"] for row in await signed_in.values("token_hash")]
    await Device.filter(token_hash__in=marks).update(buyer_id=None, forgot_at=datetime.now(UTC))
    return marks


@unit_of_work
async def forget(token: str) -> None:
    """Let this device no longer fill in the order form with what it sent last."""
    await Device.filter(token_hash=mark(token)).update(forgot_at=datetime.now(UTC))


def _successor(token: str, by: str) -> str:
    """Nobody can tell it who has not both the cookie and the link, and the shop's key as well."""
    return keys.sign(f"{by} {token}", SUCCESSOR)


def mark(token: str) -> str:
    """By what a cookie's device is known here."""
    return tokens.digest(token, TOKEN_PURPOSE)
