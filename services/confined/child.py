"""The process in which a file is read: started by `services.confined` as a script, it imports what it needs alone.

    python child.py MEMORY_BYTES SECONDS MODULE [ARGUMENT …] < file

It calls the module's `answer(file, *arguments)` and writes each part that yields, then an end; or a refusal in words.
"""

import gc
import importlib
import io
import os
import sys
import traceback
import types
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
# These begin by loading the database and the web framework, which takes longer than reading most files.
PACKAGES = ("models", "services", "services.catalog_import")


def main(memory_bytes: str, seconds: str, room: str, *arguments: str) -> None:
    """Read what comes in on standard input. Without an end of the answer it was too much."""
    limit(int(memory_bytes), int(seconds))
    gc.disable()  # the process is gone after one file: looking for garbage took a fifth of reading a large one
    _leave_out_beginnings(PACKAGES)
    importlib.import_module("models.text").speak(os.environ["LANGUAGE"])
    refusal: type[Exception] = importlib.import_module("models.errors").ShopError
    try:
        for part in importlib.import_module(room).answer(_content(), *arguments):
            _tell(b"P", part)
        _tell(b"E", b"")
    except MemoryError:
        sys.exit(1)
    except refusal as error:
        _tell(b"R", str(error).encode())
    except Exception:  # a bug: the process that waits for the answer logs it
        _tell(b"B", traceback.format_exc().encode(errors="replace"))


def limit(memory_bytes: int, seconds: int) -> None:
    """From here on this process takes no more than that, and writes no file."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _content() -> IO[bytes]:
    file = sys.stdin.buffer
    return file if file.seekable() else io.BytesIO(file.read())


def _leave_out_beginnings(packages: Sequence[str]) -> None:
    for name in packages:
        package = types.ModuleType(name)
        package.__path__ = [str(ROOT.joinpath(*name.split(".")))]
        sys.modules[name] = package


def _tell(kind: bytes, part: bytes) -> None:
    sys.stdout.buffer.write(kind + len(part).to_bytes(4, "big") + part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
