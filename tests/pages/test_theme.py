"""The shop's colours: whatever colour a seller picks, everything can be read."""

import colorsys
import re
from types import SimpleNamespace

import pytest

from models import brand
from pages import theme

SELLER_COLORS = [
    *(
        "#" + "".join(f"{channel:02x}" for channel in (r, g, b))
        for r in (0, 90, 255)
        for g in (0, 90, 255)
        for b in (0, 90, 255)
    ),
    *(
        "#" + "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue / 24, lightness, 0.9))
        for hue in range(24)
        for lightness in (0.2, 0.5, 0.8)
    ),
    "#0f6b5c",
    "#767676",
    "#777777",
    "#fffffe",
]


def variables(color: str) -> tuple[dict[str, str], dict[str, str]]:
    css = theme.brand_variables(color)
    light, dark = css.split("@media (prefers-color-scheme:dark)")
    read = [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", part)) for part in (light, dark)]
    return read[0], read[1]


@pytest.mark.parametrize("color", SELLER_COLORS)
def test_brand_text_reads_on_paper_and_on_its_tint_in_light_and_dark(color: str) -> None:
    for found, surfaces in zip(variables(color), (brand.LIGHT_SURFACES, brand.DARK_SURFACES), strict=True):
        for paper in (*surfaces, found["brand-soft"]):
            assert brand.contrast(found["brand-text"], paper) >= 4.5


@pytest.mark.parametrize("color", SELLER_COLORS)
def test_ink_reads_on_the_brand_and_still_when_hovered(color: str) -> None:
    for found in variables(color):
        assert brand.contrast(found["brand-ink"], found["brand"]) >= 4.5
        assert brand.contrast(found["brand-ink"], found["brand-hover"]) >= 4.5


@pytest.mark.parametrize("color", SELLER_COLORS)
def test_a_button_can_be_told_from_the_paper_it_lies_on(color: str) -> None:
    for found, surfaces in zip(variables(color), (brand.LIGHT_SURFACES, brand.DARK_SURFACES), strict=True):
        assert brand.contrast(found["brand-edge"], surfaces[0]) >= 3


def test_a_readable_colour_is_used_as_the_seller_gave_it() -> None:
    light, _dark = variables("#0F6B5C")
    assert light["brand"] == light["brand-text"] == "#0f6b5c"
    assert light["brand-ink"] == "#ffffff"


def test_a_yellow_brand_keeps_its_yellow_buttons_with_dark_ink() -> None:
    light, _dark = variables("#ffd400")
    assert light["brand"] == "#ffd400"
    assert light["brand-ink"] != "#ffffff"
    assert light["brand-text"] != "#ffd400"


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345g", "#123456;}body{display:none}"])
def test_what_is_not_a_colour_gives_the_default_and_never_reaches_the_css(wrong: str) -> None:
    assert theme.brand_variables(wrong) == theme.brand_variables("#0f6b5c")


def test_the_surfaces_reckoned_with_are_those_of_the_style_sheet() -> None:
    sheet = (theme.STATIC_FOLDER / "pedido.css").read_text()
    surfaces = re.findall(r"--surface: (#[0-9a-f]{6}); --ground: (#[0-9a-f]{6})", sheet)
    assert surfaces == [brand.LIGHT_SURFACES, brand.DARK_SURFACES]


def test_every_ink_of_the_style_sheet_reads_on_its_surfaces() -> None:
    sheet = (theme.STATIC_FOLDER / "pedido.css").read_text()
    for scheme, surfaces in zip(range(2), (brand.LIGHT_SURFACES, brand.DARK_SURFACES), strict=True):
        for name in ("ink", "ink-2", "ink-3", "ok", "wait", "look", "bad"):
            ink = re.findall(rf"--{name}: (#[0-9a-f]{{6}})", sheet)[scheme]
            assert all(brand.contrast(ink, surface) >= 4.5 for surface in surfaces), (name, ink)


def test_status_tags_read_on_their_own_tint() -> None:
    sheet = (theme.STATIC_FOLDER / "pedido.css").read_text()
    for scheme, surfaces in zip(range(2), (brand.LIGHT_SURFACES, brand.DARK_SURFACES), strict=True):
        for name in ("ok", "wait", "look", "bad", "ink-2"):
            ink = re.findall(rf"--{name}: (#[0-9a-f]{{6}})", sheet)[scheme]
            assert brand.contrast(ink, brand.mix(ink, surfaces[0], 0.12)) >= 4.5, (name, ink)


def a_shop(**changes: str) -> SimpleNamespace:
    given = {"name": "Norte.Tools", "color": "#0f6b5c", "logo_url": "", "contact": "", "language": "en"}
    return SimpleNamespace(**{**given, **changes})


def test_the_head_of_a_plain_page_escapes_what_the_seller_typed() -> None:
    head = theme.head_html(a_shop(name="<b>Sol</b>", color="#123456;}</style><i>"), "<u>")
    for evil in ("<b>Sol", "<u>", "<i>"):
        assert evil not in head


def test_the_head_of_a_plain_page_links_the_versioned_style_sheet() -> None:
    head = theme.head_html(a_shop(), "Verify")
    assert f'href="{theme.STYLESHEET_URL}"' in head
    assert 'name="viewport"' in head


def test_the_brand_dot_is_the_names_own_or_stands_at_its_end() -> None:
    assert theme.dotted("Norte.Tools") == ("Norte", "Tools")
    assert theme.dotted("Sol") == ("Sol", "")
