"""Which rows belong together: continuations of a row, and the variants of a parent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.catalog_field import Field
from models.product import MAX_SKU_LENGTH
from models.text import _
from services.catalog_import import kinds, values
from services.catalog_import.entries import Entry
from services.catalog_import.kinds import Kind

ROW_HINTS = {Field.LOCALE, Field.CURRENCY, Field.KIND, Field.HANDLE, Field.ROW_ID}


@dataclass(eq=False, slots=True)
class Draft:
    """A product in the making: the row it begins with, the rows merged into it, and its place in a family."""

    lead: Entry
    more: list[Entry] = field(default_factory=list)
    sku: str = ""
    options: dict[str, str] = field(default_factory=dict)
    parent: "Draft | None" = None
    parent_sku: str = ""  # of a parent that is not in the file
    variants: list["Draft"] = field(default_factory=list)
    is_made: bool = False  # a parent made from the row of its first variant
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """All its rows."""
        return [self.lead, *self.more]

    @property
    def kind(self) -> Kind:
        """How its first row says it is sold."""
        return kinds.kind_of(self.lead.text(Field.KIND))[0]

    def adopt(self, variant: "Draft") -> None:
        """Make `variant`, and those that were its own variants, this parent's: families have two generations."""
        family = [variant, *variant.variants]
        variant.variants = []
        for member in family:
            member.parent, member.parent_sku = self, ""
        self.variants += family


@dataclass
class Family:
    """All rows of a file, arranged. `refused` and `merged` are by row number; what merged says the row it went to."""

    drafts: list[Draft] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    merged: dict[int, Draft] = field(default_factory=dict)


def arrange(rows: Sequence[Entry]) -> Family:
    """Arrange all rows: every row is in a draft, merged into one, or refused with its reason."""
    arranging = _Arranging()
    for entry in rows:
        arranging.place(entry)
    arranging.join_listed_variants()
    arranging.join_by_parent()
    arranging.join_by_handle()
    arranging.give_skus()
    arranging.check_parents()
    return arranging.family


class _Arranging:
    """The rows placed so far, and how to find them again."""

    def __init__(self) -> None:
        self.family = Family()
        self.by_sku: dict[str, Draft] = {}
        self.by_handle: dict[str, list[Draft]] = defaultdict(list)
        self.by_id: dict[str, Draft] = {}
        self.turned_away: dict[str, int] = {}

    def place(self, entry: Entry) -> None:
        """Make the row a draft, merge it, or refuse it."""
        reason = _refusal(entry)
        if reason:
            self._refuse(entry, reason)
        elif entry.sku and entry.sku in self.turned_away:
            self._refuse(entry, _("It belongs to row {n}, which was refused.").format(n=self.turned_away[entry.sku]))
        elif entry.sku in self.by_sku:
            self._place_repeated(entry, self.by_sku[entry.sku])
        elif not entry.sku and self._continues(entry):
            self._merge(entry, self.by_handle[entry.handle][0] if entry.handle else self.family.drafts[-1])
        else:
            self._begin(entry, entry.sku)

    def _refuse(self, entry: Entry, reason: str) -> None:
        self.family.refused[entry.number] = reason
        if entry.sku and entry.sku not in self.by_sku:
            self.turned_away.setdefault(entry.sku, entry.number)

    def _merge(self, entry: Entry, draft: Draft) -> None:
        draft.more.append(entry)
        self.family.merged[entry.number] = draft

    def _begin(self, entry: Entry, sku: str) -> Draft:
        family = self.by_handle[entry.handle] if entry.handle else []
        draft = Draft(entry, sku=sku, options=_options(entry, family[0].lead if family else entry))
        self.family.drafts.append(draft)
        if sku:
            self.by_sku[sku] = draft
        if entry.handle:
            self.by_handle[entry.handle].append(draft)
        if entry.text(Field.ROW_ID):
            self.by_id.setdefault(entry.text(Field.ROW_ID), draft)
        return draft

    def _place_repeated(self, entry: Entry, draft: Draft) -> None:
        """A SKU that was there before: a continuation, another family's slip of the pen, or a contradiction."""
        if entry.handle != draft.lead.handle and entry.handle and draft.lead.handle:
            self._begin(entry, "").notes.append(_sku_taken(entry, draft))
        elif _is_continuation(entry, draft):
            self._merge(entry, draft)
        else:
            self.family.refused[entry.number] = _sku_taken(entry, draft)

    def _continues(self, entry: Entry) -> bool:
        """Whether a row without a SKU only adds to a row above: more pictures, say."""
        if entry.handle:
            is_variant = entry.has_options or Field.PRICE in entry.filled
            return bool(self.by_handle.get(entry.handle)) and not is_variant
        own = {Field.NAME, Field.PRICE, Field.EAN} & entry.filled
        adds = entry.pictures or entry.variant_pictures or entry.text(Field.DESCRIPTION)
        return bool(self.family.drafts) and not own and bool(adds)

    def join_listed_variants(self) -> None:
        """Parents that list their variants (`sku=A,color=Red|…`) adopt them and give them their options."""
        for draft in list(self.family.drafts):
            listed = values.options_list(draft.lead.text(Field.VARIANTS)) if draft.lead.text(Field.VARIANTS) else {}
            for sku, options in listed.items():
                variant = self.by_sku.get(sku)
                if variant and variant not in {draft, draft.parent}:
                    variant.options = variant.options or options
                    if not variant.parent and not variant.lead.text(Field.PARENT):
                        (draft.parent or draft).adopt(variant)

    def join_by_parent(self) -> None:
        """Rows that name their parent become its variants."""
        for draft in self.family.drafts:
            name = draft.lead.text(Field.PARENT)
            parent = self._named(name)
            if not name or parent is draft or draft.parent:
                continue
            root = parent.parent or parent if parent else None
            if root is draft:
                continue  # they name each other
            if root:
                root.adopt(draft)
            elif name in self.turned_away:
                draft.problem = _("Its parent in row {n} was refused.").format(n=self.turned_away[name])
            else:
                draft.parent_sku = name

    def _named(self, name: str) -> Draft | None:
        if name.lower().startswith("id:"):
            return self.by_id.get(name[3:].strip())
        return self.by_sku.get(name) or self.by_id.get(name)

    def join_by_handle(self) -> None:
        """Rows of one handle are a product and its variants, if they look like that."""
        for drafts in self.by_handle.values():
            free = [draft for draft in drafts if not draft.parent and not draft.parent_sku]
            if any(draft.options or not draft.lead.text(Field.NAME) for draft in free[1:]):
                parent = self._made_parent(free[0]) if free[0].options else free[0]
                for variant in free[1:]:
                    parent.adopt(variant)

    def _made_parent(self, lead: Draft) -> Draft:
        """The first row is the product and its first variant in one: make the product of it."""
        parent = Draft(lead.lead, more=lead.more, is_made=True)
        lead.more = []
        self.family.drafts.insert(self.family.drafts.index(lead), parent)
        for entry in parent.more:
            self.family.merged[entry.number] = parent
        parent.adopt(lead)
        return parent

    def give_skus(self) -> None:
        """Make a SKU for each draft that has none; parents first, since variants build on theirs."""
        for draft in sorted(self.family.drafts, key=lambda draft: bool(draft.parent)):
            if not draft.sku and not draft.problem:
                self._give_sku(draft)
            if len(draft.sku) > MAX_SKU_LENGTH:
                draft.problem = _("The SKU is longer than {n} characters.").format(n=MAX_SKU_LENGTH)

    def _give_sku(self, draft: Draft) -> None:
        sku = _made_sku(draft)
        if draft.is_made and sku in self.by_sku:
            sku = values.made_sku([sku[: MAX_SKU_LENGTH - 4], "all"])
        if draft.notes and not draft.variants:  # its own SKU is taken, and it is a product like the other
            draft.problem = draft.notes[0]
        elif not sku:
            draft.problem = _("There is no SKU, and neither a handle nor a name to make one from.")
        elif sku in self.by_sku:
            row = self.by_sku[sku].lead.number
            draft.problem = _("It has no SKU, and the one made for it, {sku}, is that of row {n}.").format(
                sku=sku, n=row
            )
        else:
            draft.sku = sku
            draft.notes.append(_("The SKU {sku} was made for it.").format(sku=sku))
            self.by_sku[sku] = draft

    def check_parents(self) -> None:
        """A variant goes with its parent; variants that no option tells apart are told apart by their SKU."""
        for draft in self.family.drafts:
            if draft.variants:
                draft.parent_sku = ""
            if (
                draft.kind is Kind.VARIANT
                and not draft.variants
                and not draft.parent
                and not draft.parent_sku
                and not draft.problem
            ):
                draft.problem = _("It is a variant, and its parent is not named.")
            for variant in draft.variants:
                if draft.problem and not variant.problem:
                    variant.problem = _("Its parent in row {n} was refused.").format(n=draft.lead.number)
                if not variant.options:
                    variant.options = {_("Variant"): variant.lead.text(Field.NAME)[:120] or variant.sku}


def _refusal(entry: Entry) -> str:
    if entry.is_too_long:
        return _(
            "This row has more cells than the header: a text with the delimiter in it may lack its quotation marks."
        )
    kind, reason = kinds.kind_of(entry.text(Field.KIND))
    if kind in {Kind.UNSELLABLE, Kind.UNKNOWN}:
        return _(reason).format(kind=entry.text(Field.KIND)[:60])
    return ""


def _options(entry: Entry, first: Entry) -> dict[str, str]:
    """The options of a row; names that only the first row of its family tells are taken from there."""
    found: dict[str, str] = {}
    for place, (name, value) in enumerate(entry.options, 1):
        first_name = first.options[place - 1][0]
        if value:
            found[name or first_name or _("Option {n}").format(n=place)] = value
    return found


def _sku_taken(entry: Entry, draft: Draft) -> str:
    return _("The SKU {sku} is already that of row {n}.").format(sku=entry.sku, n=draft.lead.number)


def _is_continuation(entry: Entry, draft: Draft) -> bool:
    """Whether a row repeats or completes another one: in another language or currency, or without a contradiction."""
    for hint in (Field.LOCALE, Field.CURRENCY):
        if entry.text(hint) and entry.text(hint) not in {known.text(hint) for known in draft.entries}:
            return True
    told = entry.filled - ROW_HINTS
    return all(_agrees(entry.text(name), draft.entries, name) for name in told)


def _agrees(text: str, entries: Iterable[Entry], name: Field) -> bool:
    known = {entry.text(name) for entry in entries} - {""}
    return not known or text in known


def _made_sku(draft: Draft) -> str:
    entry = draft.lead
    is_parent = draft.is_made or bool(draft.variants) or draft.kind is Kind.PARENT
    options = [] if is_parent else list(draft.options.values())
    if draft.parent and draft.parent.sku:
        return values.made_sku([entry.handle or draft.parent.sku, *options])
    if entry.handle:
        return values.made_sku([entry.handle])
    return (
        entry.text(Field.EAN)
        if draft.lead.text(Field.EAN).isalnum()
        else values.made_sku([entry.text(Field.NAME), *options])
    )
