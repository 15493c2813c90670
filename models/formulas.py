"""Text that a spreadsheet would run as a formula, and the apostrophes that keep it from doing so.

One is set where the text begins, and one wherever a program that takes another delimiter for the file's, or a line of
the text for a row, would see a cell begin. Whoever takes them off again has the text as it was.
"""

import re

SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫"
# What may stand before the sign without helping: quotation marks, blanks, and what is not seen at all. Tabs and line
# ends are not among it, because another cell begins behind them.
BEFORE = r"['\" \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]*"
FIRST = rf"(?={BEFORE}[{SIGNS}\t\r\n])"
LATER = rf"(?={BEFORE}[{SIGNS}])"
BEHIND = r"(?<=[,;\t\r\n])"
UNGUARDED = re.compile(rf"\A{FIRST}|{BEHIND}{LATER}")
GUARDED = re.compile(rf"\A'{FIRST}|{BEHIND}'{LATER}")


def guarded(text: str) -> str:
    """`text` with an apostrophe before whatever a spreadsheet would run as a formula."""
    return UNGUARDED.sub("'", text)


def unguarded(text: str) -> str:
    """`text` as it was before it was guarded."""
    return GUARDED.sub("", text) if "'" in text else text
