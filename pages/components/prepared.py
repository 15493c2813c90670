"""What an element shows from the beginning, as a text in the page; it can be made once for all that show the same.

As properties of an element it would be copied, written as JSON and escaped for each page, kept for each open one, and
sent again with each change of another property.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from nicegui import Client, ui


@dataclass(frozen=True)
class Prepared:
    """JSON that may stand inside a script element."""

    json: str


def prepare(shown: Mapping[str, Any]) -> Prepared:
    """Make ready what a component reads with `shownIn` (prepared.js)."""
    return Prepared(orjson.dumps(shown).decode().replace("<", "\\u003c"))


def write(prepared: Prepared, name: str) -> None:
    """Write it into the page being built; `name` is what the component finds it by."""
    ui.add_body_html(f'<script type="application/json" id="{name}">{prepared.json}</script>')
    ui.context.client.on_connect(_forget)


def _forget(client: Client) -> None:
    """The page has it when it connects; the framework would keep it as long as the page is open."""
    client._body_html = ""
