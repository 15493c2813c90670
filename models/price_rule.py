"""How many prices are changed at once: by a percentage or an amount, then rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from models.errors import FieldErrors
from models.money import MAX_UNIT_PRICE, MINUS, UNIT_PRICE_STEP, parse_decimal
from models.text import N_, _

MAX_PERCENT = Decimal(1000)
HUNDRED = Decimal(100)


class By(StrEnum):
    """What is added to a price, or taken from it."""

    PERCENT = "percent"
    AMOUNT = "amount"


class Rounding(StrEnum):
    """What a new price is rounded to: a multiple of a step, or the nearest price that ends so."""

    EXACT = "0.0001"
    CENT = "0.01"
    FIVE = "0.05"
    TEN = "0.10"
    WHOLE = "1"
    ENDS_95 = "x.95"
    ENDS_99 = "x.99"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "0.0001": N_("not rounded: four decimals"),
            "0.01": N_("rounded to 0.01"),
            "0.05": N_("rounded to 0.05"),
            "0.10": N_("rounded to 0.10"),
            "1": N_("rounded to whole numbers"),
            "x.95": N_("ending in .95"),
            "x.99": N_("ending in .99"),
        }[self.value]

    def of(self, price: Decimal) -> Decimal:
        """The nearest price; of two as near, the higher one. No price ends in .95 below 0.95."""
        if self in (Rounding.ENDS_95, Rounding.ENDS_99):
            ending = Decimal(self.value.replace("x", "0"))
            return max(_to_step(price - ending, Decimal(1)), Decimal(0)) + ending
        return _to_step(price, Decimal(self.value))


@dataclass(frozen=True)
class PriceRule:
    """A change of prices. `change` is signed: -5 percent is five percent down."""

    by: By
    change: Decimal
    rounding: Rounding

    @classmethod
    def parse(cls, typed: Mapping[str, object]) -> "PriceRule":
        """Read a form: `by`, `direction` ("up" or "down"), `change`, `rounding`. Raises FieldErrors."""
        by = By.AMOUNT if typed.get("by") == By.AMOUNT else By.PERCENT
        rounding = str(typed.get("rounding"))
        chosen = Rounding(rounding) if rounding in set(Rounding) else Rounding.CENT
        is_down = typed.get("direction") == "down"
        change = _number(typed.get("change"))
        if change is None or not 0 <= change <= (MAX_PERCENT if by is By.PERCENT else MAX_UNIT_PRICE):
            raise FieldErrors({"change": _("Write a number, like 5 or 2.5.")})
        if by is By.PERCENT and is_down and change >= HUNDRED:
            raise FieldErrors({"change": _("Prices cannot go down by 100 percent or more.")})
        return cls(by, -change if is_down else change, chosen)

    @classmethod
    def stored(cls, kept: Mapping[str, str]) -> "PriceRule":
        """The rule that `as_json` was made of."""
        return cls(By(kept["by"]), Decimal(kept["change"]), Rounding(kept["rounding"]))

    def as_json(self) -> dict[str, str]:
        """The rule as it is kept."""
        return {"by": self.by.value, "change": f"{self.change.normalize():f}", "rounding": self.rounding.value}

    @property
    def words(self) -> str:
        """The rule in words: `+5 %, ending in .95`."""
        change = f"{'+' if self.change >= 0 else MINUS}{abs(self.change.normalize()):f}"
        told = f"{change} %" if self.by is By.PERCENT else change
        return told if self.rounding is Rounding.EXACT else f"{told}, {_(self.rounding.label)}"

    def of(self, price: Decimal) -> Decimal | None:
        """The new price; None if nothing would be left of the old one, or if it is larger than can be meant."""
        changed = price * (1 + self.change / HUNDRED) if self.by is By.PERCENT else price + self.change
        new = self.rounding.of(changed)
        return new if 0 < new <= MAX_UNIT_PRICE and changed > 0 else None


def _to_step(price: Decimal, step: Decimal) -> Decimal:
    steps = (price / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return (steps * step).quantize(UNIT_PRICE_STEP)


def _number(typed: object) -> Decimal | None:
    try:
        return parse_decimal(str(typed or ""))
    except ValueError:
        return None
