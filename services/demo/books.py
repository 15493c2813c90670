"""The requests are entered: buyers, orders with their lines, charges and histories, numbered as they came."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from models import (
    Buyer,
    LegalText,
    Order,
    OrderCharge,
    OrderCounter,
    OrderEvent,
    OrderLine,
    Shop,
    Standing,
    TermsVersion,
    Verification,
)
from models.buyer import folded
from models.days import day_of
from models.order_form import OrderForm
from models.order_number import order_number
from models.pricing import Quote, Terms, quote
from services import order_snapshot, terms_versions
from services.demo.requests import Request
from services.demo.stories import Story

AT_ONCE = 200


@dataclass(frozen=True)
class Entered:
    """An order that was written, with what is needed to tell people about it."""

    order: Order
    story: Story
    lines: Sequence[OrderLine]
    charges: Sequence[OrderCharge]


async def enter(stories: Sequence[Story], shop: Shop, rules: Terms, privacy: LegalText) -> list[Entered]:
    """Write everything into a database without orders, the oldest first; call it inside a unit of work."""
    buyers = await _write_buyers(stories)
    numbers = await _give_numbers(stories, shop)
    quotes = [_quoted(story.request, rules, shop) for story in stories]
    new = [
        _order(story, number, quoted, shop, privacy, buyers)
        for story, number, quoted in zip(stories, numbers, quotes, strict=True)
    ]
    await Order.bulk_create(new, batch_size=AT_ONCE)
    version = await terms_versions.of(rules)
    await TermsVersion.filter(id=version).update(created_at=stories[0].request.sent_at)
    await Order.all().update(terms_version_id=version)
    entered = [
        Entered(order, story, order_snapshot.lines_of(order.id, quoted), order_snapshot.charges_of(order.id, quoted))
        for order, story, quoted in zip(await Order.all().order_by("id"), stories, quotes, strict=True)
    ]
    await OrderLine.bulk_create([line for one in entered for line in one.lines], batch_size=AT_ONCE)
    await OrderCharge.bulk_create([charge for one in entered for charge in one.charges], batch_size=AT_ONCE)
    await OrderEvent.bulk_create([event for one in entered for event in _history(one)], batch_size=AT_ONCE)
    await _mark_twins(entered)
    return entered


async def _write_buyers(stories: Sequence[Story]) -> dict[str, int]:
    """One row for each address; return their ids by address."""
    first: dict[str, Story] = {}
    for story in stories:
        first.setdefault(story.request.person.email, story)
    proofs = [story for story in stories if story.verification is Verification.VERIFIED]
    proven = {story.request.person.email: story.received_at for story in reversed(proofs)}
    await Buyer.bulk_create([_buyer(story, proven.get(email)) for email, story in first.items()])
    return {row["email"]: row["id"] for row in await Buyer.all().values("email", "id")}


def _buyer(story: Story, verified_at: datetime | None) -> Buyer:
    person = story.request.person
    return Buyer(
        email=person.email,
        name=person.name,
        company=person.company,
        phone=person.phone,
        zone=person.zone,
        **person.business,
        **folded(email=person.email, name=person.name, company=person.company, phone=person.phone),
        verified_at=verified_at,
        standing=Standing.APPROVED if verified_at else Standing.NEW,
        created_at=story.request.sent_at,
    )


async def _give_numbers(stories: Sequence[Story], shop: Shop) -> list[str]:
    """A number for each, counted from 1 in each year of the shop's calendar."""
    given: Counter[int] = Counter()
    numbers = []
    for story in stories:
        year = day_of(story.request.sent_at, shop.time_zone).year
        given[year] += 1
        numbers.append(order_number(shop.order_prefix, year, given[year]))
    await OrderCounter.bulk_create([OrderCounter(year=year, last_number=last) for year, last in given.items()])
    return numbers


def _quoted(request: Request, rules: Terms, shop: Shop) -> Quote:
    today = day_of(request.sent_at, shop.time_zone)
    return quote(request.lines, rules, code=request.code, zone=request.person.zone, today=today)


def _order(  # noqa: PLR0917 - what makes an order
    story: Story, number: str, quoted: Quote, shop: Shop, privacy: LegalText, buyers: Mapping[str, int]
) -> Order:
    request = story.request
    columns = order_snapshot.columns(number, _form(request), quoted, privacy=privacy, shop=shop, now=request.sent_at)
    return Order(
        number=number,
        buyer_id=buyers[request.person.email],
        status=story.status,
        verification=story.verification,
        received_at=story.received_at,
        confirmed_at=story.confirmed_at,
        confirmed_by=story.confirmed_by,
        opened_at=story.opened_at,
        **columns,
    )


def _form(request: Request) -> OrderForm:
    person = request.person
    return OrderForm(
        name=person.name,
        company=person.company,
        email=person.email,
        phone=person.phone,
        buyer_reference=request.reference,
        comments=request.comments,
        zone=person.zone,
        privacy_accepted=True,
        **person.business,
    )


def _history(entered: Entered) -> list[OrderEvent]:
    happenings = sorted(entered.story.happenings, key=lambda happening: happening.at)
    return [
        OrderEvent(order_id=entered.order.id, kind=one.kind, actor=one.actor, text=one.text, created_at=one.at)
        for one in happenings
    ]


async def _mark_twins(entered: Sequence[Entered]) -> None:
    for before, twin in pairwise(entered):
        if twin.story.request.is_twin:
            twin.order.duplicate_of_id = before.order.id
            await Order.filter(id=twin.order.id).update(duplicate_of_id=before.order.id)
