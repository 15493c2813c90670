"""A wall clock that tests set: `libfaketime` shows it to the running program, whose monotonic clock goes on."""

from datetime import timedelta
from pathlib import Path

LIBRARY = "faketime/libfaketimeMT.so.1"


def settings(folder: Path, wrong_by: timedelta = timedelta(), *, at_any_moment: bool = False) -> dict[str, str]:
    """What a program's environment says so that it looks at the clock in a folder, wrong by so much.

    It looks each time, which is slow, if the clock may be set `at_any_moment` while it runs; else when it starts.
    """
    set_wrong(folder, wrong_by)
    [library] = Path("/usr/lib").glob(f"*-linux-gnu/{LIBRARY}")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": str(int(at_any_moment)),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def set_wrong(folder: Path, wrong_by: timedelta) -> None:
    """Let the clock in a folder be wrong by so much."""
    new = folder / "clock.new"
    new.write_text(f"{wrong_by.total_seconds():+.0f}\n")
    new.replace(folder / "clock")  # it is read at any moment
