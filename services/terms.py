"""The terms of sale: which surcharges and discount codes a quote is made by."""

from decimal import Decimal

from models import DiscountCode, Surcharge
from models.pricing import CodeRule, PriceList, SurchargeRule, Terms, Tranche
from services.statements import Statement

SURCHARGES = Statement[list[Surcharge]](lambda: Surcharge.filter(active=True))
CODES = Statement[list[DiscountCode]](lambda: DiscountCode.filter(active=True))


async def load(prices: PriceList) -> Terms:
    """The terms that hold now for this buyer: active surcharges and codes."""
    surcharges, codes = await SURCHARGES.run(), await CODES.run()
    return Terms(
        currency=prices.currency,
        surcharges=tuple(map(surcharge_rule, surcharges)),
        codes=tuple(map(code_rule, codes)),
        prices_hidden=prices.is_hidden,
    )


def surcharge_rule(row: Surcharge) -> SurchargeRule:
    """A stored surcharge as pricing reads it."""
    tranches = tuple(Tranche(*(Decimal(number) for number in tranche)) for tranche in row.tranches)
    return SurchargeRule(row.title, row.code, row.kind, Decimal(row.amount), tranches, row.zone)


def code_rule(row: DiscountCode) -> CodeRule:
    """A stored discount code as pricing reads it."""
    return CodeRule(row.code, row.kind, Decimal(row.amount), row.title, row.valid_from_date, row.valid_to_date)
