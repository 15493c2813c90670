"""Rows of a table, written as JSON once for all open pages that show the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from pages.components.table_values import Row, row_for_browser


@dataclass(frozen=True)
class WrittenRows:
    """Rows as the browser gets them; `json` goes into each message as it is, not written anew."""

    rows: tuple[dict[str, Any], ...]
    json: orjson.Fragment = field(compare=False)


def write(rows: Iterable[Row]) -> WrittenRows:
    """Make rows ready to be shown. Raises ValueError if one of their links or pictures leads elsewhere."""
    ready = tuple(row_for_browser(row) for row in rows)  # a tuple, so that the framework does not watch each cell
    return WrittenRows(ready, orjson.Fragment(orjson.dumps(ready)))
