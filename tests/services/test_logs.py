"""The log: trouble that is nobody's bug is a line, a bug is told whole."""

import io
import json
import logging
from datetime import UTC, datetime

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
    except Exception:  # any: it is the one that is told
        logger.exception("It went wrong")
    return written.getvalue()


def test_a_database_that_is_away_is_one_warning() -> None:
    assert told(StorageError("not saved")) == "WARNING It went wrong\n"


def test_a_bug_is_told_with_its_traceback() -> None:
    assert told(ValueError("a bug")).startswith("ERROR It went wrong\nTraceback")


def test_a_line_of_json_has_its_time_in_utc_and_the_visit_it_belongs_to() -> None:
    record = logging.LogRecord("services.orders", logging.WARNING, "", 0, "%s orders", (2,), None)
    logs.request_id.set("5f3a")
    line = logs.JsonLines().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert datetime.fromisoformat(told["time"]).tzinfo == UTC
    assert (told["level"], told["request"], told["message"]) == ("WARNING", "5f3a", "2 orders")


def test_a_bug_is_one_line_of_json_too() -> None:
    try:
        raise ValueError("a bug")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "It went wrong", (), (ValueError, error, None))
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert "a bug" in json.loads(line)["trace"]
