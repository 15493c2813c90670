"""A letter in words, and how it becomes a mail's text and HTML with the shop's name and colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models import Shop, brand
from models.text import _, spoken
from services.later import Later
from services.mails.order_summary import OrderSummary, Row

if TYPE_CHECKING:
    import css_inline
else:
    css_inline = Later("css_inline")

TEMPLATES = Path(__file__).parent / "templates"
TEXT_WIDTH = 72
AMOUNT_WIDTH = 16


@dataclass(frozen=True)
class Mail:
    """A rendered mail, not addressed yet; `attachment` is (file name, bytes)."""

    subject: str
    text: str
    html: str
    attachment: tuple[str, bytes] | None = None


@dataclass(frozen=True)
class Button:
    """Words that open an address of ours."""

    text: str
    url: str


@dataclass(frozen=True)
class Letter:
    """What a mail says, top to bottom. Everything is text and not escaped yet."""

    subject: str
    title: str
    paragraphs: tuple[str, ...]
    quote: str = ""  # what a person has written, with its line breaks
    button: Button | None = None
    link: Button | None = None  # the quieter second way
    notes: tuple[str, ...] = ()
    order: OrderSummary | None = None
    attachment: tuple[str, bytes] | None = None


def render(letter: Letter, shop: Shop) -> Mail:
    """Write a letter as text and as HTML; both say the same."""
    light, dark = brand.palettes(shop.color)
    html = _environment.get_template("letter.html").render(
        letter=letter, shop=shop, light=light, dark=dark, language=spoken()
    )
    text = _environment.get_template("letter.txt").render(letter=letter, shop=shop)
    return Mail(letter.subject, text.strip() + "\n", _inliner().inline(html), letter.attachment)


def _wrapped(text: str) -> str:
    """Break the lines of a text mail; the line breaks somebody wrote stay."""
    return "\n".join(
        textwrap.fill(line, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False) for line in text.splitlines()
    )


def _quoted(text: str) -> str:
    """Mark each line of somebody else's words, so that none can pass for ours."""
    return textwrap.indent(_wrapped(text), "> ", lambda line: True)


def _one_line(text: str) -> str:
    """Put somebody else's words into one line, so that none of them can pass for a line of ours."""
    return " ".join(text.splitlines())


def _row(row: Row) -> str:
    """Write a row with its amount at the right edge."""
    words = f"{row.title} ({row.note})" if row.note else row.title
    lines = textwrap.wrap(words, TEXT_WIDTH - AMOUNT_WIDTH) or [""]
    return "\n".join([*lines[:-1], f"{lines[-1]:<{TEXT_WIDTH - AMOUNT_WIDTH}}{row.amount:>{AMOUNT_WIDTH}}".rstrip()])


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    environment.filters.update(wrapped=_wrapped, quoted=_quoted, one_line=_one_line, row=_row)
    return environment


_environment = _make_environment()


@cache
def _inliner() -> css_inline.CSSInliner:
    """What moves styles into the elements. Only what the dark screen needs stays in <style>; nothing is fetched."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
