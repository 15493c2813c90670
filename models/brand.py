"""The colours that follow from the seller's brand colour, each readable where it is used (WCAG 2)."""

import colorsys
import re
from functools import lru_cache

from models.shop import DEFAULT_COLOR

TEXT_CONTRAST = 4.5  # WCAG AA for text
EDGE_CONTRAST = 3.0  # WCAG AA for the edge of a control
LIGHT_SURFACES = ("#ffffff", "#f6f8f7")  # panel and ground
DARK_SURFACES = ("#141b19", "#0d1312")
DARK_INKS = ("#06231d", "#000000")
DARK_SATURATION_LIMIT = 0.5
DARK_COMFORT = 7.5  # thin text on a dark ground wants more than the norm
SOFT_SHARE = 0.10
HOVER_SHARE = 0.12
STEPS = 100

Rgb = tuple[float, float, float]
Palette = dict[str, str]  # brand, brand-ink, brand-hover, brand-edge, brand-text, brand-soft -> "#rrggbb"


@lru_cache(maxsize=32)
def palettes(color: str) -> tuple[Palette, Palette]:
    """Return the colours that follow from `color` ("#rrggbb") on a light and on a dark screen.

    A colour that is not one gives the default. Text on paper, on its own tint and on the brand reaches 4.5:1.
    """
    seed = known(color)
    bright = _lightened(seed)
    return _palette(seed, _darkened(seed), LIGHT_SURFACES), _palette(bright, bright, DARK_SURFACES)


def known(color: str) -> str:
    """Return `color` in lower case, or the default if it is not "#rrggbb"."""
    return color.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", color) else DEFAULT_COLOR


def ink_on(color: str) -> str:
    """Return white or a dark ink, whichever can be read on `color`."""
    for ink in ("#ffffff", *DARK_INKS):
        if contrast(ink, color) >= TEXT_CONTRAST:
            return ink
    return DARK_INKS[-1]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours after WCAG 2 (1 to 21)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def mix(color: str, into: str, share: float) -> str:
    """Return `into` with `share` (0 to 1) of `color` in it."""
    red, green, blue = (b + (a - b) * share for a, b in zip(_rgb(color), _rgb(into), strict=True))
    return _hex((red, green, blue))


def _palette(fill: str, text: str, surfaces: tuple[str, ...]) -> Palette:
    surface = surfaces[0]
    return {
        "brand": fill,
        "brand-ink": ink_on(fill),
        "brand-hover": _hovered(fill),
        "brand-edge": fill if contrast(fill, surface) >= EDGE_CONTRAST else text,
        "brand-text": text,
        "brand-soft": mix(text, surface, SOFT_SHARE),
    }


def _hovered(fill: str) -> str:
    """Return `fill` a shade away from its ink, so that hovering never costs contrast."""
    return mix("#000000" if ink_on(fill) == "#ffffff" else "#ffffff", fill, HOVER_SHARE)


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


def _luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(color: str) -> Rgb:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)
