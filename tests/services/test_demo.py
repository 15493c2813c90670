"""The sample shop: complete, sound in its figures, made once and only where there is no other shop."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from tortoise import Model

from models import (
    Buyer,
    Category,
    DeliveryAttempt,
    DiscountCode,
    EventKind,
    Export,
    ExportedOrder,
    LegalText,
    Link,
    MessageStatus,
    Order,
    OrderCharge,
    OrderCounter,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    Picture,
    Product,
    Purpose,
    Seller,
    Shop,
    Status,
    Surcharge,
    TransferTarget,
    Verification,
)
from models.catalog_field import CATEGORY_SEPARATOR
from models.catalog_search import Search
from models.money import to_minor
from models.pricing import PriceList
from models.text import LANGUAGES, speaking
from services import (
    catalog,
    commands,
    demo,
    exports,
    housekeeping,
    mailed_orders,
    order_list,
    parameters,
    seller_sessions,
    settings,
    verification,
)
from services import database as the_database
from services.catalog_import.values import has_check_digit
from services.deliveries import read_letter
from services.demo import drawings, people, requests
from services.demo.drawings import canvas, colors
from services.demo.goods import Good
from services.demo.stories import Telling
from services.picture_files import thumb
from tests.door import signed_in

LISTED = PriceList("EUR")  # the catalogue's own prices

TABLES: tuple[type[Model], ...] = (
    Buyer, Category, DeliveryAttempt, DiscountCode, Export, ExportedOrder, LegalText, Link, Order, OrderCharge,
    OrderCounter, OrderEvent, OrderLine, OutboxMessage, Picture, Product, Seller, Shop, Surcharge, TransferTarget,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the command has made the sample shop, with blank pictures to save time."""
    data = tmp_path_factory.mktemp("demo") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(data.parent)
        patch.setattr(drawings, "draw", lambda _name: Image.new("RGB", (40, 30), "#dde9e2"))
        settings.load(data=data)
        commands.make_demo()
    return data


@pytest.fixture
async def sample(folder: Path) -> AsyncIterator[Shop]:
    """The sample shop, open."""
    chosen = settings.load(data=folder)
    await the_database.open_database(chosen.database_url)
    yield await parameters.current()
    await the_database.close_database()


async def rows_of_all_tables() -> dict[str, int]:
    return {table.__name__: await table.all().count() for table in TABLES}


async def test_a_seller_signs_in_with_the_password_that_is_printed(sample: Shop) -> None:
    session = await seller_sessions.find(await signed_in(demo.SELLER, demo.PASSWORD))
    assert session is not None
    assert session.seller.email == demo.SELLER


async def test_the_catalogue_has_about_sixty_products_in_categories_of_two_levels(sample: Shop) -> None:
    page = await catalog.page(Search(), LISTED)
    assert 60 <= page.total <= 70
    assert len(page.categories) >= 6
    assert all(category.children for category in page.categories)
    paths = await Product.filter(parent_id__isnull=True).values_list("category__path", flat=True)
    assert {str(path).count(CATEGORY_SEPARATOR) for path in paths} == {1}


async def test_products_categories_and_options_are_told_in_every_language(sample: Shop) -> None:
    others = {language for language in LANGUAGES if language != sample.language}
    for product in await Product.filter(parent_id=None):
        assert {f"name:{code}" for code in others} <= (product.texts or {}).keys(), product.sku
        assert {f"description:{code}" for code in others} <= (product.texts or {}).keys(), product.sku
    assert all(len(texts) == len(others) for texts in await Category.all().values_list("texts", flat=True))
    with speaking("de"):
        page = await catalog.page(Search(category="Workwear > Clothing"), PriceList("EUR"))
        told = [(page.told.option(option.name), option.values) for option in page.options if option.name == "Colour"]
        assert page.told.path("Workwear > Clothing") == "Arbeitsschutz > Kleidung"
        assert [product.name for product in page.products] == ["Warnweste", "T-Shirt, schwere Baumwolle"]
        assert [(name, page.told.value("Colour", values[0])) for name, values in told] == [("Farbe", "Marineblau")]


async def test_every_ean_has_its_check_digit_and_is_used_once(sample: Shop) -> None:
    eans = [str(ean) for ean in await Product.exclude(ean="").values_list("ean", flat=True)]
    assert len(eans) > 80
    assert all(map(has_check_digit, eans))
    assert len(set(eans)) == len(eans)


async def test_every_picture_a_product_names_is_there_in_both_sizes(sample: Shop) -> None:
    named = await Picture.all().values("source", "file")
    assert {row["source"] for row in named} == set(drawings.ALBUM)
    for row in named:
        assert is_picture(row["file"])
        assert is_picture(thumb(row["file"]))
    assert is_picture(sample.logo)


async def test_some_products_have_no_picture_and_some_come_in_variants(sample: Shop) -> None:
    listed = (await catalog.page(Search(page_size=48), LISTED)).products
    assert 3 <= sum(not product.picture for product in listed) <= 12
    assert sum(product.is_parent for product in listed) >= 3


async def test_the_total_of_every_order_is_the_sum_of_its_parts(sample: Shop) -> None:
    orders = await Order.all().prefetch_related("lines", "charges")
    assert 270 <= len(orders) <= 330
    for order in orders:
        lines = list(order.lines)
        amounts = [to_minor((line.unit_price or Decimal(0)) * line.quantity, order.currency) for line in lines]
        assert [line.line_total for line in lines] == amounts
        assert order.lines_total == sum(amounts)
        assert order.discounts + order.surcharges == sum(charge.amount for charge in order.charges)
        assert order.discounts == sum(charge.amount for charge in order.charges if charge.amount < 0)
        assert order.total == order.lines_total + order.discounts + order.surcharges
        assert order.references == ", ".join(line.sku for line in lines)


async def test_every_status_and_every_kind_of_verification_appears(sample: Shop) -> None:
    orders = await Order.all()
    assert {order.status for order in orders} == set(Status)
    assert {order.verification for order in orders} == set(Verification)
    assert all((order.received_at is not None) == order.verification.is_received for order in orders)
    assert any(order.duplicate_of_id for order in orders)
    messages = await OutboxMessage.all().values_list("status", flat=True)
    assert {str(status) for status in messages} == {
        MessageStatus.SENT,
        MessageStatus.CAPTURED,
        MessageStatus.FAILED,
    }


async def test_charges_come_from_codes_small_orders_and_islands(sample: Shop) -> None:
    codes = Counter(str(code) for code in await OrderCharge.all().values_list("code", flat=True))
    assert set(codes) >= {"WELCOME5", "AUTUMN", "SMALL", "ZONE-I"}


async def test_orders_are_numbered_as_they_came_and_the_counter_goes_on_from_there(sample: Shop) -> None:
    orders = await Order.all().order_by("id")
    assert [order.created_at for order in orders] == sorted(order.created_at for order in orders)
    by_year = Counter(order.number.split("-")[0] for order in orders)
    counted = {str(counter.year): counter.last_number for counter in await OrderCounter.all()}
    assert counted == by_year
    assert len({order.number for order in orders}) == len(orders)


async def test_nothing_has_happened_in_the_future(sample: Shop) -> None:
    now = datetime.now(UTC)
    assert not await OrderEvent.filter(created_at__gt=now).exists()
    assert not await OutboxMessage.filter(created_at__gt=now).exists()
    assert not await Order.filter(created_at__gt=now).exists()
    assert await Order.filter(created_at__gte=now - timedelta(days=1)).count() >= 3


async def test_every_history_tells_how_the_order_came_to_be_as_it_is(sample: Shop) -> None:
    for order in await Order.all().prefetch_related("events"):
        kinds = [event.kind for event in order.events]
        assert kinds[0] is EventKind.PLACED
        assert (EventKind.CONFIRMED in kinds) == (order.confirmed_at is not None)
        assert (EventKind.VERIFIED in kinds) == (order.verification is Verification.VERIFIED)
        assert (order.status is Status.PROCESSED) == (order.confirmed_at is not None)


async def test_what_is_new_since_the_last_export_is_of_the_last_days(sample: Shop) -> None:
    assert 3 <= (await order_list.figures(sample)).not_exported <= 25


async def test_exports_were_made_each_week_and_one_was_taken_back(sample: Shop) -> None:
    page = await exports.page(1)
    assert len(page.kept) == page.total == 13
    assert [export.undone_at is not None for export in page.rows].count(True) == 1
    for newer, older in pairwise(page.rows):
        assert older.created_at < newer.created_at < datetime.now(UTC)
        assert f"{exports.local_time(newer.created_at, sample):%Y-%m-%d}" in newer.file_name
    newest = page.rows[0]
    assert (await exports.open_again(newest.id)).content.startswith(b"\xef\xbb\xbf")
    marked = await OrderEvent.filter(kind=EventKind.EXPORTED, text=newest.file_name).values_list(
        "created_at", flat=True
    )
    assert list(marked) == [newest.created_at] * newest.orders


async def test_subjects_in_the_ledger_are_those_of_the_mails(sample: Shop) -> None:
    written = [message for message in await OutboxMessage.exclude(purpose=Purpose.TRANSFER) if message.content]
    assert {message.purpose for message in written} == {
        Purpose.VERIFY,
        Purpose.RECEIVED,
        Purpose.CONFIRMED,
        Purpose.NOTICE,
    }
    for message in written[::10]:
        assert read_letter(bytes(message.content)).subject == message.title


async def test_the_links_in_the_newest_mails_work(sample: Shop) -> None:
    unverified = OutboxMessage.filter(purpose=Purpose.VERIFY, order__verification=Verification.UNVERIFIED)
    unconfirmed = OutboxMessage.filter(purpose=Purpose.NOTICE, order__confirmed_at__isnull=True)
    asked, told = await unverified.order_by("-id").first(), await unconfirmed.order_by("-id").first()
    assert asked is not None
    assert told is not None
    token = link_in(asked, "verify")
    assert (await verification.describe(token))[0] is verification.LinkState.OPEN
    confirmation = await mailed_orders.describe(link_in(told, "orders/confirm"))
    assert confirmation.state is mailed_orders.ConfirmState.OPEN
    attached = read_letter(bytes(told.content)).attachments[0]
    downloaded = await mailed_orders.csv_file(link_in(told, "orders/csv"))
    assert downloaded.content == attached.content


async def test_housekeeping_finds_nothing_to_do(sample: Shop) -> None:
    before = await rows_of_all_tables()
    empty = await OutboxMessage.filter(content=b"").count()
    await housekeeping.clean_up()
    assert await rows_of_all_tables() == before
    assert await OutboxMessage.filter(content=b"").count() == empty


async def test_making_it_twice_changes_nothing(sample: Shop) -> None:
    before, files = await rows_of_all_tables(), sorted(settings.current().media.iterdir())
    assert await demo.is_made()
    assert not await demo.make()
    assert await rows_of_all_tables() == before
    assert sorted(settings.current().media.iterdir()) == files


def test_the_command_says_how_to_sign_in_each_time(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    settings.load(data=folder)
    commands.make_demo()
    told = capsys.readouterr().out
    assert demo.SELLER in told
    assert demo.PASSWORD in told
    assert "./data" in told


async def test_a_folder_with_another_shop_is_left_alone(shop: Shop) -> None:
    with pytest.raises(Exception, match="not the sample shop"):
        await demo.make()
    assert await Product.all().count() == 0
    assert await Order.all().count() == 0


async def test_an_empty_folder_is_not_marked_as_made(database: None) -> None:
    assert not await demo.is_made()


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 31, 23, 3, tzinfo=UTC),  # three minutes into the new year in Madrid
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # the clocks have just been set back
        datetime(2027, 3, 28, 12, 0, tzinfo=UTC),
        datetime(2028, 2, 29, 18, 45, tzinfo=UTC),
    ],
)
def test_it_can_be_made_at_any_hour_of_any_day(now: datetime) -> None:
    dice = Random(1)
    made_up = requests.invent(people.load(), goods(), now, "Europe/Madrid", dice)
    sent = [request.sent_at for request in made_up]
    assert sent == sorted(sent)
    assert sent[-1] < now
    assert sum(request.is_twin for request in made_up) == 1
    stories = Telling(now, demo.SELLER, demo.MANAGERS[0], dice).tell(made_up)
    assert all(happening.at < now for story in stories for happening in story.happenings)
    assert sum(story.verification is Verification.UNVERIFIED for story in stories) == 4


def test_the_same_moment_gives_the_same_shop() -> None:
    now = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    first, second = (requests.invent(people.load(), goods(), now, "UTC", Random(7)) for _each in range(2))
    assert first == second


def test_a_picture_leaves_the_edge_of_its_ground_free() -> None:
    picture = drawings.draw("rope.jpg")
    assert picture.size == (1200, 900)
    edges = ((0, 0, 1200, 20), (0, 880, 1200, 900), (0, 0, 20, 900), (1180, 0, 1200, 900))
    assert {color for box in edges for _n, color in picture.crop(box).getcolors() or []} == {picture.getpixel((0, 0))}
    assert len(picture.getcolors(picture.width * picture.height) or []) > 100


@pytest.mark.parametrize("name", drawings.ALBUM)
def test_every_drawing_can_be_drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "SCALE", 0.25)
    drawing, ground = drawings.ALBUM[name]
    assert drawing().shapes().width > 100
    assert ground in vars(colors).values()


def goods() -> list[Good]:
    rooms = sorted({room for trade in people.TRADES.values() for room in trade})
    return [
        Good(n, n, f"P-{n}", f"Product {n}", Decimal("4.20"), (), "", 1, 1, rooms[n % len(rooms)]) for n in range(1, 90)
    ]


def is_picture(file: str) -> bool:
    with Image.open(settings.current().media / file) as picture:
        return picture.format == "WEBP"


def link_in(message: OutboxMessage, path: str) -> str:
    found = re.search(rf"/{path}/([\w-]+)", read_letter(bytes(message.content)).text)
    assert found
    return found[1]
