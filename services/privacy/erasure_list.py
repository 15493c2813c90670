"""The list of erasures, outside the database: so that a restored backup can be told whom it must not bring back.

It is a file of lines. Each holds a buyer's id and a salted, slow hash of the address, so that it tells nobody's name,
and a buyer who was given the same number in another database is not taken for the one who went.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.errors import ShopError, StorageError
from models.text import _
from services import settings

FILE = "erasures.jsonl"
ROUNDS = 200_000  # of the hash: an address cannot be guessed quickly
LONGEST_FILE = 50_000_000


@dataclass(frozen=True)
class Erasure:
    """A buyer who was erased; `erased_at` is ISO 8601."""

    buyer_id: int
    salt: str
    hash: str
    erased_at: str

    def is_of(self, buyer_id: int, email: str) -> bool:
        """Whether it is this buyer. It takes a moment, on purpose."""
        return buyer_id == self.buyer_id and secrets.compare_digest(_hash(email, self.salt), self.hash)


def path() -> Path:
    """Where this shop keeps its list."""
    return settings.current().data / FILE


def add(buyer_id: int, email: str) -> None:
    """Write a buyer down, on the disk when it returns; it blocks. Raises StorageError.

    It is called before they are erased: whom the list names too early is erased again, and whom it missed would return.
    """
    salt = secrets.token_hex(16)
    erasure = Erasure(buyer_id, salt, _hash(email, salt), datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        _append([erasure], path())
    except OSError as error:
        raise StorageError(
            _("This could not be saved, so nothing was sent or changed. Please try again in a few minutes.")
        ) from error


def read(file: Path) -> list[Erasure]:
    """The erasures in a file. Raises ShopError if it is no such list, OSError if it cannot be read."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise ValueError
        whole, _end, torn = file.read_text("utf-8").rpartition("\n")
        found = [_read_line(line) for line in whole.splitlines() if line.strip()]
        with suppress(ValueError):  # the power went in the middle of the last line, so nobody was erased
            found += [_read_line(torn)] if torn else []
        return found
    except (ValueError, TypeError, KeyError):
        raise ShopError(
            _("{file} is not a list of erasures of Pedido. Nothing was restored.").format(file=file)
        ) from None


def keep(erasures: Iterable[Erasure]) -> None:
    """Go on with a list from elsewhere in this data folder. Raises OSError."""
    _append(erasures, path())


def _append(erasures: Iterable[Erasure], file: Path) -> None:
    lines = "".join(json.dumps(asdict(erasure)) + "\n" for erasure in erasures)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as opened:
        opened.truncate(opened.read().rfind(b"\n") + 1)  # what a power cut has left of a line
        opened.seek(0, os.SEEK_END)
        opened.write(lines.encode())
        opened.flush()
        os.fsync(opened.fileno())


def _read_line(line: str) -> Erasure:
    told = json.loads(line)
    return Erasure(int(told["buyer_id"]), str(told["salt"]), str(told["hash"]), str(told["erased_at"]))


def _hash(email: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", email.encode(), salt.encode(), ROUNDS).hex()
