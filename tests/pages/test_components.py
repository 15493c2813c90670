"""What components let through: forms, tables, filters, uploads and links never trust the browser."""

from dataclasses import replace

import pytest
from nicegui import Client, ui

from pages.components.elements import box, link, markup, own_address, paragraph
from pages.components.filter_values import Filter, filter_values
from pages.components.form_values import Field, checked, taken
from pages.components.table_values import (
    MAX_SELECTED,
    Action,
    CellEdit,
    Column,
    ForgedError,
    PageRequest,
    Selection,
    action_from,
    cell_edit_from,
    check_columns,
    page_request_from,
    row_for_browser,
    selection_from,
)
from pages.components.upload import answer_from

NAME = Field("name", "Name", required=True)
COMMENTS = Field("comments", "Comments", "textarea", max_length=1000)
ZONE = Field("zone", "Zone", "select", options=(("es", "Spain"), ("pt", "Portugal")))
PRIVACY = Field("privacy", "I accept", "checkbox", required=True)
COLUMNS = [Column("number", "Order", sortable="up", phone="title"), Column("company", "Company")]


def test_a_filled_form_comes_back_clean_and_stripped() -> None:
    sent = {"name": "  Marta Gil ", "comments": "one\r\ntwo", "zone": "es", "privacy": True}
    values, errors = checked([NAME, COMMENTS, ZONE, PRIVACY], sent)
    assert errors == {}
    assert values == {"name": "Marta Gil", "comments": "one\ntwo", "zone": "es", "privacy": True}


def test_names_that_were_not_asked_for_are_dropped() -> None:
    values, errors = checked([NAME], {"name": "Marta", "is_seller": True, "__class__": "x"})
    assert (values, errors) == ({"name": "Marta"}, {})


@pytest.mark.parametrize("sent", [None, [], "name=Marta", 7, {}, {"name": None}, {"name": "   "}])
def test_a_required_field_left_empty_is_said_at_the_field(sent: object) -> None:
    values, errors = checked([NAME], sent)
    assert values == {}
    assert errors == {"name": "Fill in this field."}


def test_a_field_shown_with_a_tick_is_required_only_while_that_is_ticked() -> None:
    fields = [Field("differs", "Elsewhere", "checkbox"), Field("street", "Street", required=True, shown_with="differs")]
    assert checked(fields, {"differs": False, "street": ""}) == ({"differs": False, "street": ""}, {})
    assert checked(fields, {"differs": True, "street": ""})[1] == {"street": "Fill in this field."}
    assert checked(fields, {"differs": "yes"})[1].keys() == {"differs"}


@pytest.mark.parametrize("answer", [7, True, ["x"], {"a": 1}, "a\x00b", "\ud800", "\x1b[31m", "x" * 201])
def test_text_of_the_wrong_type_length_or_characters_is_refused_at_its_field(answer: object) -> None:
    values, errors = checked([NAME], {"name": answer})
    assert values == {}
    assert set(errors) == {"name"}


def test_a_single_line_cannot_smuggle_in_a_second_one() -> None:
    values, _errors = checked([NAME], {"name": "Marta\r\nBcc: all@example.org\tx"})
    assert values["name"] == "Marta Bcc: all@example.org x"


def test_a_choice_that_was_not_offered_is_refused() -> None:
    assert set(checked([ZONE], {"zone": "us"})[1]) == {"zone"}
    assert checked([ZONE], {"zone": ""}) == ({"zone": ""}, {})
    assert set(checked([replace(ZONE, required=True)], {"zone": ""})[1]) == {"zone"}


@pytest.mark.parametrize("answer", [False, None])
def test_a_required_box_must_be_ticked(answer: object) -> None:
    assert checked([PRIVACY], {"privacy": answer})[1] == {"privacy": "Tick this box to go on."}


@pytest.mark.parametrize("answer", ["true", "on", 2, [True]])
def test_a_tick_is_true_or_false_and_nothing_else(answer: object) -> None:
    assert set(checked([replace(PRIVACY, required=False)], {"privacy": answer})[1]) == {"privacy"}


@pytest.mark.parametrize(
    ("kind", "good", "wrong"),
    [
        ("number", ["1", "1.5", "1,5", "-3", "1 000"], ["one", "1e5", "--", "0x1F"]),
        ("money", ["12.50", "1.234,50", "5"], ["€", "free"]),
        ("date", ["2026-11-22"], ["2026-02-30", "22/11/2026", "20261122"]),
        ("color", ["#0f6b5c", "#FFFFFF"], ["green", "#fff", "#12345g"]),
    ],
)
def test_kinds_are_checked_on_the_server(kind: str, good: list[str], wrong: list[str]) -> None:
    field = Field("value", "Value", kind)  # type: ignore[arg-type] # the table above names real kinds
    for answer in good:
        assert checked([field], {"value": answer}) == ({"value": answer}, {})
    for answer in wrong:
        assert set(checked([field], {"value": answer})[1]) == {"value"}, answer


def test_a_password_keeps_its_spaces() -> None:
    assert checked([Field("word", "Word", "password")], {"word": " a b "})[0] == {"word": " a b "}


def test_a_readonly_field_says_what_the_server_says() -> None:
    assert checked([replace(NAME, readonly=True, value="Marta")], {"name": "Eve"})[0] == {"name": "Marta"}


def test_a_draft_keeps_what_is_half_filled_and_leaves_out_what_cannot_be_stored() -> None:
    draft = taken([NAME, COMMENTS, PRIVACY], {"name": "", "comments": "\x00", "privacy": "yes", "other": "x"})
    assert draft == {"name": "", "privacy": False}


def test_a_selection_is_a_set_of_ids() -> None:
    assert selection_from({"ids": [3, 1, 3], "all": False}) == Selection(frozenset({1, 3}))
    assert selection_from({"ids": [], "all": True}) == Selection(frozenset(), all_matching=True)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"ids": [1]},
        {"ids": "1", "all": False},
        {"ids": [1], "all": 1},
        {"ids": ["1"], "all": False},
        {"ids": [True], "all": False},
        {"ids": [1.0], "all": False},
        {"ids": [0], "all": False},
        {"ids": [2**63], "all": False},
        {"ids": [[1]], "all": False},
        {"ids": list(range(1, MAX_SELECTED + 2)), "all": False},
    ],
)
def test_a_forged_selection_is_refused(sent: object) -> None:
    with pytest.raises(ForgedError):
        selection_from(sent)


def test_only_offered_actions_are_taken() -> None:
    offered = [Action("status", "Change status")]
    assert action_from({"key": "status"}, offered) == "status"
    forged: list[object] = [None, {}, {"key": "delete"}, {"key": ["status"]}]
    for sent in forged:
        with pytest.raises(ForgedError):
            action_from(sent, offered)


def test_what_is_typed_into_a_cell_is_short_text_of_a_column() -> None:
    sent = {"id": 3, "column": "company", "typed": "12,5", "seen": ""}
    assert cell_edit_from(sent, COLUMNS) == CellEdit(3, "company", "12,5", "")
    forged = ({"id": "3"}, {"id": 0}, {"column": "price"}, {"typed": 12}, {"typed": "x" * 201}, {"seen": "\x00"})
    for change in forged:
        with pytest.raises(ForgedError):
            cell_edit_from(sent | change, COLUMNS)


def test_a_page_is_asked_for_by_number_and_sortable_column() -> None:
    sent = {"page": 2, "sort": "number", "descending": True}
    assert page_request_from(sent, COLUMNS) == PageRequest(2, "number", descending=True)
    for change in ({"page": 0}, {"page": True}, {"page": "2"}, {"page": 10**9}, {"sort": "company"}, {"descending": 1}):
        with pytest.raises(ForgedError):
            page_request_from({**sent, **change}, COLUMNS)
    with pytest.raises(ForgedError):
        page_request_from({**sent, "sort": ["number"]}, COLUMNS)


def test_two_columns_cannot_stand_in_one_place() -> None:
    check_columns(COLUMNS)
    for wrong in ([*COLUMNS, Column("number", "Again")], [*COLUMNS, Column("x", "X", phone="title")]):
        with pytest.raises(ValueError, match="share"):
            check_columns(wrong)
    with pytest.raises(ValueError, match="width"):
        check_columns([Column("x", "X", width="9px;position:fixed")])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "https://evil.example"]
)
def test_links_lead_nowhere_but_to_pages_of_ours(address: str) -> None:
    for row in ({"id": 1, "href": address}, {"id": 1, "number": {"text": "x", "href": address}}):
        with pytest.raises(ValueError, match="address"):
            row_for_browser(row)
    assert own_address("/desk/orders/1") == "/desk/orders/1"


def test_a_picture_is_a_picture() -> None:
    assert row_for_browser({"id": 1, "picture": {"image": "/media/a.webp"}})["picture"] == {"image": "/media/a.webp"}
    with pytest.raises(ValueError, match="picture"):
        row_for_browser({"id": 1, "picture": {"image": "javascript:alert(1)"}})


FILTERS = [
    Filter("q", "Search", "search"),
    Filter("date", "Date", "dates"),
    Filter("status", "Status", "chips", options=(("pending", "Pending"),)),
]


def test_filters_give_a_value_for_every_key_and_drop_the_rest() -> None:
    sent = {"q": " sol ", "date_from": "2026-11-01", "status": "pending", "other": "x"}
    expected = {"q": "sol", "date_from": "2026-11-01", "date_to": "", "status": "pending"}
    assert filter_values(FILTERS, sent) == expected


@pytest.mark.parametrize(
    "sent",
    [None, [], {"q": 7}, {"q": "x" * 101}, {"q": "\x00"}, {"date_from": "yesterday"}, {"status": "done"}],
)
def test_a_filter_that_cannot_be_means_any(sent: object) -> None:
    assert filter_values(FILTERS, sent) == {"q": "", "date_from": "", "date_to": "", "status": ""}


def test_an_uploads_answer_is_small_and_flat() -> None:
    assert answer_from({"id": 7, "name": "a.csv", "ok": True, "note": None}) == {
        "id": 7,
        "name": "a.csv",
        "ok": True,
        "note": None,
    }
    wrong: list[object] = [None, [], "x", {"a": {}}, {"a": [1]}, {"a": "x" * 1001}, {str(i): i for i in range(21)}]
    for sent in wrong:
        assert answer_from(sent) is None


async def test_plain_elements_are_written_as_markup_with_their_texts_escaped() -> None:
    page = Client(ui.page("/plain"), request=None)
    with page, box("crumbs", tag="nav") as written:
        written.props["aria-label"] = '"&'
        link("<b>", "/?q=%22&page=1", "crumb")
        paragraph("</template>")
    assert markup(written) == (
        '<nav class="crumbs" aria-label="&quot;&amp;"><a class="crumb" href="/?q=%22&amp;page=1">&lt;b&gt;</a>'
        '<p class="">&lt;/template&gt;</p></nav>'
    )
    page.delete()
