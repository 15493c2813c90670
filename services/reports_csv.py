"""The tables of a report as CSV, in the dialect that people open."""

from collections.abc import Iterator
from enum import StrEnum

from models import Dialect, Shop, Status
from models import csv_style as csv
from models.money import from_minor
from services.reports import Report, Sums


class Table(StrEnum):
    """A table of a report; its value stands in the file's address and name."""

    STATUSES = "statuses"
    DAYS = "days"
    VALUES = "values"
    PRODUCTS = "products"
    BUYERS = "buyers"


Row = list[csv.Cell]


def write(report: Report, table: Table, shop: Shop) -> bytes:
    """One table of a report, whole, with a head; values are in the shop's currency, as their heads say."""
    style = csv.Style.of(Dialect.SPREADSHEET, language=shop.language, time_zone=shop.time_zone)
    rows = {
        Table.STATUSES: _statuses,
        Table.DAYS: _days,
        Table.VALUES: _values,
        Table.PRODUCTS: _products,
        Table.BUYERS: _buyers,
    }[table](report, shop)
    return (csv.BYTE_ORDER_MARK + csv.write(rows, style)).encode()


def file_name(report: Report, table: Table) -> str:
    """What the file is saved as."""
    return f"report-{table}-{report.period.from_date}-{report.period.to_date}.csv"


def _statuses(report: Report, shop: Shop) -> Iterator[Row]:
    yield ["status", "requests", _value(shop)]
    for status, sums in report.by_status.items():
        yield [str(status), *_sums(sums, shop)]


def _days(report: Report, shop: Shop) -> Iterator[Row]:
    yield ["from", "to", *Status, "requests", _value(shop)]
    for part in report.parts:
        counts = [sums.requests for sums in part.by_status.values()]
        yield [part.period.from_date.isoformat(), part.period.to_date.isoformat(), *counts, *_sums(part.all, shop)]


def _values(report: Report, shop: Shop) -> Iterator[Row]:
    yield ["from", "to", *(f"{status}_{shop.currency}" for status in Status), _value(shop)]
    for part in report.parts:
        values = [from_minor(sums.value, shop.currency) for sums in (*part.by_status.values(), part.all)]
        yield [part.period.from_date.isoformat(), part.period.to_date.isoformat(), *values]


def _products(report: Report, shop: Shop) -> Iterator[Row]:
    yield ["sku", "name", "quantity", "requests", _value(shop)]
    for one in report.products:
        yield [one.sku, one.name, one.quantity, *_sums(one.sums, shop)]


def _buyers(report: Report, shop: Shop) -> Iterator[Row]:
    yield ["buyer", "requests", _value(shop)]
    for one in report.buyers:
        yield [one.name, *_sums(one.sums, shop)]


def _value(shop: Shop) -> str:
    return f"value_{shop.currency}"


def _sums(sums: Sums, shop: Shop) -> Row:
    return [sums.requests, from_minor(sums.value, shop.currency)]
