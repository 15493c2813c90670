"""What components do when the browser answers: forms, tables, figures, dialogs and frames."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from nicegui import Client, ui
from nicegui import json as nicegui_json
from nicegui.testing import User, user_simulation

from models.errors import FieldErrors, ShopError
from pages.components.dialog import ask
from pages.components.elements import Button
from pages.components.figures import Figure, Figures
from pages.components.filters import Filter, Filters
from pages.components.form import Field, Form, Values
from pages.components.lookup import Lookup, Option
from pages.components.order_edit import EditCharges, EditLines
from pages.components.page_bars import CartButton, desk_tabs
from pages.components.table import Action, Column, PageRequest, Selection, Table
from pages.components.written_rows import write
from pages.frame import CartBadge, desk_frame, page_head, shop_frame

SHOP = SimpleNamespace(name="Norte.Tools", color="#0f6b5c", logo_url="", contact="hola@norte.example", language="en")
NAME = Field("name", "Name", required=True)
COUNTRY = Field("country", "Country", "select", options=(("ES", "Spain"),), shared_as="countries")


@pytest.fixture
async def marta() -> AsyncIterator[User]:
    """A person in front of an empty page."""
    async with user_simulation(root=lambda: ui.element("main")) as user:
        await user.open("/")
        yield user


def on_page(user: User, kind: type[CartButton]) -> CartButton:
    (found,) = user.find(kind=kind).elements
    return found


async def soon(user: User, kind: Any, event: str, answer: Any = None) -> None:
    user.find(kind=kind).trigger(event, answer)
    for _turn in range(5):
        await asyncio.sleep(0)


async def nothing(_values: Values) -> None: ...


async def asking(user: User, title: str, **question: Any) -> asyncio.Task[Values | None]:
    async def question_of_the_page() -> Values | None:
        with user:
            return await ask(title, **question)

    asked = asyncio.ensure_future(question_of_the_page())
    await asyncio.sleep(0)
    return asked


async def test_a_form_is_sent_again_only_if_there_are_errors_to_take_away(marta: User) -> None:
    with marta:
        form = Form([NAME], on_submit=nothing)
        waiting = form.client.outbox.updates
        waiting.clear()
        form.clear_errors()
        assert form.id not in waiting
        form.show_errors({"name": "Too short."})
        waiting.clear()
        form.clear_errors()
        assert form.id in waiting


async def test_a_value_that_is_set_is_not_wrong_any_more(marta: User) -> None:
    with marta:
        form = Form([NAME, COUNTRY], on_submit=nothing)
        form.show_errors({"name": "Too short.", "country": "Choose one."})
        form.set_values({"name": "Marta"})
    assert form.props["errors"] == {"country": "Choose one."}


async def test_options_of_which_there_are_many_stand_in_a_page_once(marta: User) -> None:
    page = Client(ui.page("/"), request=None)
    with page:
        form = Form([COUNTRY, NAME], on_submit=nothing)
        form.set_fields([COUNTRY])
        assert [(field["options"], field["sharedAs"]) for field in form.props["fields"]] == [((), "countries")]
        assert page._body_html.count('{"options":[["ES","Spain"]]}') == 1
        other = replace(COUNTRY, name="other", options=(("FR", "France"),))
        two = Form([COUNTRY, other], on_submit=nothing)
        assert [(field["options"], field["sharedAs"]) for field in two.props["fields"]] == [
            ((), "countries"),
            (other.options, ""),
        ]
    page.delete()
    with marta:  # whose page is there already
        late = Form([COUNTRY], on_submit=nothing)
    assert [(field["options"], field["sharedAs"]) for field in late.props["fields"]] == [(COUNTRY.options, "")]


async def test_a_form_hands_on_clean_values_once(marta: User) -> None:
    got: list[Values] = []

    async def save(values: Values) -> None:
        got.append(values)
        await asyncio.sleep(0.01)

    with marta:
        Form([NAME], on_submit=save)
    marta.find(kind=Form).trigger("send", {"name": " Marta "}).trigger("send", {"name": "twice"})
    await asyncio.sleep(0.05)
    assert got == [{"name": "Marta"}]


async def test_answers_too_long_for_one_message_are_put_together(marta: User) -> None:
    got: list[Values] = []

    async def save(values: Values) -> None:
        got.append(values)

    with marta:
        form = Form([NAME], on_submit=save)
    lost = [[0, '{"name": "never sent']]
    strange = [None, "text", [1], ["0", "x"], [7, "x"], [1, "x" * 6001]]
    for part in [*lost, [0, '{"name": '], *strange, [1, '"Mar']]:
        await soon(marta, Form, "part", part)
    await soon(marta, Form, "send", 'ta"}')
    await soon(marta, Form, "send", 'no JSON"}')
    assert got == [{"name": "Marta"}]
    assert form.props["errors"] == {"name": "Fill in this field."}


async def test_parts_are_not_collected_without_end(marta: User) -> None:
    async def save(values: Values) -> None:
        raise AssertionError(values)

    with marta:
        form = Form([NAME], on_submit=save)
    for number in range(200):
        await soon(marta, Form, "part", [number, "x" * 6000])
    assert sum(map(len, form._parts)) <= 600_000


async def test_all_that_is_wrong_with_a_form_is_told_at_once(marta: User) -> None:
    async def check(values: Values) -> None:
        raise FieldErrors({"name": "Please tell us your name.", "city": f"No {values['city']} here."})

    async def save(values: Values) -> None:
        raise AssertionError(values)

    with marta:
        form = Form([NAME, Field("city", "City")], on_submit=save, check=check)
    await soon(marta, Form, "send", {"name": "", "city": "Atlantis"})
    assert form.props["errors"] == {"name": "Fill in this field.", "city": "No Atlantis here."}


async def test_a_wrong_form_is_told_at_its_field_and_not_handed_on(marta: User) -> None:
    async def save(values: Values) -> None:
        raise AssertionError(values)

    with marta:
        form = Form([NAME], on_submit=save)
    await soon(marta, Form, "send", {"name": ""})
    assert form.props["errors"] == {"name": "Fill in this field."}


async def test_what_a_service_refuses_stands_at_the_field_or_above_the_form(marta: User) -> None:
    refusals: list[Exception] = [FieldErrors({"name": "Taken.", "other": "Odd."}), ShopError("Mail is down.")]

    async def save(values: Values) -> None:
        raise refusals.pop(0)

    with marta:
        form = Form([NAME], on_submit=save)
    await soon(marta, Form, "send", {"name": "Marta"})
    assert (form.props["errors"], form.props["summary"]) == ({"name": "Taken."}, "Odd.")
    await soon(marta, Form, "send", {"name": "Marta"})
    assert (form.props["errors"], form.props["summary"]) == ({}, "Mail is down.")


async def test_accepted_values_become_the_forms_own_but_passwords_do_not(marta: User) -> None:
    async def save(values: Values) -> None:
        pass

    with marta:
        form = Form([NAME, Field("word", "Word", "password")], on_submit=save)
    await soon(marta, Form, "send", {"name": "Marta", "word": "secret"})
    assert [field["value"] for field in form.props["fields"]] == ["Marta", ""]


async def test_a_draft_is_handed_on_without_asking_for_more(marta: User) -> None:
    drafts: list[Values] = []

    async def keep(values: Values) -> None:
        drafts.append(values)

    with marta:
        Form([NAME, Field("phone", "Phone")], on_submit=keep, on_draft=keep)
    await soon(marta, Form, "draft", {"phone": "+34"})
    assert drafts == [{"phone": "+34"}]


async def test_a_table_hands_on_pages_and_actions_and_ignores_forged_ones(marta: User) -> None:
    got: list[object] = []

    async def turn(request: PageRequest) -> None:
        got.append(request)

    async def act(key: str, selection: Selection) -> None:
        got.append((key, selection))

    with marta:
        table = Table(
            [Column("number", "Order", sortable="up")],
            label="Orders",
            on_page=turn,
            on_action=act,
            actions=[Action("csv", "Download CSV")],
        )
    await soon(marta, Table, "page", {"page": 2, "sort": "number", "descending": True})
    await soon(marta, Table, "act", {"key": "csv", "ids": [1, 2], "all": False})
    answered = table.props["answer"]
    await soon(marta, Table, "act", {"key": "drop", "ids": [1], "all": False})
    await soon(marta, Table, "act", {"key": "csv", "ids": [], "all": False})
    await soon(marta, Table, "page", {"page": -1})
    assert got == [PageRequest(2, "number", descending=True), ("csv", Selection(frozenset({1, 2})))]
    assert table.props["answer"] == answered + 3


async def test_a_table_sends_the_rows_as_they_were_written_and_not_again_for_their_number(marta: User) -> None:
    async def turn(_request: PageRequest) -> None: ...

    rows = write([{"id": 1, "number": {"text": "Ä <1>"}}])
    with marta:
        table = Table([Column("number", "Order")], label="Orders", on_page=turn)
        table.show(rows, total=None)
        sent = json.loads(nicegui_json.dumps(table._to_dict()))["props"]
        waiting = table.client.outbox.updates
        waiting.clear()
        table.set_total(7)
    assert sent["rows"] == [{"id": 1, "number": {"text": "Ä <1>"}}]
    assert sent["columns"][0]["name"] == "number"
    assert not waiting
    assert table.props["total"] == 7


async def test_a_figure_that_is_not_shown_cannot_be_chosen(marta: User) -> None:
    chosen: list[str] = []

    async def choose(key: str) -> None:
        chosen.append(key)

    with marta:
        Figures([Figure("today", "New today", "9")], label="Figures", on_choose=choose)
    await soon(marta, Figures, "choose", "today")
    await soon(marta, Figures, "choose", "all")
    await soon(marta, Figures, "choose", ["today"])
    assert chosen == ["today"]


async def test_filters_suggest_only_for_their_own_picks(marta: User) -> None:
    async def change(values: dict[str, str]) -> None:
        pass

    async def suggest(name: str, text: str) -> list[tuple[str, str]]:
        return [("7", f"{name} {text}")]

    with marta:
        filters = Filters([Filter("buyer", "Buyer", "pick")], on_change=change, on_suggest=suggest)
    await soon(marta, Filters, "suggest", {"name": "other", "text": "x"})
    assert filters.props["suggested"] == 0
    await soon(marta, Filters, "suggest", {"name": "buyer", "text": "sol"})
    assert filters.props["suggestions"]["options"] == [["7", "buyer sol"]]


async def test_a_question_is_answered_by_its_form_and_taken_away(marta: User) -> None:
    asked = await asking(marta, "Change status?", fields=[NAME])
    await soon(marta, Form, "send", {"name": "Marta"})
    assert await asked == {"name": "Marta"}
    await marta.should_not_see(kind=Form)


async def test_a_dismissed_question_says_no(marta: User) -> None:
    asked = await asking(marta, "Delete?", danger=True)
    await soon(marta, Form, "secondary")
    assert await asked is None


async def test_a_question_on_a_page_that_went_away_says_no(marta: User) -> None:
    assert marta.client
    asked = await asking(marta, "Delete?")
    marta.client.delete()
    assert await asyncio.wait_for(asked, 1) is None


async def test_a_button_is_deaf_while_it_works(marta: User) -> None:
    clicks: list[int] = []

    async def work() -> None:
        clicks.append(1)
        await asyncio.sleep(0.01)

    with marta:
        Button("Send", work)
    marta.find(kind=Button).trigger("click").trigger("click")
    await asyncio.sleep(0.05)
    await soon(marta, Button, "click")
    assert len(clicks) == 2


async def test_a_shop_page_costs_few_elements_and_its_cart_can_change(marta: User) -> None:
    assert marta.client
    before = len(marta.client.elements)
    with marta, shop_frame(SHOP, title="Cart", cart=CartBadge(1, "€ 6.40")) as frame, page_head("Cart"):
        pass
    assert len(marta.client.elements) - before < 15
    assert frame.cart is not None
    frame.cart.show(CartBadge(2, "€ 12.80"))
    assert on_page(marta, CartButton).props["count"] == 2


async def test_a_desk_page_has_its_heading_and_speaks_the_shops_language(marta: User) -> None:
    assert marta.client
    desk = desk_frame(SHOP, title="Buyers", active="/desk/buyers", tabs=desk_tabs(), seller_email="sol@norte.example")
    with marta, desk, page_head("Buyers", "12"):
        pass
    await marta.should_see("Buyers")
    assert marta.client.page.resolve_language() == "en-GB"


async def test_rows_of_an_order_hand_on_what_is_typed_and_ignore_what_is_forged(marta: User) -> None:
    got: list[object] = []

    async def take(*sent: object) -> None:
        got.append(sent)

    with marta:
        EditLines(on_line=take, on_remove=take, on_restore=take)
        EditCharges("EUR", on_charge=take, on_remove=take, on_restore=take)
    strange: list[object] = [
        None,
        7,
        "x",
        [],
        {},
        {"key": 1},
        {"key": "A" * 81},
        {"key": "A", "quantity": 7},
        {"key": "a\0"},
    ]
    for answer in [*strange, {"key": "A", "removed": "yes"}, {"key": "A", "price": "9" * 41}, [None, {"key": "A"}]]:
        for event in ("remove", "restore", *(["line"] if answer != {"key": "A", "removed": "yes"} else [])):
            await soon(marta, EditLines, event, answer)
        for event in ("charge", "remove", "restore"):
            await soon(marta, EditCharges, event, answer)
    await soon(marta, EditCharges, "charge", {"key": 2**40, "title": "", "amount": ""})
    await soon(marta, EditCharges, "charge", {"key": True, "title": "", "amount": ""})
    await soon(marta, EditCharges, "charge", {"key": 1, "title": "x" * 81, "amount": ""})
    assert got == []
    await soon(marta, EditLines, "line", {"key": "A", "quantity": "7"})
    await soon(marta, EditLines, "remove", {"key": "A", "removed": True})
    await soon(marta, EditCharges, "charge", {"key": -1, "title": "Off", "amount": "1,5"})
    kept = {"key": "A", "quantity": "7", "price": "1", "removed": False, "product": 3}
    await soon(marta, EditLines, "restore", [kept, None, {"key": "B"}])
    assert got == [("A", "7", None), ("A", True), (-1, "Off", "1,5"), ([kept],)]


async def test_only_what_was_found_can_be_chosen(marta: User) -> None:
    got: list[object] = []

    async def find(text: str) -> list[Option]:
        got.append(text)
        return [Option(7, "Saw", "SAW")]

    async def choose(key: int) -> None:
        got.append(key)

    with marta:
        lookup = Lookup("Add", on_ask=find, on_choose=choose)
    await soon(marta, Lookup, "choose", 7)
    for text in (None, 7, "", "x" * 101, "a\0"):
        await soon(marta, Lookup, "ask", text)
    await soon(marta, Lookup, "ask", "saw")
    for key in (8, "7", True, None, [7]):
        await soon(marta, Lookup, "choose", key)
    await soon(marta, Lookup, "choose", 7)
    assert got == ["saw", 7]
    assert lookup.props["found"] == {"text": "saw", "options": [{"key": 7, "text": "Saw", "sub": "SAW"}]}
