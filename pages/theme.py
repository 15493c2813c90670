"""The shop's colours and style sheet, for pages and for plain HTML."""

import colorsys
import copy
import hashlib
import html
import re
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from nicegui import app, ui

from models.shop import DEFAULT_COLOR

STATIC_FOLDER = Path(__file__).parent / "static"
STYLESHEET_VERSION = hashlib.sha256((STATIC_FOLDER / "pedido.css").read_bytes()).hexdigest()[:12]
STATIC_URL = f"/static/{STYLESHEET_VERSION}"
STYLESHEET_URL = f"{STATIC_URL}/pedido.css"
ONE_YEAR_SECONDS = 365 * 24 * 3600

TEXT_CONTRAST = 4.5  # WCAG AA for text
EDGE_CONTRAST = 3.0  # WCAG AA for the edge of a control
LIGHT_SURFACES = ("#ffffff", "#f6f8f7")  # --surface and --ground of the style sheet
DARK_SURFACES = ("#141b19", "#0d1312")
DARK_INKS = ("#06231d", "#000000")
DARK_SATURATION_LIMIT = 0.5
DARK_COMFORT = 7.5  # thin text on a dark ground wants more than the norm
SOFT_SHARE = 0.10
HOVER_SHARE = 0.12
STEPS = 100

FRAMEWORK_LANGUAGES = {"en": "en-US"}  # where the framework's name for a language is not simply its code

Rgb = tuple[float, float, float]


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
    """Serve the style sheet under its versioned address; called once when the program is wired."""
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
    color = _known(shop.color)
    initial = html.escape(shop.name.strip()[:1].upper() or "P")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{color}"/>'
        '<text x="16" y="23" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="20" '
        f'fill="{ink_on(color)}">{initial}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def brand_variables(color: str) -> str:
    """Return the CSS variables that follow from the seller's `color` ("#rrggbb"), for light and dark screens.

    A colour that is not one gives the default. Text on paper, on its own tint and on the brand reaches 4.5:1.
    """
    seed = _known(color)
    light = _palette(seed, _darkened(seed), LIGHT_SURFACES)
    bright = _lightened(seed)
    dark = _palette(bright, bright, DARK_SURFACES)
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _palette(fill: str, text: str, surfaces: tuple[str, ...]) -> str:
    surface = surfaces[0]
    variables = {
        "brand": fill,
        "brand-ink": ink_on(fill),
        "brand-hover": _hovered(fill),
        "brand-edge": fill if contrast(fill, surface) >= EDGE_CONTRAST else text,
        "brand-text": text,
        "brand-soft": mix(text, surface, SOFT_SHARE),
    }
    return "".join(f"--{name}:{value};" for name, value in variables.items())


def _hovered(fill: str) -> str:
    """Return `fill` a shade away from its ink, so that hovering never costs contrast."""
    return mix("#000000" if ink_on(fill) == "#ffffff" else "#ffffff", fill, HOVER_SHARE)


def ink_on(color: str) -> str:
    """Return white or a dark ink, whichever can be read on `color`."""
    for ink in ("#ffffff", *DARK_INKS):
        if contrast(ink, color) >= TEXT_CONTRAST:
            return ink
    return DARK_INKS[-1]


def _darkened(color: str) -> str:
    """Return `color` mixed with black until it can be read on light surfaces and on its own tint."""
    candidates = (mix("#000000", color, step / STEPS) for step in range(STEPS + 1))
    return next(candidate for candidate in candidates if _readable(candidate, LIGHT_SURFACES))


def _lightened(color: str) -> str:
    """Return `color` made lighter until it can be read on dark surfaces and on its own tint."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(color))
    if _comfortable(color):
        return color
    saturation = min(saturation, DARK_SATURATION_LIMIT)
    steps = (lightness + (1 - lightness) * step / STEPS for step in range(STEPS + 1))
    candidates = (_hex(colorsys.hls_to_rgb(hue, level, saturation)) for level in steps)
    return next(candidate for candidate in candidates if _comfortable(candidate))


def _comfortable(color: str) -> bool:
    return contrast(color, DARK_SURFACES[0]) >= DARK_COMFORT and _readable(color, DARK_SURFACES)


def _readable(text: str, surfaces: tuple[str, ...]) -> bool:
    papers = (*surfaces, *(mix(text, surface, SOFT_SHARE) for surface in surfaces))
    return all(contrast(text, paper) >= TEXT_CONTRAST for paper in papers)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours after WCAG 2 (1 to 21)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(color: str, into: str, share: float) -> str:
    """Return `into` with `share` (0 to 1) of `color` in it."""
    red, green, blue = (b + (a - b) * share for a, b in zip(_rgb(color), _rgb(into), strict=True))
    return _hex((red, green, blue))


def _rgb(color: str) -> Rgb:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def _known(color: str) -> str:
    return color.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", color) else DEFAULT_COLOR
