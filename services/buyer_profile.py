"""What a buyer may say about themselves in their account; the next order form is filled in with it."""

from collections.abc import Mapping

from models import Buyer, Order, Verification, postal
from models.buyer import folded
from models.errors import FieldErrors, NotFoundError
from models.order_form import problem
from models.postal import BUSINESS_COLUMNS, INVOICE_DIFFERS
from models.text import _
from services import live
from services.database import shielded, unit_of_work

COLUMNS = ("name", "company", "phone", *BUSINESS_COLUMNS)


async def save(buyer_id: int, values: Mapping[str, object], *, usual_country: str | None = None) -> None:
    """Keep a buyer's profile. Raises FieldErrors as `checked` does."""
    live.orders_changed(await _save(buyer_id, checked(values, usual_country)))


def checked(values: Mapping[str, object], usual_country: str | None) -> dict[str, str]:
    """Return the columns of a profile. Raises FieldErrors with a sentence for each field that cannot be taken.

    `usual_country` is the delivery country that nobody has chosen, as in `postal.settle`.
    """
    texts = {name: str(values.get(name) or "").strip() for name in COLUMNS}
    differs = values.get(INVOICE_DIFFERS) is True
    errors = postal.settle(texts, invoice_differs=differs, usual_country=usual_country)
    errors |= {name: wrong for name, text in texts.items() if (wrong := problem(name, text))}
    if errors:
        raise FieldErrors(errors)
    return texts


@unit_of_work
async def _save(buyer_id: int, texts: dict[str, str]) -> list[int]:
    """Return the ids of their orders, whose pages and lists show a buyer."""
    buyer = await Buyer.get_or_none(id=buyer_id, erased_at__isnull=True)
    if buyer is None:
        raise NotFoundError(_("This buyer is no longer there."))
    known = {name: texts[name] for name in ("name", "company", "phone")}
    await Buyer.filter(id=buyer.id).update(**texts, **folded(email=buyer.email, **known))
    return [row["id"] for row in await Order.filter(buyer_id=buyer.id).values("id")]


@shielded
async def open_requests(buyer_id: int) -> int:
    """How many requests the shop has received from a buyer and not confirmed yet."""
    received = Order.filter(buyer_id=buyer_id, confirmed_at__isnull=True).exclude(verification=Verification.UNVERIFIED)
    return await received.count()
