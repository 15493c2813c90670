"""Files that are more than they seem: small to send, and enormous to read."""

import io
import struct
import zipfile
import zlib

from tests.catalogue_files import CONTENT_TYPES, RELATIONS, WORKBOOK

LIE_BYTES = 200_000_000
SHEET_BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = b"</sheetData></worksheet>"
SHEET_NAME = "xl/worksheets/sheet1.xml"


def spreadsheet(sheet: bytes, more: bytes = b"", times: int = 0, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A spreadsheet with this sheet, and `times` members that unpack to `more`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", CONTENT_TYPES)
        file.writestr("_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        file.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr(SHEET_NAME, SHEET_BEGIN + sheet + SHEET_END, method)
        for number in range(times):
            file.writestr(f"xl/media/{number}.bin", more)
    return content.getvalue()


def four_gigabytes() -> bytes:
    """A spreadsheet of 40 KB that unpacks to 4 GB: a hundred of its members are the same 40 MB of one sign."""
    content = spreadsheet(b"", bytes(40_000_000), 1)
    directory = content.index(b"PK\x01\x02")
    last = content.rindex(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    again = content[last:end] * 99
    count, size = 6 + 99, end - directory + len(again)
    head = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, size, directory, 0)
    return content[:end] + again + head


def liar(unpacked: int = LIE_BYTES) -> bytes:
    """A spreadsheet whose sheet says that it unpacks to 1,000 bytes, sum and all, and goes on and on."""
    content = spreadsheet(b" " * unpacked)
    truth = struct.pack("<I", len(SHEET_BEGIN) + unpacked + len(SHEET_END))
    said = SHEET_BEGIN + b" " * (1000 - len(SHEET_BEGIN))
    told = content.replace(truth, struct.pack("<I", 1000))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        real_sum = struct.pack("<I", file.getinfo(SHEET_NAME).CRC)
    return told.replace(real_sum, struct.pack("<I", zlib.crc32(said)))


def million_columns() -> bytes:
    """A spreadsheet of one row with a million cells."""
    return spreadsheet(b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>")


def far_corner() -> bytes:
    """A spreadsheet with two cells: the first and the last there can be, 17 thousand million cells apart."""
    return spreadsheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def png(width: int, height: int) -> bytes:
    """A picture of one colour, made without ever being in memory."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members; names are written as they are."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        for name, member in members.items():
            information = zipfile.ZipInfo(name)
            information.filename = name  # also with backslashes
            file.writestr(information, member, method)
    return content.getvalue()
