"""What a desk looks at is all in its address; an address that says nothing leads to the seller's own view."""

import pytest

from pages.desk import trail
from pages.desk.desk_view import DeskView, leads_to
from services.saved_views import View

MADRID = "Europe/Madrid"


def view(id_: int, query: str, *, is_default: bool = False) -> View:
    return View(id_, f"View {id_}", query, False, "ana@norte.example", True, True, is_default)


TO_DO, PLAIN = view(1, "flag=waiting&columns=number%2Ctotal", is_default=True), view(2, "")
VIEWS = (TO_DO, PLAIN)


def looked_at(**query: str) -> DeskView:
    return DeskView.parse(query, MADRID)


def test_the_address_brings_everything_back() -> None:
    written = {"status": "error", "sort": "total", "page": "3", "columns": "total,number,nonsense", "view": "1"}
    shown = looked_at(**written)
    assert shown.columns == ("number", "total")
    assert shown.address(VIEWS) == "/desk?status=error&sort=total&page=3&columns=number%2Ctotal&view=1"
    assert shown.query == "status=error&sort=total&columns=number%2Ctotal", "a view keeps no page"


@pytest.mark.parametrize("columns", ["", "nonsense", ",,"])
def test_columns_that_do_not_exist_are_the_usual_ones(columns: str) -> None:
    assert looked_at(columns=columns) == looked_at()
    assert "phone" not in looked_at(columns=columns).columns


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        ({}, "/desk?flag=waiting&columns=number%2Ctotal&view=1"),
        ({"view": "1"}, "/desk?flag=waiting&columns=number%2Ctotal&view=1"),
        ({"view": "2"}, ""),
        ({"view": "9"}, ""),
        ({"view": "all"}, ""),
        ({"view": "1", "page": "2"}, ""),
        ({"flag": "failed"}, ""),
    ],
)
def test_where_an_address_leads(query: dict[str, str], leads: str) -> None:
    assert leads_to(query, VIEWS, MADRID) == leads


def test_without_a_view_to_begin_with_the_desk_opens_as_it_is() -> None:
    assert leads_to({}, (PLAIN,), MADRID) == ""
    assert leads_to({}, (view(2, "", is_default=True),), MADRID) == "/desk?view=2"
    assert leads_to({"view": "2"}, (view(2, "", is_default=True),), MADRID) == "", "it does not go round in circles"


def test_all_orders_have_an_address_of_their_own_where_a_view_would_open() -> None:
    assert looked_at().address(VIEWS) == "/desk?view=all"
    assert looked_at().address((PLAIN,)) == "/desk"
    assert looked_at(view="1").address(VIEWS) == "/desk?view=all", "the filters of the view were reset"
    assert looked_at(view="2").address(VIEWS) == "/desk?view=2"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("flag=waiting&view=1", "flag=waiting&view=1"),
        ("search=a%26b", "search=a%26b"),
        ("", ""),
        ("//evil.example", ""),
        ("x=" + "1" * 2000, "x=" + "1" * 998),
        ("a=1&" * 30, ""),
        ('a="><script>', "a=%22%3E%3Cscript%3E"),
    ],
)
def test_the_list_one_came_from_is_a_query_of_the_desk_whatever_the_address_says(told: str, kept: str) -> None:
    assert trail.cleaned(told) == kept
