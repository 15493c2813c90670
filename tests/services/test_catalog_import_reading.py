"""A catalogue file becomes a table of text, whatever program wrote it."""

import pytest

from models.errors import ShopError
from services.catalog_import import reading
from services.catalog_import.source import NumberText
from tests.catalogue_files import table, xlsx

LINES = [["SKU", "Name", "Price"], ["A-1", "Säge, fein", "4,20"], ["B-2", "Hammer\n600 g", "12,00"]]


def written(delimiter: str) -> str:
    """The lines as a file, every cell in quotation marks."""
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in LINES)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_delimiter_is_read_in_every_encoding(delimiter: str, encoding: str) -> None:
    source = table(written(delimiter), encoding)

    assert source.has_header
    assert source.header == ("SKU", "Name", "Price")
    assert [row.cells for row in source.rows] == [("A-1", "Säge, fein", "4,20"), ("B-2", "Hammer\n600 g", "12,00")]


def test_a_spreadsheet_says_the_same_as_a_text_table() -> None:
    source = reading.read("products.xlsx", xlsx(LINES))

    assert source.header == table(written(";")).header
    assert source.rows == table(written(";")).rows


def test_numbers_of_a_spreadsheet_keep_what_they_show() -> None:
    source = reading.read("p.xlsx", xlsx([["SKU", "Price", "EAN"], ["A", 0.1 + 0.2, 4006381333931], ["B", 14, 1]]))

    assert source.rows[0].cells == ("A", "0.3", "4006381333931")
    assert source.rows[1].cells == ("B", "14", "1")
    assert isinstance(source.rows[0].cells[1], NumberText)


def test_a_title_above_the_header_is_passed_over_and_rows_keep_their_numbers() -> None:
    source = table("Price list 2026;;\n;;\nArtikelnummer;Bezeichnung;Preis\nA;Hammer;1,00\n;;\nB;Zange;2,00\n")

    assert source.header == ("Artikelnummer", "Bezeichnung", "Preis")
    assert [row.number for row in source.rows] == [4, 6]


def test_a_file_without_a_header_has_numbered_columns() -> None:
    source = table("A-1,Hammer,12.50\nA-2,Pliers,8.00\n")

    assert not source.has_header
    assert source.header == ("Column 1", "Column 2", "Column 3")
    assert len(source.rows) == 2


def test_a_header_in_an_unknown_language_is_still_a_header() -> None:
    source = table("Kode;Navn;Pris i kr\nA-1;Hammer;12,50\nA-2;Tang;8,00\n")

    assert source.has_header
    assert source.header == ("Kode", "Navn", "Pris i kr")


def test_padding_empty_words_and_control_characters_go() -> None:
    source = table("SKU;Name;Price\n  A-1 \xa0;Ham\x0bmer;NULL\n")

    assert source.rows[0].cells == ("A-1", "Hammer", "")


def test_the_hint_for_a_spreadsheet_program_is_obeyed() -> None:
    source = table("sep=|\r\nSKU|Name|Price\r\nA;1|Hammer, big|1.00\r\n")

    assert source.rows[0].cells == ("A;1", "Hammer, big", "1.00")
    assert source.rows[0].number == 3


def test_quotation_marks_written_with_a_backslash_are_read() -> None:
    source = table('SKU;Name;Price\nA;"The \\"old\\" one";1\nB;"5 m";2\n')

    assert source.rows[0].cells[1] == 'The "old" one'


def test_doubled_quotation_marks_and_inches_are_left_alone() -> None:
    source = table('SKU;Name;Price\nA;"The ""old"" one";1\nB;Tube 5";2\n')

    assert [row.cells[1] for row in source.rows] == ['The "old" one', 'Tube 5"']


def test_short_rows_are_filled_and_long_rows_keep_their_surplus() -> None:
    source = table("SKU,Name,Price\nA,Hammer\nB,Saw,2.00,left over\nC,Axe,3.00\nD,Awl,1.00\n")

    assert source.rows[0].cells == ("A", "Hammer", "")
    assert source.rows[1].cells == ("B", "Saw", "2.00", "left over")


def test_a_column_without_a_name_that_is_filled_gets_one() -> None:
    source = table("SKU,Name,Price,\nA,Hammer,1.00,x\nB,Saw,2.00,y\n")

    assert source.header == ("SKU", "Name", "Price", "Column 4")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "nothing in this file"),
        (b"\n\n \n", "nothing in this file"),
        (b"SKU,Name,Price\n", "no product below"),
        (b"%PDF-1.7\x00\x01\x02\x00\x00\x03\x00\x09", "neither a text table"),
        (b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n", "not a table"),
        (b"<?xml version='1.0'?>\n<products><sku>A, B</sku></products>\n", "not a table"),
        (b"<html><body><table><tr><td>sku</td></tr></table></body></html>", "not a table"),
        (b'[{"sku": "A", "price": 1}]', "not a table"),
        (b"PK\x03\x04 not a spreadsheet", "damaged"),
        (b'SKU,Name,Price\nA,"Hammer,1.00\nB,Saw,2.00\n', "never closed"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ShopError, match=words):
        reading.read("file.csv", content)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ShopError, match="larger than 30 MB"):
        reading.read("file.csv", b"x" * 30_000_001)


def test_the_folder_of_a_file_name_is_forgotten() -> None:
    assert reading.read("C:/lists/prices.csv", b"SKU,Price\nA,1.00\n").file_name == "prices.csv"
