"""Cells of the CSV files: typed numbers, guarded text, names of files."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Dialect
from models.csv_style import Cell, Style, write
from models.file_name import file_name

NOON = datetime(2026, 11, 22, 11, 0, 5, 999, tzinfo=UTC)


def style(dialect: Dialect, language: str = "en") -> Style:
    return Style.of(dialect, language=language, time_zone="Europe/Madrid")


MACHINE = style(Dialect.MACHINE)
SPREADSHEET = style(Dialect.SPREADSHEET)


@pytest.mark.parametrize("text", ["+49 30 1234", "=HYPERLINK(1)", "-5", "@cmd", "\t1", " =1+1", "\u00a0=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_guarded_for_people_and_exact_for_machines(text: str) -> None:
    assert SPREADSHEET.write(text) == f"'{text}"
    assert MACHINE.write(text) == text


@pytest.mark.parametrize("text", ["", "FR-200", "a=b", "5", "Ünal & Söhne", "'quoted'", "2026-00001"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert SPREADSHEET.write(text) == MACHINE.write(text) == text


@pytest.mark.parametrize("number", [-5, Decimal("-5.00"), Decimal("-95.23")])
def test_a_negative_number_is_a_number_not_a_formula(number: int | Decimal) -> None:
    assert SPREADSHEET.write(number) == MACHINE.write(number) == str(number)


@pytest.mark.parametrize(
    ("language", "row"),
    [("en", "1904.50,a;b"), ("es", '1904,50;"a;b"'), ("de", '1904,50;"a;b"'), ("fr", '1904,50;"a;b"')],
)
def test_a_spreadsheets_delimiter_and_decimal_sign_are_the_languages(language: str, row: str) -> None:
    assert write([[Decimal("1904.50"), "a;b"]], style(Dialect.SPREADSHEET, language)) == f"{row}\r\n"
    assert write([[Decimal("1904.50"), "a;b"]], style(Dialect.MACHINE, language)) == "1904.50,a;b\r\n"


@pytest.mark.parametrize(
    ("cell", "people", "machines"),
    [
        (NOON, "2026-11-22 12:00:05", "2026-11-22T11:00:05Z"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02 00:30:00", "2026-07-01T22:30:00Z"),
        (None, "", ""),
        (0, "0", "0"),
        (Decimal("0.0125"), "0.0125", "0.0125"),
        (Decimal("1E+3"), "1000", "1000"),
    ],
)
def test_times_are_the_shops_for_people_and_utc_for_machines(cell: Cell, people: str, machines: str) -> None:
    assert (SPREADSHEET.write(cell), MACHINE.write(cell)) == (people, machines)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{order_number}.csv", "2026-00318.csv"),
        ("{date}_{time}_{seq}.csv", "2026-11-22_110005_000007.csv"),
        ("orders/../{order_number}.csv", "orders-..-2026-00318.csv"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("Bestellung für {order_number}.txt", "Bestellung-fur-2026-00318.txt"),
        ("{order_number}{unknown}", "2026-00318-unknown-"),
        ("…", "orders.csv"),
        ("{order_number}\r\nDELE x", "2026-00318-DELE-x"),
    ],
)
def test_file_names_are_filled_in_and_safe_everywhere(pattern: str, name: str) -> None:
    assert file_name(pattern, "2026-00318", NOON, seq=7) == name


def test_a_revision_stands_before_the_suffix() -> None:
    assert file_name("{order_number}.csv", "2026-00318", NOON, revision=1) == "2026-00318.csv"
    assert file_name("{order_number}.csv", "2026-00318", NOON, revision=2) == "2026-00318-r2.csv"
    assert file_name("{order_number}", "2026-00318", NOON, revision=12) == "2026-00318-r12"


@given(st.text(), st.text(), st.integers(1, 10**6))
def test_any_pattern_gives_a_short_plain_name_that_keeps_its_revision(pattern: str, number: str, revision: int) -> None:
    name = file_name(pattern, number, NOON, revision=revision)

    assert 0 < len(name) <= 120
    assert name.isascii()
    assert not set("/\\:\0 \r\n") & set(name)
    assert not name.startswith((".", "-"))
    assert revision == 1 or f"-r{revision}" in name
