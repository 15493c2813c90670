"""What the catalogue's categories and options are called in the language of whoever reads."""

from collections.abc import Mapping

from models.catalog_field import CATEGORY_SEPARATOR
from models.text import fold, spoken
from services import product_texts


class CatalogWords:
    """The shop's own words for its categories and options, and what they are in other languages.

    Where products say different words for the same, the first one counts.
    """

    def __init__(self) -> None:
        self._categories: dict[tuple[str, str], str] = {}
        self._options: dict[tuple[str, ...], str] = {}

    def add_category(self, path: str, texts: Mapping[str, str] | None) -> None:
        """Learn what a category and those above it are called."""
        own = path.split(CATEGORY_SEPARATOR)
        for key, told in (texts or {}).items():
            names, language = told.split(CATEGORY_SEPARATOR), key.rpartition(":")[2]
            if len(names) == len(own):
                for place, name in enumerate(names, 1):
                    self._categories.setdefault((CATEGORY_SEPARATOR.join(own[:place]), language), name)

    def add_options(self, options: Mapping[str, object], texts: Mapping[str, str]) -> None:
        """Learn what a variant's options and their values are called."""
        for key, told in texts.items():
            column, _colon, language = key.rpartition(":")
            if column.startswith(product_texts.OPTION_NAME):
                self._options.setdefault((fold(column.removeprefix(product_texts.OPTION_NAME)), language), told)
            elif column.startswith(product_texts.OPTION):
                name = column.removeprefix(product_texts.OPTION)
                value = " ".join(str(options.get(name, "")).split())
                self._options.setdefault((fold(name), fold(value), language), told)

    def category(self, path: str) -> str:
        """The name of a category, without those above it."""
        return self._categories.get((path, spoken())) or path.rpartition(CATEGORY_SEPARATOR)[2]

    def path(self, path: str) -> str:
        """A category's path."""
        own = path.split(CATEGORY_SEPARATOR)
        return CATEGORY_SEPARATOR.join(
            self.category(CATEGORY_SEPARATOR.join(own[:place])) for place in range(1, len(own) + 1)
        )

    def option(self, name: str) -> str:
        """The name of an option."""
        return self._options.get((fold(name), spoken()), name)

    def value(self, option: str, value: str) -> str:
        """A value of an option, both in the shop's own words."""
        return self._options.get((fold(option), fold(value), spoken()), value)


def found_by(texts: Mapping[str, str] | None) -> str:
    """The folded words of a category in all its languages, for the search."""
    return fold(" ".join((texts or {}).values()))
