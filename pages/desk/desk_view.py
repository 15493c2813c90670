"""What a desk looks at: which orders, in which columns, and the saved view it began as; all of it in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from models import query_values
from models.order_filter import OrderFilter
from pages.desk import order_table
from services.saved_views import View

ALL = "all"  # in the address of a desk that looks at all orders though it would open with a view


@dataclass(frozen=True)
class DeskView:
    """`columns` are the names of those that are shown; `saved` is the id of a view, from which this may differ."""

    filter: OrderFilter
    columns: tuple[str, ...]
    saved: int | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str], time_zone: str) -> "DeskView":
        """Read the address; whatever cannot be meant is ignored."""
        return cls(
            OrderFilter.parse(query, time_zone),
            order_table.columns_from(query.get("columns", "").split(",")),
            query_values.number(query.get("view", "")),
        )

    @classmethod
    def of(cls, view: View, time_zone: str) -> "DeskView":
        """What a saved view looks at."""
        return replace(cls.parse(dict(parse_qsl(view.query)), time_zone), saved=view.id)

    @property
    def query(self) -> str:
        """What a view keeps of it, as a query string; empty for all orders as they usually stand."""
        return urlencode(replace(self.filter, page=1).query() | self._columns())

    def address(self, views: Sequence[View]) -> str:
        """The address that brings this back, for a seller with these views."""
        begun = next((view for view in views if view.id == self.saved), None)
        values = self.filter.query() | self._columns()
        if begun and (values or not DeskView.of(begun, self.filter.time_zone).query):
            values |= {"view": str(begun.id)}
        elif not values and any(view.is_default for view in views):
            values = {"view": ALL}
        return f"/desk?{urlencode(values)}" if values else "/desk"

    def _columns(self) -> dict[str, str]:
        usual = self.columns == order_table.columns_from(())
        return {} if usual else {"columns": ",".join(self.columns)}


def leads_to(query: Mapping[str, str], views: Sequence[View], time_zone: str) -> str:
    """Where an address that tells no more than a view leads: `/desk` to the seller's default; "" if it stays."""
    if query.keys() - {"view"}:
        return ""
    wanted = query_values.number(query.get("view", ""))
    view = next((view for view in views if (view.id == wanted if query else view.is_default)), None)
    opened = DeskView.of(view, time_zone) if view else None
    return opened.address(views) if opened and (opened.query or not query) else ""
