"""What tests have done in a process of its own: honest work, and every way of being too much."""

import ctypes
import importlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from models.errors import ShopError


def answer(file: IO[bytes], what: str, *more: str) -> Iterator[bytes]:  # noqa: PLR0912 - every way there is
    """Do `what`."""
    match what:
        case "echo":
            yield from (file.read(), *(argument.encode() for argument in more))
        case "settings":
            yield "\n".join(os.environ).encode()
        case "modules":
            for name in more:
                importlib.import_module(name)
            yield "\n".join(sys.modules).encode()
        case "refuse":
            raise ShopError("Not this one.")
        case "stumble":
            raise ZeroDivisionError
        case "crash":
            ctypes.string_at(0)
        case "eat":
            yield bytes(len(bytearray(2_000_000_000)) // 2_000_000_000)
        case "spin":
            while True:
                pass
        case "sleep":
            yield str(os.getpid()).encode()
            time.sleep(600)
        case "talk":
            while True:
                yield bytes(1000)
        case "write":
            Path(more[0]).write_text("here")
