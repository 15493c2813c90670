"""What tests of the import share: sample files, and spreadsheets made on the spot."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from services import catalog_import
from services.catalog_import import ImportPlan, Outcome, RowOutcome, SourceTable, reading

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).parents[2] / "shared" / "samples" / "catalogues"

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Products" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)

Cell = str | int | float


def sample(name: str) -> SourceTable:
    """One of the project's own sample files."""
    return reading.read(name, (SAMPLES / name).read_bytes())


def table(text: str, encoding: str = "utf-8") -> SourceTable:
    """A file with this text."""
    return reading.read("catalogue.csv", text.encode(encoding))


def xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A spreadsheet with these cells: texts as text, numbers as numbers."""
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", CONTENT_TYPES)
        file.writestr("_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr("xl/worksheets/sheet1.xml", SHEET.format(lines))
    return content.getvalue()


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f"<c><v>{cell!r}</v></c>"


async def planned(source: SourceTable, *choices: str, currency: str = "EUR", language: str = "en") -> ImportPlan:
    """The plan of a file whose columns are recognised, or chosen with `price=3`."""
    mapping = catalog_import.recognise(source, await catalog_import.remembered(source))
    mapping = catalog_import.chosen(mapping, source, choices)
    return await catalog_import.plan(source, mapping, currency=currency, language=language)


async def imported(source: SourceTable, *choices: str, currency: str = "EUR") -> ImportPlan:
    """Import a file and return what was planned."""
    plan = await planned(source, *choices, currency=currency)
    await catalog_import.apply(plan, by="nuria@norte.example")
    return plan


def row(plan: ImportPlan, number: int) -> RowOutcome:
    """What becomes of the row with this number."""
    return next(row for row in plan.outcomes if row.number == number)


def outcomes(plan: ImportPlan) -> dict[int, Outcome]:
    """The outcome of each row."""
    return {row.number: row.outcome for row in plan.outcomes}
