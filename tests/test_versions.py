"""The versions that SECURITY.md asks for are the ones that are installed."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

SECURITY = Path(__file__).parent.parent / "SECURITY.md"
ROW = re.compile(r"^\| ([a-z-]+)(?: \(tests\))? \| ([\d.]+) \|", re.MULTILINE)
FLOORS = ROW.findall(SECURITY.read_text("utf-8").partition("## Versions")[2])


def test_the_table_names_what_the_program_stands_on() -> None:
    assert {name for name, _floor in FLOORS} >= {"nicegui", "starlette", "aiosmtplib", "asyncssh", "pillow"}


@pytest.mark.parametrize(("name", "floor"), FLOORS)
def test_what_is_installed_is_not_older(name: str, floor: str) -> None:
    assert Version(version(name)) >= Version(floor)
