"""The first run: a shop, its first texts and its owner, made in one step from the set-up page."""

from collections.abc import Mapping
from typing import Any

from tortoise.exceptions import IntegrityError

from models import LegalKind, LegalText, Seller, Shop
from models.errors import FieldErrors, ShopError
from models.text import _, speaking, spoken
from services import (
    legal,
    legal_defaults,
    parameter_checks,
    parameters,
    passwords,
    seller_sessions,
    sellers,
    setup_code,
)
from services.database import unit_of_work
from services.parameter_checks import Checked

SHOP_FIELDS = ("name", "currency", "time_zone", "language", "management_emails")
DEFAULTS: dict[str, Checked] = {"name": "My shop", "currency": "EUR", "time_zone": "UTC", "language": "en"}


async def is_open(code: str) -> bool:
    """Whether this code opens the set-up page now: it is the last one printed, and nobody owns the shop yet."""
    return await setup_code.is_open(code) and not await sellers.any_exists()


async def set_up(code: str, values: Mapping[str, object]) -> str:
    """Make the shop and its owner; return the token of the owner's session.

    `values` has the shop's name, currency, time_zone, language, management_emails (text, empty for the owner's own
    address), and the owner's email and password. Raises FieldErrors, or ShopError when the code opens nothing.
    """
    if not await is_open(code):
        raise ShopError(_("This link is no longer valid."))
    shop, address, password = await _checked(values)
    password_hash = await passwords.hashed(password)
    owner = await _make(shop, address, password_hash)
    await setup_code.discard()
    return await seller_sessions.open_session(owner.id)


async def make_bare_shop(address: str) -> None:
    """Make a shop with default parameters if there is none, for a seller made on the command line."""
    if not await parameters.exists():
        await _make_shop({**DEFAULTS, "management_emails": [address], "mail_sender": address})


async def _checked(values: Mapping[str, object]) -> tuple[dict[str, Checked], str, str]:
    errors: dict[str, str] = {}
    shop: dict[str, Checked] = {}
    address, password = "", str(values.get("password") or "")
    try:
        shop = parameter_checks.checked({name: values.get(name) or "" for name in SHOP_FIELDS})
    except FieldErrors as refused:
        errors.update(refused.fields)
    try:
        email, name = str(values.get("email") or ""), str(values.get("name") or "")
        address = await sellers.checked_login(email, password, shop_name=name)
    except FieldErrors as refused:
        errors.update(refused.fields)
    if errors:
        raise FieldErrors(errors)
    shop["management_emails"] = shop["management_emails"] or [address]
    return {**shop, "mail_sender": address}, address, password


@unit_of_work
async def _make(shop: Mapping[str, Checked], address: str, password_hash: str) -> Seller:
    if await Seller.exists():
        raise _owned()
    await _write_shop(shop)
    return await Seller.create(email=address, password_hash=password_hash)


@unit_of_work
async def _make_shop(shop: Mapping[str, Checked]) -> None:
    await _write_shop(shop)


async def _write_shop(shop: Mapping[str, Any]) -> None:
    """Write the shop's one row. Its fixed id lets only one of two parallel set-ups through."""
    try:
        if not await Shop.filter(id=parameters.SHOP_ID).update(**shop):
            await Shop.create(id=parameters.SHOP_ID, **shop)
    except IntegrityError:
        raise _owned() from None
    with speaking(shop["language"]):
        texts = {kind: legal_defaults.text(kind, shop["name"]) for kind in LegalKind}
        language = spoken()
    for kind, text in texts.items():
        if not await LegalText.exists(kind=kind):
            await legal.write(kind, language, text)


def _owned() -> ShopError:
    return ShopError(_("This shop already has an owner. Sign in instead."))
