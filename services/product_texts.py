"""What a product is found and sorted by: the one place where both texts are made, for imports and for edits."""

import html
import re
from collections.abc import Iterable

from models.text import fold

MAX_SORT_NAME = 250
MAX_SEARCH = 10_000
TAGS = re.compile(r"<[^>]*>")


def search_text(  # noqa: PLR0913 - everything a product can be found by
    *, sku: str, name: str, ean: str = "", category: str = "", description: str = "", options: Iterable[str] = ()
) -> str:
    """The folded text of `Product.search`; `description` is HTML, `options` are a variant's values."""
    words = html.unescape(TAGS.sub(" ", description))
    return fold(" ".join([sku, name, ean, category, *options, words]))[:MAX_SEARCH]


def sort_name(name: str) -> str:
    """The folded text of `Product.sort_name`."""
    return fold(name)[:MAX_SORT_NAME]
