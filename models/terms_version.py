"""Versions of the rules that orders are priced by; a version is never changed, another set of rules is another one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.pricing import CodeRule, SurchargeRule, Terms, Tranche
from models.shop import DiscountKind, SurchargeKind


class TermsVersion(Model):
    """A set of rules that at least one order was priced by. Its id is its version."""

    id = fields.IntField(primary_key=True)
    sha256 = fields.CharField(max_length=64, unique=True)
    rules = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "terms_version"

    @property
    def terms(self) -> Terms:
        """The rules as pricing reads them."""
        return read(self.rules)


def write(terms: Terms) -> str:
    """Rules as JSON: the same rules are always the same text."""
    whole = asdict(terms)
    whole.pop("prices_hidden")
    return json.dumps(whole, default=_plain, sort_keys=True)


def digest(rules: str) -> str:
    """What tells one set of rules from another."""
    return hashlib.sha256(rules.encode()).hexdigest()


def read(rules: str) -> Terms:
    """The rules that were written as JSON."""
    whole = json.loads(rules)
    return Terms(
        currency=whole["currency"],
        surcharges=tuple(_surcharge(**rule) for rule in whole["surcharges"]),
        codes=tuple(_code(**rule) for rule in whole["codes"]),
    )


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _surcharge(kind: str, amount: str, tranches: list[dict[str, str]], **words: str) -> SurchargeRule:
    steps = tuple(Tranche(**{name: Decimal(number) for name, number in tranche.items()}) for tranche in tranches)
    return SurchargeRule(kind=SurchargeKind(kind), amount=Decimal(amount), tranches=steps, **words)


def _code(kind: str, amount: str, valid_from: str | None, valid_to: str | None, **words: str) -> CodeRule:
    first, last = (date.fromisoformat(day) if day else None for day in (valid_from, valid_to))
    return CodeRule(kind=DiscountKind(kind), amount=Decimal(amount), valid_from=first, valid_to=last, **words)
