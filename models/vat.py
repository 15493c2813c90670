"""VAT numbers: whether one has the form of its country; nothing but the form, and no request is refused for it."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from models.text import _

if TYPE_CHECKING:
    from stdnum.util import NumberValidationModule

BETWEEN = re.compile(r"[\s.\-/]")


def doubt(number: str, country: str) -> str:
    """A sentence if a number has not the form of its country, else "".

    `country` (two letters, may be "") counts where the number does not begin with one. Forms nobody knows are taken.
    """
    compact = BETWEEN.sub("", number).upper()
    if not compact or _may_be_right(compact, country.upper()):
        return ""
    return _("This does not look like a VAT number. Please look at it once more; you can send it as it is.")


@lru_cache(maxsize=1024)
def _may_be_right(compact: str, country: str) -> bool:
    if not compact.isascii() or not compact.isalnum():
        return False
    forms = [form for form in map(_form, (compact[:2], country)) if form]
    return not forms or any(form.is_valid(compact) for form in forms)


def _form(country: str) -> "NumberValidationModule | None":
    """The library's module for the VAT numbers of a country, None if it knows none."""
    from stdnum.util import get_cc_module  # noqa: PLC0415 - it knows much, and few type such a number

    known = {"EL": "GR", "XI": "GB"}.get(country, country)
    return get_cc_module(known.lower(), "vat") if known.isalpha() and len(known) == 2 else None
