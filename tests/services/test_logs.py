"""The log: trouble that is nobody's bug is a line, a bug is told whole."""

import io
import logging

from models.errors import StorageError
from services import logs


def told(error: Exception) -> str:
    """What the log holds of an error that is logged with its traceback."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.addFilter(logs.in_one_line)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise error
    except Exception:
        logger.exception("It went wrong")
    return written.getvalue()


def test_a_database_that_is_away_is_one_warning() -> None:
    assert told(StorageError("not saved")) == "WARNING It went wrong\n"


def test_a_bug_is_told_with_its_traceback() -> None:
    assert told(ValueError("a bug")).startswith("ERROR It went wrong\nTraceback")
