"""Which product a picture is of, by the name of its file: `SAW-240.jpg`, and `SAW-240-2.jpg` for its second."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.text import fold

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
NUMBERED = re.compile(r"(.+)[-_ (]+(\d{1,2})\)?")


@dataclass(frozen=True)
class Named:
    """The product that a file is named like, and as which of its pictures."""

    product_id: int
    number: int


class Names:
    """All SKUs, as file names can spell them: `A/1` is `A-1`, in any case."""

    def __init__(self, skus: Mapping[str, int]) -> None:
        """`skus` are all products' ids by SKU; what two SKUs would be spelled like means neither."""
        self._exactly = {fold(sku): id_ for sku, id_ in skus.items()}
        self._spelled: dict[str, int | None] = {}
        for sku, id_ in skus.items():
            key = _spelled(sku)
            self._spelled[key] = None if key in self._spelled else id_

    def find(self, file_name: str) -> Named | None:
        """What a file is named like: a SKU before a SKU and a number, for `SG-1.jpg` is no first picture of `SG`."""
        stem, _dot, _ending = file_name.rpartition(".")
        whole = self._product(stem)
        if whole is not None:
            return Named(whole, 1)
        numbered = NUMBERED.fullmatch(stem)
        product_id = self._product(numbered[1]) if numbered else None
        return Named(product_id, int(numbered[2])) if numbered and product_id is not None else None

    def _product(self, stem: str) -> int | None:
        return self._exactly.get(fold(stem)) or (self._spelled.get(_spelled(stem)) if stem else None)


def pictures(names: Collection[str]) -> list[str]:
    """Those of the names that may be pictures; what archives add to a folder by themselves is none."""
    return [name for name in names if name.lower().endswith(ENDINGS) and not name.startswith(".")]


def _spelled(sku: str) -> str:
    return re.sub(r"[^\w.]+|_+", "-", fold(sku)).strip("-")
