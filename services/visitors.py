"""Visitors: a buyer's browser, known by a random cookie, and who is signed in on it."""

from dataclasses import dataclass

from models import Buyer, Device
from services import tokens
from services.database import unit_of_work

TOKEN_PURPOSE = "device"  # noqa: S105 - a purpose, not a secret


@dataclass(frozen=True)
class Visitor:
    """A browser; `device_id` is None until it has put something into a cart or signed in."""

    token: str
    device_id: int | None = None
    buyer: Buyer | None = None


async def load(token: str) -> Visitor:
    """Who comes with this cookie. Writes nothing."""
    device = await Device.get_or_none(token_hash=_hash(token)).select_related("buyer") if token else None
    return Visitor(token, device.id, device.buyer) if device else Visitor(token)


async def ensure_device(token: str) -> Device:
    """The device of this cookie, made if it is new. Call it inside a unit of work."""
    device, _made = await Device.get_or_create(token_hash=_hash(token))
    return device


async def sign_in(token: str, buyer_id: int) -> None:
    """Sign a verified buyer in on this device. Call it inside a unit of work."""
    device = await ensure_device(token)
    await Device.filter(id=device.id).update(buyer_id=buyer_id)


@unit_of_work
async def sign_out(token: str) -> None:
    """Sign the buyer out on this device; the cart stays."""
    await Device.filter(token_hash=_hash(token)).update(buyer_id=None)


def _hash(token: str) -> str:
    return tokens.digest(token, TOKEN_PURPOSE)
