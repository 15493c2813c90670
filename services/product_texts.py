"""What a product is called and found by: in which language, and the folded texts, for imports and for edits."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from models.catalog_field import CATEGORY_SEPARATOR
from models.text import LANGUAGES, fold, spoken

MAX_SORT_NAME = 250
MAX_SEARCH = 10_000
TAGS = re.compile(r"<[^>]*>")
TRANSLATED = ("name", "description")  # what a product may say in several languages
CATEGORY = "category"  # a path of names, in `Category.texts`
OPTION, OPTION_NAME = "option.", "option name."  # then the option's name in the shop's own words


def key(column: str, language: str) -> str:
    """The key of `Product.texts` under which a column's text in a language stands."""
    return f"{column}:{language}"


KEYS = frozenset(key(column, language) for column in TRANSLATED for language in LANGUAGES)
CATEGORY_KEYS = tuple(key(CATEGORY, language) for language in LANGUAGES)


def option_keys(options: Iterable[str]) -> frozenset[str]:
    """The keys of `Product.texts` for the values and the names of these options."""
    columns = [kind + name for name in options for kind in (OPTION, OPTION_NAME)]
    return frozenset(key(column, language) for column in columns for language in LANGUAGES)


def said(row: Mapping[str, Any], column: str, prefix: str = "") -> str:
    """A product's name or description in the language that is spoken here, else as it is.

    `row` has the columns of the product, and its `texts`, by names that begin with `prefix`.
    """
    own: str = row[prefix + column]
    return (row[f"{prefix}texts"] or {}).get(key(column, spoken())) or own


def said_path(path: str, texts: Mapping[str, str] | None) -> str:
    """A category's path in the language that is spoken here, else as it is: names stand for names of the same level."""
    told = (texts or {}).get(key(CATEGORY, spoken()), "")
    return told if told and depth(told) == depth(path) else path


def depth(path: str) -> int:
    """How many names a category's path has."""
    return len(path.split(CATEGORY_SEPARATOR))


def said_options(options: Mapping[str, Any], texts: Mapping[str, str] | None) -> dict[str, str]:
    """A variant's options in the language that is spoken here: names and values that are not told stay as they are."""
    told, language = texts or {}, spoken()
    return {
        told.get(key(OPTION_NAME + name, language), str(name)): told.get(key(OPTION + name, language), str(value))
        for name, value in options.items()
    }


def search_text(
    *,
    sku: str,
    name: str,
    ean: str = "",
    category: str = "",
    description: str = "",
    options: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """The folded text of `Product.search`; descriptions are HTML, `options` are a variant's values.

    Names in all languages stand before the descriptions: of very long ones not everything is kept.
    """
    others = texts or {}
    names = [text for name_key, text in others.items() if name_key.startswith(f"{TRANSLATED[0]}:")]
    descriptions = [description, *(text for text_key, text in others.items() if text not in names)]
    words = html.unescape(TAGS.sub(" ", " ".join(descriptions)))
    return fold(" ".join([sku, name, ean, category, *options, *names, words]))[:MAX_SEARCH]


def sort_name(name: str) -> str:
    """The folded text of `Product.sort_name`."""
    return fold(name)[:MAX_SORT_NAME]
