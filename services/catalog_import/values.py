"""What the text of a cell means: yes or no, a category's path, pictures, quantity breaks, a description."""

import html
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

import nh3

from models.catalog_field import CATEGORY_SEPARATOR
from models.money import MAX_UNIT_PRICE, round_unit_price
from models.text import _, fold
from services.catalog_import import numbers
from services.catalog_import.numbers import Sign
from services.catalog_import.source import NumberText

MAX_DESCRIPTION = 20_000
MAX_CATEGORY_NAME = 120
MAX_CATEGORY_PATH = 400
MAX_PICTURES = 20
MAX_SOURCE = 1000
MAX_COUNT = 1_000_000_000

YES = {
    "1", "yes", "y", "true", "t", "on", "x", "active", "enabled", "published", "visible",
    "si", "s", "verdadero", "activo", "activado", "publicado",
    "ja", "j", "wahr", "aktiv", "aktiviert",
    "oui", "o", "vrai", "actif", "publie",
}  # fmt: skip
NO = {
    "0", "-1", "2", "no", "n", "false", "f", "off", "inactive", "disabled", "draft", "archived", "private", "unlisted",
    "unpublished", "hidden",
    "falso", "inactivo", "desactivado", "borrador",
    "nein", "falsch", "inaktiv", "deaktiviert", "entwurf",
    "non", "faux", "inactif", "desactive", "brouillon",
}  # fmt: skip

PATH_SIGNS = ("->", ">", "»", "/", "|", "\\")
ROOTS = {"default category", "root", "root catalog", "home", "inicio", "accueil", "startseite", "alle kategorien"}
WEB = ("http://", "https://")
PICTURE_NAME = re.compile(r"[^<>\"]+\.(jpe?g|png|webp|gif|avif|bmp|tiff?|svg)", re.IGNORECASE)
TAGS = {
    "p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "u", "s", "sub", "sup", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "blockquote", "code", "pre", "hr", "dl", "dt", "dd", "a",
}  # fmt: skip
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def yes_or_no(text: str) -> bool | None:
    """Return what a cell answers, or None if it is neither yes nor no."""
    word = fold(text)
    return True if word in YES else False if word in NO else None


def description(text: str) -> str:
    """Return a description as harmless HTML of a bearable length; plain text keeps its lines."""
    return shortened(harmless(text))


def harmless(text: str) -> str:
    """Return a description as harmless HTML, however long; plain text keeps its lines."""
    if not text:
        return ""
    if not nh3.is_html(text) and "&" not in text:
        return "<br>".join(html.escape(line, quote=False) for line in text.strip().split("\n"))
    return CLEANER.clean(text).strip()


def shortened(description: str) -> str:
    """Return harmless HTML cut to a bearable length, still harmless."""
    return description if len(description) <= MAX_DESCRIPTION else CLEANER.clean(description[:MAX_DESCRIPTION])


def path_sign(cells: Iterable[str]) -> str:
    """The sign between the names of a category column's paths, or "" if it has none."""
    filled = [cell for cell in cells if cell]
    return next((sign for sign in PATH_SIGNS if any(sign in cell for cell in filled)), "")


@lru_cache(maxsize=4096)  # many products are in few categories
def category_path(text: str, sign: str, *, is_list: bool) -> str:
    """Return a category as its names joined by ` > `, the deepest one if there are several.

    `sign` stands between the names, `is_list` says that a comma separates categories. Raises ValueError with a
    sentence if it is too long to be one.
    """
    paths = [_names(one, sign) for one in _categories(text, sign, is_list=is_list)]
    paths = [names for names in paths if fold(" ".join(names)) not in ROOTS] or paths
    return joined_path(*max(paths, key=len, default=[]))


def joined_path(*names: str) -> str:
    """Return a category's path. Raises ValueError with a sentence if it is too long to be one."""
    path = CATEGORY_SEPARATOR.join(names)
    if len(path) > MAX_CATEGORY_PATH or any(len(name) > MAX_CATEGORY_NAME for name in path.split(CATEGORY_SEPARATOR)):
        raise ValueError(_("The category is too long: “{text}”.").format(text=path[:60]))
    return path


def _categories(text: str, sign: str, *, is_list: bool) -> list[str]:
    parts = [part.replace("\\,", ",") for part in re.split(r"(?<!\\)[,\n;]", text)]
    all_are_paths = bool(sign) and len(parts) > 1 and all(sign in part for part in parts)
    return parts if is_list or all_are_paths else [text]


def _names(path: str, sign: str) -> list[str]:
    names = [" ".join(name.split()) for name in (path.split(sign) if sign else [path])]
    names = [name for name in names if name]
    return names[1:] if len(names) > 1 and fold(names[0]) in ROOTS else names


def pictures(cells: Iterable[str]) -> list[str]:
    """Return the pictures named in these cells, in order and each once: web addresses, or names of files."""
    found: list[str] = []
    for cell in cells:
        found += [source for source in map(_picture, _picture_parts(cell)) if source]
    return list(dict.fromkeys(found))[:MAX_PICTURES]


def _picture_parts(cell: str) -> list[str]:
    """Cut a cell where a picture ends and another begins: a comma may also belong to an address."""
    first, *pieces = re.split(r"([,;|\n]|\s+(?=https?://))", cell)
    parts = [first]
    for sign, piece in zip(pieces[::2], pieces[1::2], strict=True):
        if _is_whole(parts[-1]) or piece.strip().startswith(WEB):
            parts.append(piece)
        else:
            parts[-1] += sign + piece
    return [part.strip(" ,;|\n") for part in parts]


def _is_whole(text: str) -> bool:
    return not text.strip() or bool(PICTURE_NAME.fullmatch(text.strip()))


def _picture(text: str) -> str:
    if text.startswith(WEB):
        return text if len(text) <= MAX_SOURCE and _names_a_server(text) else ""
    name = re.split(r"[/\\]", text)[-1]
    return name if PICTURE_NAME.fullmatch(name) and len(name) <= MAX_SOURCE and ":" not in text else ""


def _names_a_server(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:  # brackets that are not closed, say
        return False


def price(text: str, sign: Sign) -> Decimal:
    """Read a price. Raises ValueError with a sentence that says what is wrong."""
    try:
        number = numbers.parse(text, sign)
    except ValueError:
        raise ValueError(_("“{text}” is not a price.").format(text=text[:60])) from None
    if number < 0:
        raise ValueError(_("The price is below zero: {text}.").format(text=text[:60]))
    if number > MAX_UNIT_PRICE:
        raise ValueError(_("The price {text} is larger than can be meant.").format(text=text[:60]))
    return round_unit_price(number)


def count(text: str, sign: Sign) -> int:
    """Read a whole number of pieces, 1 at least, also from words (`box of 10`). Raises ValueError with a sentence."""
    found = re.findall(r"(?:(?<!\w)-)?\d[\d.,' ]*", text)
    try:
        number = numbers.parse(text if isinstance(text, NumberText) else found[0].strip(), sign)
    except (ValueError, IndexError):
        number = Decimal(-1)
    if len(found) > 1 or number < 0 or number != number.to_integral_value() or number > MAX_COUNT:
        raise ValueError(_("“{text}” is not a whole number.").format(text=text[:60]))
    return max(1, int(number))


def stock(text: str, sign: Sign) -> int | None:
    """Read a stock, the sum of several (`default=100,north=5`); None if it is told in words."""
    if "=" in text:
        parts = [part.partition("=")[2] for part in re.split(r"[,;|]", text)]
        numbers_found = [stock(part.strip(), sign) for part in parts if part.strip()]
        return sum(n for n in numbers_found if n is not None) if numbers_found else None
    try:
        return max(0, min(int(numbers.parse(text, sign)), MAX_COUNT))
    except ValueError:
        return None


def ean(text: str) -> str | None:
    """Return a code of 8 to 14 digits (or an ISBN-10), "" for an empty cell, or None for what cannot be one."""
    code = re.sub(r"[\s\-'\"=]", "", text).upper()
    if not code:
        return ""
    return code if re.fullmatch(r"\d{7}[\dX]|\d{9}[\dX]|\d{11,14}", code) else None


def has_check_digit(code: str) -> bool:
    """Whether the last digit of an EAN, UPC or GTIN is the one that follows from the others."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", code):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return weighted % 10 == 0


def options_list(text: str) -> dict[str, dict[str, str]]:
    """Read a list of variants, `sku=A,color=Red,size=M|sku=B,…`, as the options of each SKU."""
    found: dict[str, dict[str, str]] = {}
    for part in text.split("|"):
        pairs = [pair.partition("=") for pair in part.split(",") if "=" in pair]
        named = {name.strip(): value.strip() for name, _sign, value in pairs}
        sku = named.pop("sku", "")
        if sku:
            found[sku] = {option_name(name): value for name, value in named.items() if value}
    return found


@lru_cache(maxsize=4096)
def option_name(text: str) -> str:
    """An option's name as people read it: `shoe_size` is "Shoe size"."""
    words = " ".join(text.replace("_", " ").split())
    return (words[:1].upper() + words[1:])[:80]


def made_sku(parts: Sequence[str]) -> str:
    """Make a SKU from words: `blue-shirt`, `M` is `BLUE-SHIRT-M`."""
    words = [re.sub(r"[^A-Z0-9.]+", "-", fold(part).upper()).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:80].strip("-")
