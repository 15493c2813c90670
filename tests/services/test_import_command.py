"""`python main.py import FILE`: the plan is printed, and written only when that is asked for."""

import sqlite3
from pathlib import Path

import pytest

from services import commands, settings

pytestmark = pytest.mark.usefixtures("migrated_folder")

LINES = "Kode;Navn;Pris\nA-1;Hammer;12,50\nA-2;Saw;free\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(LINES)
    return path


def skus() -> list[str]:
    database = sqlite3.connect(settings.current().data / "pedido.db")
    try:
        return [sku for (sku,) in database.execute("SELECT sku FROM product ORDER BY sku")]
    finally:
        database.close()


def test_the_plan_is_shown_and_nothing_is_written(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.import_file(file, ["sku=1", "name=Navn", "price=3"], apply=False) == 0

    shown = capsys.readouterr().out
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 refused, 0 merged" in shown
    assert "row 3, A-2: “free” is not a price." in shown
    assert "Nothing was written" in shown
    assert skus() == []


def test_what_was_shown_is_written_with_apply(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.import_file(file, ["sku=1", "name=2", "price=3"], apply=True) == 0

    assert "Done: 1 row is in the catalogue." in capsys.readouterr().out
    assert skus() == ["A-1"]


def test_the_choice_of_columns_is_remembered(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.import_file(file, ["sku=1", "name=2", "price=3"], apply=True)
    file.write_text(LINES.replace("12,50", "13,00"))
    capsys.readouterr()

    assert commands.import_file(file, [], apply=False) == 0

    assert "row 2, A-1: Price: 12.50 → 13.00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("choice", "words"), [("price=9", "no column"), ("cost=3", "not a field"), ("price", "FIELD=COLUMN")]
)
def test_a_wrong_choice_is_told_and_ends_with_an_error(
    file: Path, choice: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.import_file(file, [choice], apply=True) == 1
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.import_file(tmp_path / "none.csv", [], apply=True) == 1
    assert "none.csv: No such file" in capsys.readouterr().err


def test_a_file_that_is_no_table_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00")

    assert commands.import_file(path, [], apply=True) == 1
    assert "neither a text table" in capsys.readouterr().err
