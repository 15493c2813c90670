"""Bars, drawn by ECharts in the page's own colours; what they show stands in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from models.text import spoken

ROW_PIXELS = 30  # of a lying bar
LEAST_PIXELS = 120
INK, LINE = "var(--ink-2)", "var(--line)"
LEGEND = {
    "type": "scroll",  # one line on a phone, too
    "top": 0,
    "left": 0,
    "icon": "roundRect",
    "textStyle": {"color": INK},
    "pageTextStyle": {"color": INK},
    "pageIconColor": INK,
    "pageIconInactiveColor": LINE,
}


@dataclass(frozen=True)
class Series:
    """Bars of one name and colour (a custom property of the style sheet, "--brand"), one for each category."""

    name: str
    color: str
    values: Sequence[float]


class Bars(ui.echart):
    """Bars that stand side by side, the series on top of each other; lying ones if `is_lying`, the first at the top.

    It is drawn as SVG, because only there the style sheet's colours count, by day and by night.
    """

    def __init__(self, *, label: str, is_lying: bool = False) -> None:
        """`label` says for screen readers what it shows."""
        super().__init__({}, renderer="svg")
        self._is_lying = is_lying
        self.classes("chart")
        self.props.update(role="img")
        self.props["aria-label"] = label

    def show(self, categories: Sequence[str], series: Sequence[Series]) -> None:
        """Show these bars instead."""
        names = {"type": "category", "data": list(categories), "inverse": self._is_lying, **_axis()}
        names["axisLabel"] |= {"hideOverlap": not self._is_lying, "width": 150, "overflow": "truncate"}
        amounts = {"type": "value", "splitLine": {"lineStyle": {"color": LINE}}, "minInterval": 1, **_axis()}
        amounts["axisLabel"] |= {"hideOverlap": True, ":formatter": _written()}
        self.props["options"] = {
            "animation": False,
            "textStyle": {"fontFamily": "inherit"},
            "grid": {"left": 4, "right": 16, "top": 36 if len(series) > 1 else 12, "bottom": 4, "containLabel": True},
            "legend": {"show": len(series) > 1, **LEGEND},
            "tooltip": {"trigger": "axis", "confine": True, "axisPointer": {"type": "shadow"}, **_tip()},
            "xAxis": amounts if self._is_lying else names,
            "yAxis": names if self._is_lying else amounts,
            "series": [_bars(one) for one in series],
        }
        if self._is_lying:
            self.style(f"height: {max(LEAST_PIXELS, ROW_PIXELS * (len(categories) + 1))}px")


def _bars(series: Series) -> dict[str, Any]:
    return {
        "type": "bar",
        "stack": "all",
        "name": series.name,
        "data": list(series.values),
        "barMaxWidth": 28,
        "itemStyle": {"color": f"var({series.color})"},
        "emphasis": {"disabled": True},  # it would reckon with the colour, which is only a name here
    }


def _axis() -> dict[str, Any]:
    return {
        "axisLabel": {"color": INK},
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
    }


def _tip() -> dict[str, Any]:
    ground = {"backgroundColor": "var(--surface)", "borderColor": "var(--line-2)", "textStyle": {"color": "var(--ink)"}}
    return ground | {":valueFormatter": _written()}


def _written() -> str:
    """A number as the reader writes it, in the browser's words."""
    return f"value => Number(value).toLocaleString('{spoken()}')"
