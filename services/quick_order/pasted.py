"""What was pasted, line by line: which parts of a line may name a product, and how many are asked for.

A block from a spreadsheet, a list like `SKU;QTY` and the text of a mail are all read. What a part is, the catalogue
says: a code is what somebody sells, and the quantity is the number beside it.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.cart import TOO_MANY
from models.catalog_field import Field
from models.errors import ShopError
from models.product import MAX_SKU_LENGTH
from models.text import _, fold, is_clean
from services.catalog_import.names import field_of
from services.catalog_import.numbers import parse

MAX_TEXT = 300_000  # characters
MAX_LINES = 2_000
MAX_NAMES = 30_000  # parts of all lines that may be codes, each of which is looked up
MAX_CELLS = 60  # of a line that are looked at
MAX_WORDS = 16  # of a line of a mail
LONGEST_RUN = 3  # words that together may be one code
SHOWN_LENGTH = 120
MOST = 0.6  # of the lines have to agree on what is between the cells
CODE_AND_QUANTITY = 2  # columns
SURE_DIGITS = 8  # a number as long as that is a code; a shorter one may be a quantity

QUANTITY_NAMES = {
    *("qty", "quantity", "order qty", "order quantity", "pcs", "pieces", "units", "count"),
    *("menge", "anzahl", "stuck", "stk", "bestellmenge"),
    *("cantidad", "cant", "uds", "unidades", "cantidad pedida"),
    *("quantite", "qte", "quantite commandee"),
}
NAMES_A_PRODUCT = {Field.SKU, Field.EAN, Field.NAME}
NUMBER = re.compile(r"[x×*]?\s*(\d[\d.,'’]*)\s*([x×*]|\D{1,12})?", re.IGNORECASE)
SIGNED_NUMBER = re.compile(rf"([-−–])?{NUMBER.pattern}", re.IGNORECASE)
TIMES = {"x", "×", "*", "-", "–", ":", "=", "à", "@"}
TIMES_WORD = re.compile(r"(\d{1,7})[*×](.+)")
DECIMAL_WORD = re.compile(r"\s\d{1,6},\d{1,2}(\s|$)|^\d{1,6},\d{1,2}\s")
LIST_MARK = re.compile(r"^\s*([-–•*·]|\d{1,3}[.)])\s+")  # of a list, which may be numbered
BETWEEN_WORDS = re.compile(r"[\s;|]+")  # a line like SKU;QTY may stand among others that are written in words
EDGES = ",;:()[]{}<>\"'“”„«»!?"


@dataclass(frozen=True)
class PastedLine:
    """A line with something in it: its cells, or its words where it is a sentence. `number` counts from 1.

    `whole` is the line where it was cut at a comma that may be a decimal one: "FR-200 2,5".
    """

    number: int
    parts: tuple[str, ...]
    whole: str = ""

    @property
    def is_uncut(self) -> bool:
        """Whether a line of a table has a single cell: nothing of what is between the others' cells is in it."""
        return len(self.parts) == 1

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a line that is a sentence, or of one that was not cut into cells."""
        return tuple(_words(self.whole or self.parts[0])) if self.whole or self.is_uncut else self.parts

    @property
    def text(self) -> str:
        """The line as it is shown, not too long."""
        whole = " ".join(filter(None, self.parts))
        return whole if len(whole) <= SHOWN_LENGTH else whole[: SHOWN_LENGTH - 1] + "…"


@dataclass(frozen=True)
class Pasted:
    """Lines that are all cut alike: into cells, or (`is_table` is not set) into words."""

    lines: tuple[PastedLine, ...]
    is_table: bool
    quantity_column: int | None = None

    def names(self) -> set[str]:
        """Everything that may be a code. Raises ShopError for what is too much."""
        names = {name for line in self.lines for name in self._names(line) if len(name) <= MAX_SKU_LENGTH}
        if len(names) > MAX_NAMES:
            raise ShopError(_("This is too long, or holds signs that no list holds. Please paste it in parts."))
        return names

    def _names(self, line: PastedLine) -> Iterator[str]:
        if self.is_table:
            yield from filter(None, line.parts)
        if not self.is_table or line.is_uncut or line.whole:
            words = line.words
            yield " ".join(words)
            for at in range(len(words)):
                for size in range(1, LONGEST_RUN + 1):
                    yield " ".join(words[at : at + size])


@dataclass(frozen=True)
class Wish:
    """What one line asks for: a code that is known or not, and how many; None where it does not say.

    `odd_quantity` is what stands for a quantity and is none; `numbers` are the lines it was read from.
    """

    numbers: tuple[int, ...]
    text: str
    code: str
    quantity: int | None
    odd_quantity: str = ""


@dataclass(frozen=True)
class Wishes:
    """What is asked for, and how many lines say nothing: a greeting, or a row of a price list without a quantity."""

    wishes: tuple[Wish, ...]
    left_out: int


def cut(text: str) -> Pasted:
    """Cut a text into lines and parts. Raises ShopError for what is too long or cannot be meant."""
    if len(text) > MAX_TEXT or not is_clean(text):
        raise ShopError(_("This is too long, or holds signs that no list holds. Please paste it in parts."))
    lines = [line for line in text.replace("\xa0", " ").splitlines() if line.strip()]
    if len(lines) > MAX_LINES:
        raise ShopError(_("This has more than {n} lines. Please paste it in parts.").format(n=MAX_LINES))
    delimiter = _delimiter(lines)
    if not delimiter:
        return Pasted(tuple(PastedLine(i, tuple(_words(line))) for i, line in enumerate(lines, 1)), is_table=False)
    cells = (
        PastedLine(i, tuple(_cells(line, delimiter)), line if delimiter == "," and DECIMAL_WORD.search(line) else "")
        for i, line in enumerate(lines, 1)
    )
    return _without_header(tuple(cells))


def wishes(pasted: Pasted, known: Collection[str]) -> Wishes:
    """What the lines ask for, where `known` holds the folded codes that are in the catalogue."""
    found = _of_table(pasted, known) if pasted.is_table else _of_words(pasted, known)
    return Wishes(tuple(_together(found)), len(pasted.lines) - len({n for wish in found for n in wish.numbers}))


def quantity_column(header: Sequence[str]) -> int | None:
    """The column that its name says holds how many are ordered."""
    names = [fold(name).strip(".:*# ") for name in header]
    return next((i for i, name in enumerate(names) if name in QUANTITY_NAMES), None)


def whole_quantity(text: str) -> int | None:
    """The quantity a cell says ("10", "10 pcs", "x10", "1,000"); None if it says none, or none that is whole."""
    number = _said(text)
    if number is None or number < 0 or number != number.to_integral_value():
        return None
    return int(min(number, Decimal(TOO_MANY)))


def _said(text: str) -> Decimal | None:
    """The number a cell says, be it a fraction or below zero; None if it says none."""
    match = SIGNED_NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    numbers = [number for number in (_number(match[2], "."), _number(match[2], ",")) if number is not None]
    if not numbers:
        return None
    return -max(numbers) if match[1] else max(numbers)


def _number(text: str, sign: str) -> Decimal | None:
    try:
        return parse(text, "," if sign == "," else ".")
    except ValueError:
        return None


def _delimiter(lines: Sequence[str]) -> str:
    """What is between the cells of most lines; a comma counts only if the lines have it all alike."""
    for sign in "\t;|":
        if sum(sign in line for line in lines) >= max(1, MOST * len(lines)):
            return sign
    counts = Counter(line.count(",") for line in lines)
    commas, times = counts.most_common(1)[0] if counts else (0, 0)
    is_list = commas and times >= MOST * len(lines) and not any(", " in line for line in lines)
    return "," if is_list else ""


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        cells = line.split(delimiter)
    return [" ".join(cell.split()) for cell in cells[:MAX_CELLS]]


def _words(line: str) -> list[str]:
    words = [word.strip(EDGES).rstrip(".") for word in BETWEEN_WORDS.split(LIST_MARK.sub("", line))]
    parts = [part for word in words for part in _times_apart(word) if part]
    return parts[:MAX_WORDS]


def _times_apart(word: str) -> tuple[str, ...]:
    """ "5*FR-200" is a quantity and a code."""
    match = TIMES_WORD.fullmatch(word)
    return (match[1], match[2]) if match else (word,)


def _without_header(lines: tuple[PastedLine, ...]) -> Pasted:
    """A table without the row that names its columns, and with the column of quantities if that row names one."""
    quantity = quantity_column(lines[0].parts)
    if quantity is None and not any(field_of(cell) in NAMES_A_PRODUCT for cell in lines[0].parts):
        return Pasted(lines, is_table=True)
    return Pasted(lines[1:], is_table=True, quantity_column=quantity)


def _of_table(pasted: Pasted, known: Collection[str]) -> list[Wish]:
    code_column = _code_column(pasted.lines, known)
    of_quantity = pasted.quantity_column
    if of_quantity is None:
        of_quantity = _whole_numbers_column(pasted.lines, code_column)
    found = []
    for line in pasted.lines:
        if line.is_uncut and of_quantity is not None:
            found += _of_uncut(line, known)
            continue
        if line.whole and not any(fold(cell) in known for cell in line.parts):
            found += _of_sentence(line, known, is_alone=len(pasted.lines) == 1)
            continue
        told = _cell(line, of_quantity)
        quantity = whole_quantity(told) if told else None
        if of_quantity is not None and (not told or quantity == 0):
            continue  # a row of a price list that nothing is ordered of
        code = _cell(line, code_column)
        if fold(code) not in known:
            others = [cell for i, cell in enumerate(line.parts) if i != of_quantity and fold(cell) in known]
            code = next(iter(others), code) or next(filter(None, line.parts), "")
        if code:
            odd = told if told and quantity is None else ""
            found.append(Wish((line.number,), line.text, code, quantity, odd))
    return found


def _of_uncut(line: PastedLine, known: Collection[str]) -> list[Wish]:
    """What a line among those of a table asks for that was written in words: codes that are known, with quantities."""
    if not _known_spans(line.words, known):
        return []
    return [wish for wish in _of_sentence(line, known, is_alone=False) if wish.quantity or wish.odd_quantity]


def _cell(line: PastedLine, column: int | None) -> str:
    return line.parts[column] if column is not None and column < len(line.parts) else ""


def _code_column(lines: Sequence[PastedLine], known: Collection[str]) -> int:
    """The column with the most known codes; the first one that is no quantity if none is known."""
    hits = Counter(i for line in lines for i, cell in enumerate(line.parts) if fold(cell) in known)
    if hits:
        return max(hits, key=lambda column: (hits[column], -column))
    return 1 if all(_is_quantity(_cell(line, 0)) and _cell(line, 1) for line in lines) else 0


def _whole_numbers_column(lines: Sequence[PastedLine], code_column: int) -> int | None:
    """The column that holds a whole number wherever it holds anything; of several the one with the most.

    Fractions and numbers below zero may stand among them: nothing else is meant in a column that is counted.
    """
    width = max((len(line.parts) for line in lines), default=0)
    counts = {}
    for column in range(width):
        cells = [cell for line in lines if (cell := _cell(line, column))]
        whole = sum(_is_quantity(cell) for cell in cells)
        if (
            column != code_column
            and whole
            and 2 * whole >= len(cells) == sum(_said(cell) is not None for cell in cells)
        ):
            counts[column] = (whole == len(cells), whole)
    best = max(counts, key=lambda column: (*counts[column], -abs(column - code_column)), default=None)
    if best is None and width == CODE_AND_QUANTITY:  # a code and something else: a quantity, if most can be read as one
        other = 1 - code_column
        numbers = [_said(_cell(line, other)) is not None for line in lines]
        best = other if sum(numbers) >= MOST * len(numbers) else None
    return best


def _is_quantity(cell: str) -> bool:
    match = NUMBER.fullmatch(cell)
    return match is not None and not re.search(r"[.,]\d{1,2}$", match[1]) and len(match[1]) < SURE_DIGITS


def _of_words(pasted: Pasted, known: Collection[str]) -> list[Wish]:
    is_alone = len(pasted.lines) == 1
    return [wish for line in pasted.lines for wish in _of_sentence(line, known, is_alone=is_alone)]


def _of_sentence(line: PastedLine, known: Collection[str], *, is_alone: bool) -> list[Wish]:
    """What a line of words asks for."""
    words = line.words
    spans = _known_spans(words, known)
    if not spans:
        return _unknown(line, is_alone=is_alone)
    rest = [(at, number) for at, number in _numbers(words) if not any(a <= at < b for a, b in spans)]
    leads = bool(rest) and rest[0][0] < spans[0][0]
    found = []
    for i, (start, end) in enumerate(spans):
        before = spans[i - 1][1] if i else 0
        after = spans[i + 1][0] if i + 1 < len(spans) else len(words)
        near = [n for at, n in rest if (before <= at < start if leads else end <= at < after)]
        adjacent = [n for at, n in rest if at == end or (at == end + 1 and words[end].lower() in TIMES)]
        last = [n for at, n in rest if at == len(words) - 1 and i == len(spans) - 1]
        told = next(iter(near[-1:] if leads else adjacent or last or near), "")
        quantity = whole_quantity(told)
        if quantity == 0:
            continue  # as in a table: nothing is ordered of it
        odd = told if quantity is None else ""
        found.append(Wish((line.number,), line.text, " ".join(words[start:end]), quantity, odd))
    return found


def _known_spans(words: Sequence[str], known: Collection[str]) -> list[tuple[int, int]]:
    """Where known codes stand. A short number that also is a code is one only where nothing else is."""
    spans: list[tuple[int, int]] = []
    numeric: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        left = len(words) - at
        sizes = [*([left] if at == 0 else []), *range(min(LONGEST_RUN, left), 0, -1)]
        size = next((s for s in sizes if fold(" ".join(words[at : at + s])) in known), 0)
        if size == 1 and words[at].isdecimal() and len(words[at]) < SURE_DIGITS:
            numeric.append((at, at + 1))
        elif size:
            spans.append((at, at + size))
        at += max(size, 1)
    return spans or sorted(numeric, key=lambda span: -len(words[span[0]]))[:1]


def _numbers(words: Sequence[str]) -> list[tuple[int, str]]:
    """Where among the words numbers stand, and as what."""
    return [(at, word) for at, word in enumerate(words) if _said(word) is not None]


def _unknown(line: PastedLine, *, is_alone: bool) -> list[Wish]:
    """A line whose code nobody knows: the words without the quantity at one of its ends.

    Of several lines, one without a digit asks for nothing: it greets, or thanks. A code in capitals is no greeting.
    """
    words = [word for word in line.words if word.lower() not in TIMES]
    has_digit = any(c.isdecimal() for word in words for c in word)
    is_code = len(words) == 1 and words[0].isupper()
    if not words or not (has_digit or is_code or is_alone):
        return []
    numbers = _numbers(words)
    for at in (0, len(words) - 1):
        told = next((number for place, number in numbers if place == at), "")
        quantity = whole_quantity(told)
        if told and quantity != 0 and len(words) > 1:
            code = " ".join(words[1:] if at == 0 else words[:-1])
            return [Wish((line.number,), line.text, code, quantity, told if quantity is None else "")]
    return [Wish((line.number,), line.text, " ".join(words), None)]


def _together(found: Sequence[Wish]) -> Iterator[Wish]:
    """The wishes in their order, those with the same code as one."""
    by_code: dict[str, list[Wish]] = {}
    for wish in found:
        by_code.setdefault(fold(wish.code), []).append(wish)
    for same in by_code.values():
        first, told = same[0], [wish.quantity for wish in same if wish.quantity is not None]
        numbers = tuple(n for wish in same for n in wish.numbers)
        odd = next((wish.odd_quantity for wish in same if wish.odd_quantity), "")
        total = sum(wish.quantity or 1 for wish in same) if told and not odd else None
        yield Wish(numbers, first.text, first.code, total if total is None else min(total, TOO_MANY), odd)
