"""A short word that passes by, in our look."""

import asyncio
from collections.abc import Awaitable
from typing import Literal, TypeVar

from nicegui import ui

from models.text import _

Answer = TypeVar("Answer")

SHOWN_MS = 4000
SHOWN_MS_BAD = 9000
PATIENCE_SECONDS = 2.0  # until somebody who pressed a button wonders whether anything happens


def toast(words: str, kind: Literal["ok", "bad"] = "ok") -> None:
    """Say `words` at the foot of the page being handled; screen readers hear it too."""
    ui.notify(
        words,
        position="bottom",
        timeout=SHOWN_MS if kind == "ok" else SHOWN_MS_BAD,
        classes=f"toast is-{kind}",
        attrs={"role": "status" if kind == "ok" else "alert"},
        multi_line=False,
    )


async def while_a_file_is_made(making: Awaitable[Answer]) -> Answer:
    """What the making of a file gives; if it takes long, the page says that it is under way."""
    made = asyncio.ensure_future(making)
    await asyncio.wait([made], timeout=PATIENCE_SECONDS)
    if not made.done():
        toast(_("The file is being made. You can go on working meanwhile."))
    return await made
