"""The order filter: whole days of the shop, forgiving reading, faithful writing."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Buyer, MessageStatus, Purpose, Status, Verification
from models.days import end_of, start_of, working_days_before
from models.order_filter import SORTS, Flag, OrderFilter
from tests import order_rows
from tests.order_rows import NOON

MADRID = "Europe/Madrid"


def at(text: str) -> datetime:
    """A UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def filter_of(**query: str) -> OrderFilter:
    return OrderFilter.parse(query, MADRID)


async def numbers(order_filter: OrderFilter, now: datetime = NOON) -> list[str]:
    return [order.number for part in order_filter.parts(now) for order in await part]


@pytest.mark.parametrize(
    ("day", "starts", "hours"),
    [
        (date(2026, 11, 22), "2026-11-21T23:00", 24),
        (date(2026, 3, 29), "2026-03-28T23:00", 23),
        (date(2026, 10, 25), "2026-10-24T22:00", 25),
    ],
)
def test_a_day_is_the_shops_whole_day_also_when_the_clocks_change(day: date, starts: str, hours: int) -> None:
    assert start_of(day, MADRID) == at(starts)
    assert end_of(day, MADRID) - start_of(day, MADRID) == timedelta(hours=hours)


def test_a_day_whose_midnight_is_skipped_begins_when_the_clocks_have_moved() -> None:
    assert start_of(date(2024, 9, 8), "America/Santiago") == at("2024-09-08T04:00")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-11-22", "2026-11-21T23:00:00", "2026-11-22T22:59:59.999999"),
        ("2026-03-29", "2026-03-28T23:00:00", "2026-03-29T21:59:59.999999"),
        ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T22:59:59.999999"),
    ],
)
async def test_one_day_is_a_range_that_includes_both_its_midnights_and_nothing_else(
    day: str, first: str, last: str
) -> None:
    step = timedelta(microseconds=1)
    await order_rows.order(number="before", created_at=at(first) - step)
    await order_rows.order(number="first", created_at=at(first))
    await order_rows.order(number="last", created_at=at(last))
    await order_rows.order(number="after", created_at=at(last) + step)

    assert await numbers(filter_of(**{"from": day, "to": day})) == ["last", "first"]


@pytest.mark.usefixtures("database")
async def test_the_hour_that_comes_twice_in_october_is_on_one_day() -> None:
    await order_rows.order(number="first 2:30", created_at=at("2026-10-25T00:30"))
    await order_rows.order(number="second 2:30", created_at=at("2026-10-25T01:30"))

    assert await numbers(filter_of(**{"from": "2026-10-25", "to": "2026-10-25"})) == ["second 2:30", "first 2:30"]


@pytest.mark.usefixtures("database")
async def test_a_range_open_at_one_end_goes_on_for_ever() -> None:
    await order_rows.order(number="early", created_at=at("2025-01-01T12:00"))
    await order_rows.order(number="late", created_at=at("2027-01-01T12:00"))

    assert await numbers(filter_of(**{"from": "2026-01-01"})) == ["late"]
    assert await numbers(filter_of(to="2026-01-01")) == ["early"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "words", ["2026-007", "FERRETERIA", "ferretería sol", "sol marta", "Gil", "600 123", "ws-4040", "dañado", "50%"]
)
async def test_search_finds_number_company_buyer_phone_sku_and_comment_without_case_and_accents(words: str) -> None:
    await order_rows.order(number="2026-00777", references="FR-200, WS-4040", comments="Uno llegó danado, 50% off")
    await order_rows.order(number="2026-00888", company="Holzbau", name="Jonas", phone="", email="j@lang.example")

    assert await numbers(filter_of(search=words)) == ["2026-00777"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("words", ["%", "_", "50_", "sol jonas", "'; drop table order"])
async def test_a_search_takes_its_words_literally_and_needs_all_of_them(words: str) -> None:
    await order_rows.order(comments="50 off")

    assert await numbers(filter_of(search=words)) == []


@pytest.mark.usefixtures("database")
async def test_several_statuses_one_buyer_and_the_tick_can_be_asked_for() -> None:
    marta = await Buyer.create(email="marta@sol.example")
    await order_rows.order(number="1", status=Status.ERROR, buyer=marta, verification=Verification.VERIFIED)
    await order_rows.order(number="2", status=Status.PROCESSED, email="J.Lang@lang.example")
    await order_rows.order(number="3", buyer=marta, verification=Verification.OVERRIDDEN)

    assert await numbers(filter_of(status="error,processed")) == ["2", "1"]
    assert await numbers(filter_of(buyer=str(marta.id))) == ["3", "1"]
    assert await numbers(filter_of(buyer="lang@")) == ["2"]
    assert await numbers(filter_of(verified="yes")) == ["1"]
    assert await numbers(filter_of(verified="no")) == ["2"]
    assert await numbers(filter_of(verified="override")) == ["3"]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-11-25T09:00", "2026-11-23T09:00"),
        ("2026-11-24T09:00", "2026-11-20T09:00"),
        ("2026-11-28T12:00", "2026-11-25T23:00"),
        ("2026-11-29T12:00", "2026-11-25T23:00"),
        ("2026-11-27T23:30", "2026-11-25T23:00"),
        ("2026-03-31T09:00", "2026-03-27T10:00"),
    ],
)
def test_two_working_days_are_without_the_weekend_on_the_shops_clock(now: str, before: str) -> None:
    assert working_days_before(at(now), 2, MADRID) == at(before)


@pytest.mark.usefixtures("database")
async def test_without_answer_is_what_was_neither_confirmed_settled_nor_written_about_for_two_working_days() -> None:
    received = {"verification": Verification.VERIFIED, "created_at": at("2026-11-20T09:00")}
    await order_rows.order(number="alone", **received)
    await order_rows.order(number="new", **received, received_at=at("2026-11-20T09:01"))
    await order_rows.order(number="not received", created_at=at("2026-11-01T09:00"))
    await order_rows.order(number="confirmed", **received, confirmed_at=NOON)
    await order_rows.order(number="settled", **received, status=Status.ERROR)
    for purpose in (Purpose.MESSAGE, Purpose.EDITED, Purpose.STATUS_CHANGED):
        order = await order_rows.order(number=f"told by {purpose}", **received)
        await order_rows.message(order, MessageStatus.SENT, purpose=purpose)
    only_noticed = await order_rows.order(number="only noticed", **received)
    await order_rows.message(only_noticed, MessageStatus.SENT, purpose=Purpose.RECEIVED)

    wanted = filter_of(flag="unanswered", sort="number", order="up")
    assert await numbers(wanted, at("2026-11-24T09:00")) == ["alone", "only noticed"]


@pytest.mark.usefixtures("database")
async def test_a_possible_duplicate_counts_until_it_is_confirmed_or_settled() -> None:
    first = await order_rows.order(number="first")
    endings: dict[str, dict[str, object]] = {
        "twice": {},
        "confirmed": {"confirmed_at": NOON},
        "settled": {"status": Status.ERROR},
    }
    for number, more in endings.items():
        await order_rows.order(number=number, duplicate_of=first, **more)

    assert await numbers(filter_of(flag="duplicates")) == ["twice"]


@pytest.mark.usefixtures("database")
async def test_each_figure_is_a_filter() -> None:
    received = Verification.VERIFIED
    friday, last_sunday = NOON - timedelta(days=2), NOON - timedelta(days=7)
    await order_rows.order(number="today", verification=received, status=Status.PROCESSED)
    await order_rows.order(number="waiting", verification=received, created_at=friday, status=Status.TO_BE_REVIEWED)
    await order_rows.order(number="confirmed", verification=received, created_at=last_sunday, confirmed_at=NOON)
    await order_rows.order(number="unverified", created_at=last_sunday)
    failed = await order_rows.order(
        number="failed", verification=received, created_at=last_sunday, status=Status.PROCESSED
    )
    await order_rows.message(failed, MessageStatus.FAILED)
    await order_rows.message(failed, MessageStatus.FAILED)
    await order_rows.message(None, MessageStatus.FAILED)

    assert await numbers(filter_of(flag="new_today")) == ["today"]
    assert await numbers(filter_of(flag="waiting")) == ["waiting"]
    assert await numbers(filter_of(flag="unverified")) == ["unverified"]
    assert await numbers(filter_of(flag="failed")) == ["failed"]
    assert await numbers(filter_of(flag="this_week")) == ["today", "waiting"]


@pytest.mark.usefixtures("database")
async def test_today_ends_at_the_shops_midnight_not_at_utcs() -> None:
    await order_rows.order(number="late evening", created_at=at("2026-11-22T22:30"))

    assert await numbers(filter_of(flag="new_today"), now=at("2026-11-22T22:45")) == ["late evening"]
    assert await numbers(filter_of(flag="new_today"), now=at("2026-11-22T23:15")) == []


@pytest.mark.usefixtures("database")
async def test_newest_comes_first_and_columns_sort_both_ways() -> None:
    await order_rows.order(number="1", total=200, company="zeta")
    await order_rows.order(number="2", total=100, company="Alfa", created_at=NOON - timedelta(days=1))
    await order_rows.order(number="3", total=300, company="beta")

    assert await numbers(filter_of()) == ["3", "1", "2"]
    assert await numbers(filter_of(sort="total", order="up")) == ["2", "1", "3"]
    assert await numbers(filter_of(sort="total")) == ["3", "1", "2"]
    assert await numbers(filter_of(sort="buyer", order="up")) == ["2", "3", "1"]
    for sort in SORTS:
        assert len(await numbers(filter_of(sort=sort))) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday", "to": "2026-02-30"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"status": "shipped,,;"},
        {"verified": "maybe"},
        {"flag": "everything"},
        {"sort": "password", "order": "down"},
        {"page": "--1"},
        {"page": "1", "at": "after-7"},
        {"at": "beside-7"},
        {"page": "٣"},
        {"search": "a\x00b"},
        {"search": "\ud800"},
        {"unknown": "1"},
    ],
)
def test_what_cannot_be_meant_is_ignored(query: dict[str, str]) -> None:
    assert filter_of(**query) == OrderFilter(MADRID)


def test_a_range_typed_backwards_is_turned_round() -> None:
    turned = filter_of(**{"from": "2026-11-22", "to": "2026-11-01"})

    assert (turned.from_date, turned.to_date) == (date(2026, 11, 1), date(2026, 11, 22))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("buyer", ["0", "99999999999999999999", "٣", "²"])
async def test_a_buyers_id_that_cannot_be_one_is_looked_for_as_text(buyer: str) -> None:
    await order_rows.order()

    assert await numbers(filter_of(buyer=buyer)) == []


def test_chips_say_what_is_set() -> None:
    chips = filter_of(
        **{"from": "2026-11-01", "to": "2026-11-29"},
        search="sol",
        status="error,pending",
        verified="no",
        flag="failed",
        buyer="7",
    ).chips()

    assert chips == [
        ("search", "“sol”"),
        ("from", "from 1 Nov 2026"),
        ("to", "until 29 Nov 2026"),
        ("status", "Pending, Error"),
        ("buyer", "one buyer"),
        ("verified", "Not verified"),
        ("flag", "Failed deliveries"),
    ]


dates = st.none() | st.dates(date(2000, 1, 1), date(2999, 12, 31))
filters = st.builds(
    OrderFilter,
    time_zone=st.just(MADRID),
    search=st.text(max_size=20).map(str.strip).filter(str.isprintable),
    from_date=dates,
    to_date=dates,
    status=st.frozensets(st.sampled_from(Status)),
    buyer=st.from_regex(r"[a-z0-9@.]{0,12}", fullmatch=True),
    verified=st.none() | st.sampled_from(Verification),
    flag=st.none() | st.sampled_from(Flag),
    sort=st.sampled_from(sorted(SORTS)),
    descending=st.booleans(),
    page=st.integers(1, 1_000_000),
).filter(lambda f: not (f.from_date and f.to_date) or f.from_date <= f.to_date)


@given(filters)
def test_what_is_written_to_the_address_is_read_back_the_same(order_filter: OrderFilter) -> None:
    address = urlencode(order_filter.query())

    assert OrderFilter.parse(dict(parse_qsl(address)), MADRID) == order_filter


@given(st.dictionaries(st.sampled_from(["search", "from", "to", "status", "buyer", "page", "sort"]), st.text()))
def test_no_address_is_refused_and_what_was_understood_stays_so(query: dict[str, str]) -> None:
    understood = OrderFilter.parse(query, MADRID)

    assert OrderFilter.parse(understood.query(), MADRID) == understood
