"""What the text of a cell means, and where it stays open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog_import import breaks, numbers, values
from services.catalog_import.numbers import Sign
from services.catalog_import.source import NumberText


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("4,20", ".", "4.20"),
        ("4.20", ",", "4.20"),
        ("1.234,50", ".", "1234.50"),
        ("1,234.50", ",", "1234.50"),
        ("1.234.567", ".", "1234567"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("0,125", ".", "0.125"),
        ("12'345.60", ",", "12345.60"),
        ("1 234,5", ".", "1234.5"),
        ("€ 4,20", ".", "4.20"),
        ("4.20 EUR", ",", "4.20"),
        ("US$12.00", ".", "12.00"),
        (",5", ".", "0.5"),
        ("-3", ".", "-3"),
        ("17", ",", "17"),
    ],
)
def test_a_number_is_read_as_its_writer_meant_it(text: str, sign: Sign, expected: str) -> None:
    assert numbers.parse(text, sign) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "on request", "4,2,0", "1.23.4", "12a", "€", "1,2345,6", "--1", "1e5", "4.20/kg"])
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError):
        numbers.parse(text, ".")


def test_a_spreadsheets_own_number_has_a_decimal_point_whatever_the_column_uses() -> None:
    assert numbers.parse(NumberText("1.234"), ",") == Decimal("1.234")


@pytest.mark.parametrize(
    ("column", "otherwise", "sign"),
    [
        (["1.234", "4,20"], ".", ","),
        (["1,234", "4.20", "5"], ",", "."),
        (["1.234", "2.000"], ",", ","),
        (["1.234", "2.000"], ".", "."),
        (["4,20", "4.20"], ".", "."),
        ([], ",", ","),
    ],
)
def test_the_decimal_sign_is_judged_by_the_whole_column(column: list[str], otherwise: Sign, sign: Sign) -> None:
    assert numbers.decimal_sign(column, otherwise) == sign


@given(st.decimals(min_value=0, max_value=9_999_999, places=2), st.sampled_from([",", "."]))
def test_a_grouped_price_is_read_back_exactly(price: Decimal, sign: Sign) -> None:
    english = f"{price:,.2f}"
    text = english if sign == "." else english.translate(str.maketrans(",.", ".,"))

    assert numbers.parse(text, ".") == price
    assert numbers.parse(text, ",") == price


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("€ 4.20", "EUR"),
        ("4.20 eur", "EUR"),
        ("12 Euro", "EUR"),
        ("£3", "GBP"),
        ("9.00 USD", "USD"),
        ("$9", ""),
        ("9", ""),
    ],
)
def test_a_price_may_name_its_currency(text: str, currency: str) -> None:
    assert numbers.currency_of(text) == currency


@pytest.mark.parametrize(
    "cell",
    [
        "10:4.20|100:3.90",
        "10: 4,20; 100: 3,90",
        "10+ = 4.20, 100+ = 3.90",
        "ab 10: 4,20 €\nab 100: 3,90 €",
        "10:4,20,100:3,90",
    ],
)
def test_quantity_breaks_are_read_in_several_hands(cell: str) -> None:
    assert breaks.read(cell, ".", None) == [[10, "4.2"], [100, "3.9"]]


def test_breaks_in_percent_are_worked_out_from_the_list_price() -> None:
    cell = "group=all,qty=2,type=fixed,price=12|group=all,qty=3,type=discount,price=50|group=wholesale,qty=2,price=1"

    assert breaks.read(cell, ".", Decimal(14)) == [[2, "12"], [3, "7"]]


@pytest.mark.parametrize("cell", ["cheap", "10", "10:free", "10:0", "ten: 4.20"])
def test_what_is_no_quantity_break_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"quantity break|not a price"):
        breaks.read(cell, ".", None)


@pytest.mark.parametrize(
    ("cell", "sign", "is_list", "path"),
    [
        ("Tools > Saws", ">", False, "Tools > Saws"),
        ("Kitchen -> Coffee", "->", False, "Kitchen > Coffee"),
        ("Men/Winter Wear", "/", False, "Men > Winter Wear"),
        ("Nuts | Bolts", "|", False, "Nuts > Bolts"),
        ("Clothing, Clothing > Hoodies", ">", True, "Clothing > Hoodies"),
        ("Default Category/Gear,Default Category/Gear/Bags", "/", False, "Gear > Bags"),
        ("Screws, nuts, bolts", "", False, "Screws, nuts, bolts"),
        ("Home,Boxes", "", True, "Boxes"),
        ("Home", "", True, "Home"),
        ("", "", False, ""),
    ],
)
def test_a_category_is_a_path(cell: str, sign: str, is_list: bool, path: str) -> None:
    assert values.category_path(cell, sign, is_list=is_list) == path


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1.webp", ["1.webp"]),
        ("6.webp,7.webp, 8.webp", ["6.webp", "7.webp", "8.webp"]),
        ("https://a.example/x.jpg, https://a.example/y.jpg", ["https://a.example/x.jpg", "https://a.example/y.jpg"]),
        ("https://a.example/x.jpg https://a.example/y.jpg", ["https://a.example/x.jpg", "https://a.example/y.jpg"]),
        ("https://a.example/w_1,h_2/x.jpg", ["https://a.example/w_1,h_2/x.jpg"]),
        ("/m/b/mug 1.jpg|a, b.png", ["mug 1.jpg", "a, b.png"]),
        ("C:\\pictures\\x.png", []),
        ("javascript:alert(1)", []),
        ("file:///etc/passwd.png", []),
        ("http://[a.example/x.jpg", []),
        ("none", []),
        ("x.jpg,x.jpg", ["x.jpg"]),
    ],
)
def test_a_cell_may_name_several_pictures(cell: str, found: list[str]) -> None:
    assert values.pictures([cell]) == found


def test_a_description_keeps_its_shape_and_loses_what_could_harm() -> None:
    told = (
        '<h2>Fine</h2><p onclick="x()">saw</p><script>alert(1)</script><img src=x onerror=y>'
        '<a href="javascript:z">go</a>'
    )

    cleaned = values.description(told)

    assert cleaned.startswith("<h2>Fine</h2><p>saw</p>")
    assert not any(word in cleaned for word in ("script", "onclick", "onerror", "img", "javascript"))


def test_a_plain_description_keeps_its_lines_and_signs() -> None:
    assert values.description("5 < 6\nsecond") == "5 &lt; 6<br>second"


@pytest.mark.parametrize(
    "told", ["Plain, & simple", "<p>Fine</p>", "a < b & c > d", "<b>open", "x" * 30_000, "<p>" + "y " * 20_000]
)
def test_cleaning_a_description_twice_changes_nothing_more(told: str) -> None:
    once = values.description(told)

    assert values.description(once) == once
    assert len(once) <= values.MAX_DESCRIPTION + 100


@pytest.mark.parametrize("word", ["1", "yes", "Sí", "ja", "OUI", "TRUE", "active", "x", "Aktiv", "published"])
def test_yes_is_understood_in_four_languages(word: str) -> None:
    assert values.yes_or_no(word) is True


@pytest.mark.parametrize("word", ["0", "no", "Nein", "non", "FALSE", "draft", "archived", "-1", "Inaktiv"])
def test_no_is_understood_in_four_languages(word: str) -> None:
    assert values.yes_or_no(word) is False


def test_neither_yes_nor_no_is_said_so() -> None:
    assert values.yes_or_no("perhaps") is None


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("12", 12), ("500 pcs", 500), ("Box of 10", 10), ("box-10", 10), ("1.000", 1000), ("0", 1), ("2,0", 2)],
)
def test_a_number_of_pieces_is_read_from_words(text: str, pieces: int) -> None:
    assert values.count(text, ",") == pieces


@pytest.mark.parametrize("text", ["dozen", "2.5", "10 x 4", "-5", ""])
def test_what_is_no_number_of_pieces_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        values.count(text, ".")


@pytest.mark.parametrize(
    ("text", "stock"), [("5000", 5000), ("100.0000", 100), ("default=100,north=5", 105), ("-3", 0), ("in stock", None)]
)
def test_a_stock_is_a_number_or_nothing(text: str, stock: int | None) -> None:
    assert values.stock(text, ".") == stock


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4006381333931", "4006381333931"),
        ("978-0-553-38095-8", "9780553380958"),
        ("", ""),
        ("4.00638E+12", None),
        ("abc", None),
    ],
)
def test_an_ean_is_digits(text: str, code: str | None) -> None:
    assert values.ean(text) == code


def test_a_sku_is_made_of_words() -> None:
    assert values.made_sku(["blaue-Öljacke", "Größe M"]) == "BLAUE-OLJACKE-GROSSE-M"
    assert values.made_sku(["", "!"]) == ""
