"""Libraries that are imported when something of them is first used: large ones that many a day does without."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a library until it is used; annotations that name it must not be looked at before."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


async def imported(name: str) -> None:
    """Import a library in a thread before the event loop uses it: that takes a good part of a second."""
    import asyncio  # noqa: PLC0415 - processes that read one file alone need none

    await asyncio.to_thread(import_module, name)
