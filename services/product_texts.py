"""What a product is called and found by: in which language, and the folded texts, for imports and for edits."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from models.text import LANGUAGES, fold, spoken

MAX_SORT_NAME = 250
MAX_SEARCH = 10_000
TAGS = re.compile(r"<[^>]*>")
TRANSLATED = ("name", "description")  # what a product may say in several languages


def key(column: str, language: str) -> str:
    """The key of `Product.texts` under which a column's text in a language stands."""
    return f"{column}:{language}"


KEYS = frozenset(key(column, language) for column in TRANSLATED for language in LANGUAGES)


def said(row: Mapping[str, Any], column: str, prefix: str = "") -> str:
    """A product's name or description in the language that is spoken here, else as it is.

    `row` has the columns of the product, and its `texts`, by names that begin with `prefix`.
    """
    own: str = row[prefix + column]
    return (row[f"{prefix}texts"] or {}).get(key(column, spoken())) or own


def search_text(  # noqa: PLR0913 - everything a product can be found by
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
