"""The legal texts as plain pages: the privacy policy and the terms."""

from dataclasses import dataclass

from babel.dates import format_date
from fastapi import HTTPException
from fastapi.responses import HTMLResponse
from nicegui import app

from models import LegalKind, LegalText
from models.days import date_locale, day_of
from models.errors import NotFoundError
from models.text import _
from pages import plain
from services import legal, parameters

LONGEST_HEADING = 80


@dataclass(frozen=True)
class Paragraph:
    """A piece of a text; a short line that stands alone and does not end like a sentence is a heading."""

    text: str
    is_heading: bool


def register() -> None:
    """Declare the route."""
    app.add_api_route("/legal/{kind}", show, methods=["GET", "HEAD"])


async def show(kind: str, version: int | None = None) -> HTMLResponse:
    """Show a text: the version that counts now, or an earlier one that somebody agreed to."""
    if kind not in set(LegalKind):
        raise HTTPException(404)
    wanted = LegalKind(kind)
    try:
        shop = await parameters.current()
    except NotFoundError:
        raise HTTPException(404) from None
    text = await (legal.for_reader(wanted, shop) if version is None else legal.version(wanted, version))
    present = await legal.current(wanted, text.language) if text else None
    if text is None or present is None:
        raise HTTPException(404)
    return plain.render(
        "legal.html",
        parameters.look(shop),
        title=title(wanted),
        paragraphs=paragraphs(text.text),
        language=text.language,
        about=_about(text, shop.time_zone),
        newest=f"/legal/{wanted}" if text.id != present.id else "",
    )


def title(kind: LegalKind) -> str:
    """What a text is called."""
    return _("Privacy policy") if kind is LegalKind.PRIVACY else _("Terms of sale")


def paragraphs(text: str) -> list[Paragraph]:
    """Split a text at its empty lines."""
    pieces = [piece.strip() for piece in text.split("\n\n") if piece.strip()]
    return [Paragraph(piece, _is_heading(piece)) for piece in pieces]


def _is_heading(piece: str) -> bool:
    return "\n" not in piece and len(piece) <= LONGEST_HEADING and piece[-1] not in ".,;:!?…"


def _about(text: LegalText, time_zone: str) -> str:
    day = format_date(day_of(text.created_at, time_zone), format="long", locale=date_locale(text.language))
    return _("Version {n}, {date}").format(n=text.version, date=day)
