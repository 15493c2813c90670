"""The questions about surcharges, zones and discount codes."""

from models import DiscountCode, DiscountKind, Surcharge, SurchargeKind
from models.text import _
from pages.components.form_values import Field
from services.surcharges import MAX_TRANCHES, TRANCHE_PARTS

SPARE_ROWS = 2
FIRST_ROWS = 3


def surcharge(kind: SurchargeKind, row: Surcharge | None) -> list[Field]:
    """The fields of a surcharge of this kind; empty ones for None."""
    head = [
        Field("title", _("Title"), "text", row.title if row else "", required=True, max_length=80, width="half"),
        Field("code", _("Code"), "text", row.code if row else "", required=True, max_length=20, width="half"),
    ]
    active = Field("active", _("Active"), "checkbox", row.active if row else True)
    if kind is SurchargeKind.TRANCHES:
        return [*head, *_tranches(row.tranches if row else []), active]
    label = _("Percent") if kind is SurchargeKind.PERCENT else _("Amount")
    return [*head, Field("amount", label, "money", row.amount if row else "", required=True, width="half"), active]


def _tranches(rows: list[list[str]]) -> list[Field]:
    shown = min(max(len(rows) + SPARE_ROWS, FIRST_ROWS), MAX_TRANCHES)
    labels = dict(zip(TRANCHE_PARTS, (_("From"), _("Below"), _("Surcharge")), strict=True))
    fields = []
    for number in range(shown):
        values = rows[number] if number < len(rows) else ["", "", ""]
        for part, value in zip(TRANCHE_PARTS, values, strict=True):
            name = f"tranche_{number + 1}_{part}"
            fields.append(Field(name, labels[part], "money", value, max_length=20, width="third"))
    return fields


def zone(row: Surcharge | None) -> list[Field]:
    """The fields of a zone; empty ones for None."""
    return [
        Field("zone", _("Zone"), "text", row.zone if row else "", required=True, max_length=80, width="half"),
        Field("amount", _("Surcharge"), "money", row.amount if row else "0", required=True, width="half"),
        Field("title", _("Title"), "text", row.title if row else _("Delivery"), required=True, width="half"),
        Field("code", _("Code"), "text", row.code if row else "ZONE", required=True, max_length=20, width="half"),
        Field("active", _("Active"), "checkbox", row.active if row else True),
    ]


def discount_code(row: DiscountCode | None) -> list[Field]:
    """The fields of a discount code; empty ones for None."""
    first = row.valid_from_date.isoformat() if row and row.valid_from_date else ""
    last = row.valid_to_date.isoformat() if row and row.valid_to_date else ""
    return [
        Field("code", _("Code"), "text", row.code if row else "", required=True, max_length=40, width="half"),
        Field("title", _("Title"), "text", row.title if row else "", max_length=80, width="half"),
        Field(
            "kind",
            _("Kind"),
            "select",
            row.kind.value if row else DiscountKind.PERCENT.value,
            required=True,
            options=tuple((kind.value, _(kind.label)) for kind in DiscountKind),
            width="half",
        ),
        Field("amount", _("Percent or amount"), "money", row.amount if row else "", required=True, width="half"),
        Field("valid_from", _("First day"), "date", first, width="half"),
        Field("valid_to", _("Last day"), "date", last, width="half"),
        Field("active", _("Active"), "checkbox", row.active if row else True),
    ]
