"""A short word that passes by, in our look."""

from typing import Literal

from nicegui import ui

SHOWN_MS = 4000
SHOWN_MS_BAD = 9000


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
