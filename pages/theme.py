"""The shop's colours and style sheet, for pages and for plain HTML."""

import copy
import hashlib
import html
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from nicegui import app, ui

from models import brand

STATIC_FOLDER = Path(__file__).parent / "static"
_FILES = b"".join(file.read_bytes() for file in sorted(STATIC_FOLDER.iterdir()))
STATIC_VERSION = hashlib.sha256(_FILES).hexdigest()[:12]
STATIC_URL = f"/static/{STATIC_VERSION}"
STYLESHEET_URL = f"{STATIC_URL}/pedido.css"
ONE_YEAR_SECONDS = 365 * 24 * 3600
KEPT = 16  # looks: a shop has one, and its seller tries some

FRAMEWORK_LANGUAGES = {"en": "en-GB"}  # where the framework's name for a language is not simply its code


class Shop(Protocol):
    """What the theme and the frame need to know of a shop."""

    @property
    def name(self) -> str: ...
    @property
    def color(self) -> str: ...
    @property
    def logo_url(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def language(self) -> str: ...


def serve() -> None:
    """Serve the style sheet and what stands beside it, under a versioned address; called once at the start."""
    app.add_static_files(STATIC_URL, STATIC_FOLDER, max_cache_age=ONE_YEAR_SECONDS)


def apply(shop: Shop, title: str) -> None:
    """Give the page being built the shop's style sheet, colours, icon, language and `title`."""
    client = ui.context.client
    client.page = copy.copy(client.page)  # the page object is shared by every visitor
    client.page.favicon = favicon(shop)
    client.page.language = FRAMEWORK_LANGUAGES.get(shop.language, shop.language)  # type: ignore[assignment] # any code
    ui.page_title(document_title(shop, title))
    ui.add_head_html(_style_tags(shop))


def head_html(shop: Shop, title: str) -> str:
    """Return the inside of `<head>` for a plain HTML page: the same look without the framework."""
    return (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(document_title(shop, title))}</title>"
        f'<link rel="icon" href="{html.escape(favicon(shop))}">'
        f"{_style_tags(shop)}"
    )


def document_title(shop: Shop, title: str) -> str:
    """Return the title of a browser tab."""
    return f"{title} · {shop.name}" if title else shop.name


def dotted(name: str) -> tuple[str, str]:
    """Return what stands before and after the dot in the brand's colour: the name's first dot, or one at its end."""
    before, _dot, after = name.partition(".")
    return before, after


def _style_tags(shop: Shop) -> str:
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="stylesheet" href="{STYLESHEET_URL}"><style>{brand_variables(shop.color)}</style>'
    )


def favicon(shop: Shop) -> str:
    """Return a small picture of the shop's initial on its colour, as a data address."""
    return _favicon(shop.name.strip()[:1].upper() or "P", brand.known(shop.color))


@lru_cache(maxsize=KEPT)
def _favicon(letter: str, color: str) -> str:
    initial = html.escape(letter)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{color}"/>'
        '<text x="16" y="23" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="20" '
        f'fill="{brand.ink_on(color)}">{initial}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


@lru_cache(maxsize=KEPT)
def brand_variables(color: str) -> str:
    """Return the CSS variables that follow from the seller's `color` ("#rrggbb"), for light and dark screens."""
    light, dark = (_declarations(palette) for palette in brand.palettes(color))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _declarations(palette: brand.Palette) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())
