"""What a row wants a product to be: text becomes prices, paths, numbers, with a reason where it cannot."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from models.catalog_field import Field
from models.text import _, fold
from services import product_texts
from services.catalog_import import breaks, numbers, values
from services.catalog_import.entries import Entry
from services.catalog_import.families import Draft
from services.catalog_import.kinds import Kind
from services.catalog_import.numbers import currency_of
from services.catalog_import.understanding import Understanding

T = TypeVar("T")
Problem = tuple[Draft, str]  # why it cannot be read

MAX_NAME = 250
MAX_UNIT = 40
MAX_OPTION = 120
NOT_WORTH_TELLING = Decimal("0.00001")  # what a spreadsheet's binary numbers are off by
OF_THE_VARIANT = {"price", "breaks", "stock", "ean"}  # what a first row tells of its variant, not of the whole product
INHERITED = ("name", "category", "price", "unit", "pack_size", "minimum_quantity", "active")


def completed(own: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """What a variant is with what it takes from its parent where it says nothing; a name comes in all its languages."""
    whole = {**{name: parent[name] for name in INHERITED if parent.get(name)}, **own}
    texts = {**(parent.get("texts") or {}), **own.get("texts", {})}
    if texts and whole.get("name") == parent.get("name"):
        whole["texts"] = texts
    return whole


def _one_line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].strip()


@dataclass(frozen=True)
class Wanted:
    """A product as the file wants it.

    `values` has only what the file says: what it leaves out stays as it is in the catalogue. Its keys are columns of
    `Product`, and `category` (a path), `category_texts` (as in `Category`), `parent` (a SKU), `pictures` (sources).
    `rows` are all rows it came from.
    """

    sku: str
    rows: tuple[int, ...]
    values: dict[str, Any]
    is_variant: bool
    notes: tuple[str, ...] = ()


@dataclass
class Reading:
    """Products that could be read, and why the others could not."""

    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_drafts(drafts: Iterable[Draft], understanding: Understanding) -> Reading:
    """Read drafts, families as a whole; a variant whose parent has a problem has one too."""
    reading = Reading()
    done: dict[Draft, dict[str, Any]] = {}
    for draft in sorted(drafts, key=lambda draft: bool(draft.parent)):  # stable: parents first
        reader = _Reader(draft, understanding)
        try:
            found = reader.read(done)
        except ValueError as error:
            reading.problems.append((draft, str(error)))
        else:
            done[draft] = found
            rows = tuple(entry.number for entry in draft.entries)
            reading.wanted.append(Wanted(draft.sku, rows, found, "parent" in found, tuple(reader.notes)))
    childless = [draft for draft in done if draft.variants and not any(variant in done for variant in draft.variants)]
    gone = {draft.sku for draft in childless}
    reading.wanted = [wanted for wanted in reading.wanted if wanted.sku not in gone]
    reading.problems += [(draft, _("None of its variants can be sold.")) for draft in childless]
    return reading


class _Reader:
    """Reads one draft; raises ValueError with a sentence for what cannot be taken."""

    def __init__(self, draft: Draft, understanding: Understanding) -> None:
        self.draft = draft
        self.know = understanding
        self.notes = list(draft.notes)
        self.entries = sorted(draft.entries, key=self._strangeness)

    def read(self, done: dict[Draft, dict[str, Any]]) -> dict[str, Any]:
        """Return what the file says of this product."""
        if self.draft.problem:
            raise ValueError(self.draft.problem)
        found = self._own()
        parent = self.draft.parent
        if parent is not None:
            if parent not in done:
                raise ValueError(_("Its parent in row {n} was refused.").format(n=parent.lead.number))
            if found.get("description") == done[parent].get("description"):
                found.pop("description", None)
            found = completed(found, done[parent])
            found["active"] = found.get("active", True) and done[parent].get("active", True)
        if self.draft.variants:
            found["is_parent"] = True
        elif parent or self.draft.parent_sku:
            found |= {"parent": parent.sku if parent else self.draft.parent_sku, "options": self.draft.options}
        self._check_sellable(found)
        return {key: value for key, value in found.items() if value is not None}

    def _check_sellable(self, found: dict[str, Any]) -> None:
        if self.draft.variants:
            return
        if self.draft.kind is Kind.PARENT and not found.get("price"):
            raise ValueError(_("It has no price, and no variants in this file."))
        if found.get("price") == 0:
            raise ValueError(_("The price is 0."))

    def _own(self) -> dict[str, Any]:
        draft = self.draft
        price = self._price()
        found: dict[str, Any] = {
            "name": self._name(),
            "description": self._description(),
            "texts": self._texts(),
            "category": self._if_possible(Field.CATEGORY, self._category),
            "category_texts": self._category_texts(),
            "price": price if price or not draft.variants else None,
            "unit": self._first(Field.UNIT)[:MAX_UNIT],
            "ean": self._ean(),
            "pictures": self._pictures(),
            "breaks": self._if_possible(Field.BREAKS, lambda: self._breaks(price)),
        }
        found = {key: value for key, value in found.items() if value not in ("", [], {}, None)}
        whole = found | self._counts() | self._active()
        return {key: value for key, value in whole.items() if key not in OF_THE_VARIANT} if draft.is_made else whole

    def _strangeness(self, entry: Entry) -> int:
        """Rows in the shop's language come first, then rows in none, then those in others."""
        language = fold(entry.text(Field.LOCALE)).replace("-", "_").split("_")[0]
        own = self.know.language.split("_")[0]
        return 0 if language == own else 1 if not language else 2

    def _first(self, of: Field) -> str:
        return next((entry.text(of) for entry in self.entries if entry.text(of)), "")

    def _name(self) -> str:
        name = " ".join(self._first(Field.NAME).split())
        if self.draft.is_made or not self.draft.parent or name:
            if len(name) > MAX_NAME:
                self.notes.append(_("The name was cut to {n} characters.").format(n=MAX_NAME))
            return name[:MAX_NAME].strip()
        return ""

    def _category(self) -> str:
        text, below = self._first(Field.CATEGORY), " ".join(self._first(Field.SUBCATEGORY).split())
        path = self._path(text)
        return values.joined_path(path, below) if path and below else path or below

    def _path(self, text: str) -> str:
        return values.category_path(text, self.know.path_sign, is_list=self.know.categories_are_lists)

    def _price(self) -> Decimal | None:
        """The price in the shop's currency; None if there is none, or the draft is a parent without one."""
        priced = [entry for entry in self.entries if entry.text(Field.PRICE)]
        usable = [entry for entry in priced if self._currency(entry) in {"", self.know.currency}]
        if priced and not usable:
            if self.draft.variants:
                return None
            names = ", ".join(sorted({self._currency(entry) for entry in priced}))
            raise ValueError(
                _("It is priced in {names}; this shop sells in {currency}.").format(
                    names=names, currency=self.know.currency
                )
            )
        return self._rounded_price(usable[0].text(Field.PRICE)) if usable else None

    def _rounded_price(self, text: str) -> Decimal:
        price = values.price(text, self.know.price_sign)
        if abs(price - numbers.parse(text, self.know.price_sign)) > NOT_WORTH_TELLING:
            self.notes.append(_("The price {text} was rounded to {price}.").format(text=text, price=price))
        return price

    def _description(self) -> str:
        whole = values.harmless(self._first(Field.DESCRIPTION) or self._first(Field.SHORT_DESCRIPTION))
        if len(whole) > values.MAX_DESCRIPTION:
            self.notes.append(_("The description was cut to {n} characters.").format(n=values.MAX_DESCRIPTION))
        return values.shortened(whole)

    def _texts(self) -> dict[str, str]:
        """The name, the description and the options in other languages, harmless and not too long."""
        found: dict[str, str] = {}
        for header, text in self._translations():
            key = self._own_key(header)
            if key in product_texts.KEYS:
                is_name = key.startswith("name:")
                found.setdefault(key, _one_line(text, MAX_NAME) if is_name else values.description(text))
            elif key:
                found.setdefault(key, _one_line(text, MAX_OPTION))
        return {key: found[key] for key in sorted(found) if found[key]}

    def _translations(self) -> Iterator[tuple[str, str]]:
        for entry in self.entries:
            yield from entry.translations.items()

    def _own_key(self, header: str) -> str:
        """The key of a text with its option named as this product does; "" if it has no such option, or is no text."""
        column, _colon, language = header.rpartition(":")
        kind = next((k for k in (product_texts.OPTION, product_texts.OPTION_NAME) if column.startswith(k)), "")
        if not kind:
            return header if header in product_texts.KEYS else ""
        wanted, names = fold(column.removeprefix(kind)), list(self.draft.options)
        by_place = {str(place): name for place, name in enumerate(names, 1)}
        name = next((name for name in names if fold(name.replace("_", " ")) == wanted.replace("_", " ")), "")
        name = name or by_place.get(wanted, "")
        return product_texts.key(kind + name, language) if name else ""

    def _category_texts(self) -> dict[str, str]:
        """The category's path in other languages; one with more or fewer names than the category's own is left out."""
        found: dict[str, str] = {}
        own = self._first(Field.CATEGORY) and self._category()
        for key, text in self._translations():
            if key in product_texts.CATEGORY_KEYS and key not in found:
                path = self._if_possible(Field.CATEGORY, partial(self._path, text)) or ""
                if path and own and product_texts.depth(path) != product_texts.depth(own):
                    words = _("“{text}” was left out: it has not as many levels as “{category}”.")
                    self.notes.append(words.format(text=path[:60], category=own[:60]))
                elif path:
                    found[key] = path
        return found

    def _currency(self, entry: Entry) -> str:
        return entry.text(Field.CURRENCY).upper() or currency_of(entry.text(Field.PRICE))

    def _breaks(self, list_price: Decimal | None) -> list[list[int | str]] | None:
        text = self._first(Field.BREAKS)
        found = breaks.read(text, self.know.break_sign, list_price) if text else []
        by_header = {
            quantity: values.price(text, self.know.break_sign)
            for entry in reversed(self.entries)
            for quantity, text in entry.breaks.items()
        }
        return found or breaks.stored({q: price for q, price in by_header.items() if price})

    def _counts(self) -> dict[str, Any]:
        sign, pack, minimum = self.know.price_sign, self._first(Field.PACK_SIZE), self._first(Field.MINIMUM_QUANTITY)
        found = {
            "pack_size": self._if_possible(Field.PACK_SIZE, lambda: values.count(pack, sign)) if pack else None,
            "minimum_quantity": self._if_possible(Field.MINIMUM_QUANTITY, lambda: values.count(minimum, sign))
            if minimum
            else None,
            "stock": values.stock(self._first(Field.STOCK), sign) if self._first(Field.STOCK) else None,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _if_possible(self, of: Field, read: Callable[[], T]) -> T | None:
        """What `read` gives; what it cannot read is noted and left out: the product can be sold without it."""
        try:
            return read()
        except ValueError as error:
            self.notes.append(_("{field} left out: {reason}").format(field=_(of.label), reason=error))
            return None

    def _active(self) -> dict[str, Any]:
        text = self._first(Field.ACTIVE)
        answer = values.yes_or_no(text) if text else None
        if text and answer is None:
            self.notes.append(_("“{text}” was not understood as active or not.").format(text=text[:60]))
        return {} if answer is None else {"active": answer}

    def _ean(self) -> str:
        code = values.ean(self._first(Field.EAN))
        if code is None:
            text = self._first(Field.EAN)[:60]
            self.notes.append(_("“{text}” is no EAN and was left out.").format(text=text))
        return code or ""

    def _pictures(self) -> list[str]:
        """All pictures of its rows; a family whose parent was made from a row keeps them at the parent."""
        draft = self.draft
        if draft.is_made:
            family = [*draft.entries, *(entry for variant in draft.variants for entry in variant.entries)]
            shown = [picture for entry in sorted(family, key=lambda entry: entry.number) for picture in entry.pictures]
        else:
            is_of_family = draft.parent is not None and draft.parent.is_made
            shown = [] if is_of_family else [picture for entry in draft.entries for picture in entry.pictures]
            shown += [picture for entry in draft.entries for picture in entry.variant_pictures]
        return list(dict.fromkeys(shown))[: values.MAX_PICTURES]
