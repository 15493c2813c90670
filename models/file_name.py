"""The names of files that leave the house: patterns filled in, and made safe for every server and disk."""

import re
import unicodedata
from datetime import datetime
from pathlib import PurePosixPath

MAX_LENGTH = 120
PLACEHOLDER = re.compile(r"\{(order_number|date|time|seq)\}")
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_name(pattern: str, order_number: str, at: datetime, seq: int = 1, revision: int = 1) -> str:
    """Fill `{order_number}`, `{date}`, `{time}` and `{seq}` into `pattern`.

    `at` is told as it is, so give it in the shop's time zone. A `revision` above 1 stands before the suffix
    ("2026-00318-r2.csv"). What is not a letter, a digit or one of `._-` becomes a hyphen.
    """
    values = {"order_number": order_number, "date": f"{at:%Y-%m-%d}", "time": f"{at:%H%M%S}", "seq": f"{seq:06}"}
    name = _safe(PLACEHOLDER.sub(lambda match: values[match[1]], pattern))
    stem, suffix = _parts(name)
    mark = f"-r{revision}" if revision > 1 else ""
    return f"{stem[: MAX_LENGTH - len(mark) - len(suffix)]}{mark}{suffix}"


def _safe(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return UNSAFE.sub("-", plain).lstrip(".-") or "orders.csv"


def _parts(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    return (name.removesuffix(suffix), suffix) if 1 < len(suffix) <= 10 else (name, "")
