"""How the shop puts products, carts and requests into words, and what it believes of a browser."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import ChargeKind, Order, OrderLine, Shop, Verification
from models.cart import MAX_QUANTITY
from models.catalog_search import Search, Sort
from models.pricing import Charge, QuantityBreak, Quote, QuotedLine, WantedLine
from models.text import speaking
from pages.components.cart_events import text_from, wish_from
from pages.link_preview import plain_text, shortened
from pages.shop import catalog, show, show_cart, show_request
from services.cart_lines import KeptLine
from services.carts import ShownLine
from services.catalog import CatalogPage, CategoryCount, ListedProduct
from services.catalog_index import OfferedOption
from services.catalog_words import CatalogWords
from services.product_view import ProductView, Variant
from services.sent_requests import SentRequest

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def make_shop(**values: Any) -> Shop:
    return Shop(id=1, **{"name": "Norte Tools", "currency": "EUR", "time_zone": "Europe/Madrid", **values})


def listed(**values: Any) -> ListedProduct:
    product: dict[str, Any] = {
        "id": 1,
        "sku": "WS-4040",
        "link_sku": "WS-4040",
        "name": "Wood screw",
        "price": Decimal("0.0125"),
        "is_parent": False,
        "has_several_prices": False,
        "unit": "",
        "pack_size": 500,
        "minimum_quantity": 1,
        "breaks": (QuantityBreak(10_000, Decimal("0.0098")), QuantityBreak(1000, Decimal("0.011"))),
        "stock": None,
        "picture": "",
    }
    return ListedProduct(**{**product, **values})


def variant(id_: int, options: dict[str, str], **values: Any) -> Variant:
    known: dict[str, Any] = {
        "sku": f"TS-{id_}",
        "price": Decimal(id_),
        "unit": "",
        "pack_size": 1,
        "minimum_quantity": 1,
        "breaks": (),
        "stock": None,
        "picture": "",
    }
    return Variant(id=id_, options=options, **{**known, **values})


def product_view(*variants: Variant) -> ProductView:
    return ProductView(9, "TS", "T-shirt", "", "Workwear", "Workwear", True, (), variants, None)


@pytest.mark.parametrize(
    ("name", "sku", "letters"),
    [
        ("Folding rule 2 m, beech", "FR-200", "FR"),
        ("Äpfel", "A", "ÄP"),
        ("3 × 40 mm", "X-9", "34"),
        ("2000", "-wd-40", "20"),
        ("…", "-wd-40", "WD"),
    ],
)
def test_a_product_without_a_picture_shows_two_letters(name: str, sku: str, letters: str) -> None:
    assert show.initials(name, sku) == letters


@pytest.mark.parametrize(
    ("unit", "pack", "words"),
    [("", 1, "each"), ("pair", 1, "pair"), ("", 72, "each · pack of 72"), ("kg", 1000, "kg · pack of 1,000")],
)
def test_a_price_says_what_it_is_for(unit: str, pack: int, words: str) -> None:
    assert show.unit_words(unit, pack, "en") == words


def test_a_card_shows_price_break_and_first_quantity_in_the_readers_language() -> None:
    with speaking("de"):
        card = show.card(listed(), make_shop())
    assert (card["price"], card["unit"]) == ("0,0125\xa0€", "Stück · Packung zu 500")
    assert card["hint"] == "ab 1.000: 0,011\xa0€"
    assert (card["pack"], card["min"]) == (500, 500)


def test_a_card_shows_the_price_of_the_smallest_quantity_that_can_be_ordered() -> None:
    card = show.card(listed(pack_size=1000), make_shop())
    assert (card["price"], card["hint"]) == ("€0.011", "from 10,000: €0.0098")
    page = show.panel(product_view(variant(3, {}, pack_size=10, breaks=(QuantityBreak(5, Decimal(2)),))), make_shop())
    assert page["from"] == "€2.00"


def test_a_card_of_a_product_in_variants_names_no_break_of_its_own_which_nobody_gets() -> None:
    assert show.card(listed(is_parent=True), make_shop())["hint"] == ""


def test_more_to_the_next_break_are_whole_packs_at_the_price_that_they_reach() -> None:
    breaks = (QuantityBreak(60, Decimal("4.20")), QuantityBreak(90, Decimal("4.00")), QuantityBreak(101, Decimal(3)))
    line = KeptLine(WantedLine(1, "WS", "Screw", 50, Decimal(5), breaks), 50, 1, None, None)
    assert show_cart.next_break(line, make_shop()) == "50 more to €4.00 each"


def test_a_card_of_a_parent_leads_to_its_options_from_the_lowest_price() -> None:
    card = show.card(listed(is_parent=True, has_several_prices=True, price=Decimal("9.5"), breaks=()), make_shop())
    assert (card["price"], card["choose"]) == ("from €9.50", "Choose options")


def test_a_product_without_a_price_says_so_and_a_shop_without_prices_shows_none_anywhere() -> None:
    assert show.card(listed(price=None), make_shop())["instead"] == "Price on request"
    hidden = make_shop(prices_hidden=True)
    page = show.panel(product_view(variant(1, {}, breaks=(QuantityBreak(10, Decimal("0.5")),))), hidden)
    assert "€" not in repr(show.card(listed(), hidden))
    assert "€" not in repr(page)
    assert (show.card(listed(), hidden)["instead"], page["from"]) == ("Price on request", "Price on request")


def test_sku_with_signs_of_an_address_keep_their_page() -> None:
    assert show.product_address("A/1 &?#%ä") == "/product/A%2F1%20%26%3F%23%25%C3%A4"


def test_options_are_told_apart_even_where_a_variant_lacks_one() -> None:
    panel = show.panel(product_view(variant(1, {"Size": "S"}), variant(2, {"Size": "S", "Colour": "red"})), make_shop())
    assert panel["options"] == [{"name": "Size", "values": ["S"]}, {"name": "Colour", "values": ["–", "red"]}]


def test_variants_that_their_options_do_not_tell_apart_are_chosen_by_sku() -> None:
    panel = show.panel(product_view(variant(1, {"Size": "S"}), variant(2, {"Size": "S"})), make_shop())
    assert panel["options"] == [{"name": "Variant", "values": ["TS-1", "TS-2"]}]


def test_a_single_variant_needs_no_choice() -> None:
    assert show.panel(product_view(variant(1, {"Size": "S"})), make_shop())["options"] == []


def test_price_by_quantity_begins_with_the_list_price() -> None:
    panel = show.panel(product_view(variant(5, {}, breaks=(QuantityBreak(10, Decimal("4.5")),))), make_shop())
    rows = panel["variants"][0]["breaks"]
    assert [(row["from"], row["price"]) for row in rows] == [(1, "€5.00"), (10, "€4.50")]


def test_price_by_quantity_begins_with_the_smallest_quantity_that_can_be_ordered() -> None:
    steps = (QuantityBreak(5, Decimal(4)), QuantityBreak(50, Decimal(3)))
    in_tens = show.panel(product_view(variant(5, {}, breaks=steps, pack_size=10)), make_shop())["variants"][0]
    assert [(row["from"], row["price"]) for row in in_tens["breaks"]] == [(10, "€4.00"), (50, "€3.00")]
    assert in_tens["price"] == "€4.00"
    in_hundreds = show.panel(product_view(variant(5, {}, breaks=steps, pack_size=100)), make_shop())["variants"][0]
    assert (in_hundreds["breaks"], in_hundreds["price"]) == ([], "€3.00")


@pytest.mark.parametrize(
    ("stock", "words"),
    [(None, ""), (0, "Not in stock at the moment"), (-2, "Not in stock at the moment"), (1200, "1,200 in stock")],
)
def test_stock_is_told_only_where_the_shop_tells_it(stock: int | None, words: str) -> None:
    assert show.stock_words(stock, make_shop()) == words


def test_a_sum_shows_each_charge_with_its_reason() -> None:
    charges = (
        Charge(ChargeKind.DISCOUNT, "SPRING", "Spring", "10 % of 0", Decimal("-1.50")),
        Charge(ChargeKind.SURCHARGE, "MIN", "Small order", "small order", Decimal(30)),
    )
    rows = show_cart.sum_rows(Quote("EUR", (), charges), make_shop())
    assert [(row["label"], row["amount"]) for row in rows[1:]] == [("Spring", "−€1.50"), ("Small order", "€30.00")]
    assert show_cart.sum_rows(Quote("EUR", (), charges, prices_hidden=True), make_shop(prices_hidden=True)) == []


def shown_line(**values: Any) -> ShownLine:
    known: dict[str, Any] = {"product_id": 1, "sku": "RP", "name": "Rope", "quantity": 10, "list_price": Decimal(2)}
    wanted = WantedLine(**{**known, **values})
    kept = KeptLine(wanted, pack_size=5, minimum_quantity=1, stock=None, parent_id=None)
    return ShownLine(QuotedLine(wanted, wanted.list_price, Decimal(20)), kept, "")


def test_the_unit_of_a_cart_line_stands_with_its_price_or_else_with_its_pack() -> None:
    metres, pieces = (
        show_cart.cart_line(shown_line(unit="m"), make_shop()),
        show_cart.cart_line(shown_line(), make_shop()),
    )
    assert (metres["price"], metres["unit"], metres["packs"]) == ("€2.00", "/ m", "pack of 5")
    assert (pieces["unit"], pieces["packs"]) == ("each", "pack of 5")
    assert show_cart.cart_line(shown_line(unit="m"), make_shop(prices_hidden=True))["packs"] == "m · pack of 5"
    assert show_cart.cart_line_to_read(shown_line(unit="m"), make_shop())["quantity"] == "10 m"


def test_hidden_prices_cannot_be_sorted_by() -> None:
    cheapest = Search(words="saw", sort=Sort.CHEAPEST, page=2)
    assert catalog._allowed(cheapest, make_shop()) == cheapest
    assert catalog._allowed(cheapest, make_shop(prices_hidden=True)) == Search(words="saw", page=2)


def test_what_a_search_is_narrowed_to_can_be_taken_out_piece_by_piece() -> None:
    search = Search(words="cap", options=(("Colour", ("red", "blue")),), in_stock=True, page=2)
    chips = catalog._chips(search, CatalogWords())
    assert [chip["label"] for chip in chips] == ["“cap”", "Colour: red", "Colour: blue", "In stock"]
    assert chips[1]["href"] == "/?q=cap&option.Colour=blue&stock=1"
    assert chips[3]["href"] == "/?q=cap&option.Colour=red%7Cblue"
    assert catalog._chips(Search(), CatalogWords()) == []


def test_each_value_leads_to_the_search_with_it_or_without_it() -> None:
    search = Search(options=(("Colour", ("red",)),))
    offered = (OfferedOption("Colour", ("red", "blue")),)
    stock, colour = catalog._filters(CatalogPage(search, (), 4, 4, (), offered, in_stock=3), show.window(make_shop()))
    assert [(value["label"], value["count"], value["on"]) for value in stock["values"]] == [("In stock", "3", False)]
    assert [(value["on"], value["href"]) for value in colour["values"]] == [
        (True, "/"),
        (False, "/?option.Colour=red%7Cblue"),
    ]
    assert catalog._filters(CatalogPage(Search(), (), 4, 4, ()), show.window(make_shop())) == []


def test_what_was_narrowed_too_far_leads_back_to_what_was_searched_for() -> None:
    empty = catalog._empty(CatalogPage(Search(words="cap", in_stock=True), (), 0, 0, ()))
    assert (empty["title"], empty["href"]) == ("Nothing left", "/?q=cap")


def test_a_previews_sentence_ends_with_a_whole_word() -> None:
    assert shortened("a  b\n c") == "a b c"
    assert shortened("word " * 60) == "word " * 39 + "word …"
    assert plain_text("<p>5 &lt; 6<br>and</p>").split() == ["5", "<", "6", "and"]


def test_a_page_says_which_part_it_shows() -> None:
    assert show.counts(Search(page=2), 1284, 24, "en") == "25–48 of 1,284"
    assert show.counts(Search(), 0, 0, "en") == ""


def test_the_pages_of_a_list_stay_few_and_keep_the_search() -> None:
    search = Search(words="saw", sort=Sort.CHEAPEST, page=5)
    shown = catalog._pages(search, 24 * 20, "en")
    assert [page["label"] for page in shown["pages"]] == ["1", "…3", "3", "4", "5", "6", "7", "…20", "20"]  # type: ignore[attr-defined]
    assert (shown["previous"], shown["next"]) == ("/?q=saw&sort=price&page=4", "/?q=saw&sort=price&page=6")
    first = catalog._pages(Search(), 10, "en")
    assert (first["previous"], first["next"], len(first["pages"])) == ("", "", 1)  # type: ignore[arg-type]


def test_the_second_level_opens_below_the_chosen_category() -> None:
    screws = CategoryCount("Fixings > Screws", "Screws", 2)
    categories = (CategoryCount("Cutting", "Cutting", 1), CategoryCount("Fixings", "Fixings", 3, (screws,)))
    closed = catalog._categories(CatalogPage(Search(), (), 4, 4, categories), "en")
    opened = catalog._categories(CatalogPage(Search(category="Fixings > Screws"), (), 2, 4, categories), "en")
    assert [entry["name"] for entry in closed] == ["All products", "Cutting", "Fixings"]
    assert [entry["name"] for entry in opened if entry["current"]] == ["Screws"]
    assert opened[-1]["href"] == "/?category=Fixings+%3E+Screws"


def make_order(**values: Any) -> Order:
    known: dict[str, Any] = {
        "number": "NT-2026-00001",
        "name": "Ana",
        "email": "ana@ruiz.example",
        "currency": "EUR",
        "created_at": NOON,
        "lines_total": 2150,
        "total": 2150,
    }
    return Order(**{**known, **values})


def states(order: Order) -> list[str]:
    return [step["state"] for step in show_request.steps(order, make_shop())]


def test_a_request_shows_how_far_it_has_come() -> None:
    received: dict[str, Any] = {"verification": Verification.VERIFIED, "received_at": NOON + timedelta(hours=1)}
    assert states(make_order()) == ["done", "now", "later", "later"]
    assert states(make_order(**received)) == ["done", "done", "done", "now"]
    assert states(make_order(**received, confirmed_at=NOON)) == ["done"] * 4
    assert show_request.stage(make_order(**received)) == ("Received", "look")


def test_times_are_told_in_the_shops_time_zone() -> None:
    assert show.moment(NOON, make_shop()) == "1 Jul 2026, 12:00"
    with speaking("de"):
        assert show.moment(NOON, make_shop()) == "01.07.2026, 12:00"


def test_a_request_sent_without_prices_shows_none() -> None:
    order = make_order(prices_hidden=True)
    line = OrderLine(line_no=1, sku="SL", name="Level", quantity=2000, unit="pair", unit_price=Decimal(3), line_total=6)
    shown = show_request.line(line, order, make_shop())
    assert (shown["quantity"], shown["price"], shown["total"]) == ("2,000 pair", "", "")
    assert show_request.sum_rows(SentRequest(order, (line,), ()), make_shop()) == []
    assert show_request.total(order, make_shop()) == ""


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "1",
        {"id": 1},
        {"id": "1", "quantity": 1},
        {"id": True, "quantity": 1},
        {"id": 0, "quantity": 1},
        {"id": 2**63, "quantity": 1},
        {"id": 1, "quantity": -1},
        {"id": 1, "quantity": 1.5},
        {"id": 1, "quantity": MAX_QUANTITY + 1},
    ],
)
def test_a_forged_wish_is_not_believed(sent: object) -> None:
    assert wish_from(sent) is None


def test_a_wish_is_a_product_and_a_quantity() -> None:
    assert wish_from({"id": 7, "quantity": 0, "more": "ignored"}) == (7, 0)
    assert text_from("SPRING", 40) == "SPRING"
    assert text_from("x" * 41, 40) is None
    assert text_from(7, 40) is None
