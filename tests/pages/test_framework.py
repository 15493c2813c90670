"""What is remembered of methods is what the framework would find out anew; what a page needs is fetched at once."""

import asyncio
import gc
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from nicegui import Client, client, core, dependencies, helpers, observables, outbox, ui
from nicegui import json as framework_json
from nicegui.dependencies import esm_modules

from pages import components, framework
from pages.components.cart_lines import LineList
from pages.components.form import Form, Values
from pages.components.product_grid import ProductGrid
from pages.desk import guard


class Bound:
    """Methods of each kind."""

    def none(self) -> None: ...
    def one(self, first: int) -> None: ...
    def optional(self, first: int = 1, *more: int, **named: int) -> None: ...
    @classmethod
    def of_class(cls, first: int) -> None: ...
    @classmethod
    def of_class_alone(cls) -> None: ...
    @staticmethod
    def alone(first: int) -> None: ...


SCRIPT_OR_EARLY = re.compile(f"{re.escape(framework.WAITS)}(.*?){{% else %}}(.*?){{% endif %}}")
METHODS = ("none", "one", "optional", "of_class", "of_class_alone", "alone")


def ways() -> list[Callable[..., object]]:
    return [getattr(Bound(), name) for name in METHODS] + [lambda first: first, lambda: None, print]


def test_a_signature_is_read_as_the_framework_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "expects_arguments", helpers.expects_arguments)
    before = [helpers.expects_arguments(way) for way in ways()]
    framework.remember()
    for _time in range(2):
        assert [observables.helpers.expects_arguments(way) for way in ways()] == before  # type: ignore[attr-defined] # where it is used
    assert before[:6] == [False, True, False, True, False, True]


def test_a_page_names_the_elements_alone_that_ours_have() -> None:
    kept = dict(esm_modules)
    try:
        framework.forget_unused()
        assert {module.name for module in esm_modules.values()} <= {"nicegui-echart"}
    finally:
        esm_modules.update(kept)


def test_what_the_elements_of_a_page_import_is_fetched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "generate_resources", dependencies.generate_resources)
    monkeypatch.setattr(core.app.config, "prod_js", True, raising=False)
    framework.fetch_early()
    grid = object.__new__(ProductGrid)
    *_others, names, _imports, early = vars(client)["generate_resources"]("", [grid, grid])
    source = (Path(components.__file__).parent / "product_grid.js").read_text("utf-8")
    imported = re.findall(r'^import \w+ from "(\w+)";', source, re.MULTILINE)
    assert len(imported) == 4
    for name in ["vue", "dompurify", *imported]:
        assert early.count(names[name]) == 1


@pytest.mark.parametrize("is_once", [True, False])
async def test_what_a_page_came_with_is_not_loaded_again(monkeypatch: pytest.MonkeyPatch, *, is_once: bool) -> None:
    monkeypatch.setattr(client, "generate_resources", dependencies.generate_resources)
    monkeypatch.setattr(core.app.config, "prod_js", True, raising=False)
    monkeypatch.setattr(Client, "has_socket_connection", True)
    sent = []

    async def note(_box: outbox.Outbox, message: tuple[str, str, dict[str, list[dict[str, str]]]]) -> None:
        sent.append((message[1], [one["tag"] for one in message[2].get("components", [])]))

    monkeypatch.setattr(outbox.Outbox, "_emit", note)
    if is_once:
        framework.load_once()
    page = Client(ui.page("/"), request=None)
    with page:
        form = Form([], on_submit=nothing)
        vars(client)["generate_resources"]("", page.elements.values())
        LineList((), label="")  # comes later
    form.update()
    sending = asyncio.create_task(page.outbox.loop())
    await asyncio.sleep(0.01)
    page.delete()
    await sending
    first = [] if is_once else ["nicegui-form"]
    assert sent[:2] == [("load_js_components", [*first, "nicegui-line_list"]), ("update", [])]


async def nothing(_values: Values) -> None: ...


async def test_what_changes_is_noted_once_a_page_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox.Outbox, "enqueue_update", outbox.Outbox.enqueue_update)
    framework.build_quietly()
    page = Client(ui.page("/"), request=None)
    with page:
        form = Form([], on_submit=nothing)
        form.props["kind"] = "danger"
    assert not page.outbox.updates  # the framework drops them with the answer
    page._response_built = True
    form.props["kind"] = ""
    assert dict(page.outbox.updates) == {form.id: form}
    page.delete()


async def test_an_open_page_with_nothing_to_send_sleeps_until_there_is_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "asyncio", asyncio)
    monkeypatch.setattr(framework, "IDLE_SECONDS", 0.2)
    framework.sleep_longer()
    waiting = vars(outbox)["asyncio"]
    news = asyncio.Event()
    with pytest.raises(TimeoutError):
        await waiting.wait_for(news.wait(), timeout=0.001)
    asyncio.get_running_loop().call_later(0.01, news.set)
    assert await waiting.wait_for(news.wait(), timeout=0.001)


async def test_what_waits_for_a_page_is_sent_as_soon_as_it_is_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox.Outbox, "loop", outbox.Outbox.loop)
    monkeypatch.setattr(outbox, "asyncio", asyncio)
    framework.wake_at_connection()
    ended = asyncio.create_task(outbox.Outbox.loop(_box(is_left=True)))
    connected = asyncio.Event()
    waiting = _box(connected)
    sending = asyncio.create_task(outbox.Outbox.loop(waiting))
    await asyncio.sleep(0.01)
    assert ended.done()  # it was left before it was connected
    assert waiting._enqueue_event is None
    connected.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert waiting._enqueue_event is not None  # the framework's own loop is at work
    waiting.stop()
    await sending


async def test_a_page_that_was_left_is_not_looked_at_until_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox.Outbox, "loop", outbox.Outbox.loop)
    monkeypatch.setattr(outbox, "asyncio", asyncio)
    framework.wake_at_connection()
    for comes_back in (True, False):
        connected = asyncio.Event()
        connected.set()
        box = _box(connected)
        box.client.has_socket_connection = False  # type: ignore[misc] # it was left
        sending = asyncio.create_task(outbox.Outbox.loop(box))
        await asyncio.sleep(0.01)
        assert not connected.is_set()
        if comes_back:
            box.client.has_socket_connection = True  # type: ignore[misc] # it is there again
            connected.set()
            await asyncio.sleep(0.01)
            assert box._enqueue_event and not box._enqueue_event.is_set()  # what waited was sent
            box.stop()
        else:  # it is deleted, as the framework does it
            box.stop()
            connected.set()
            connected.clear()
        async with asyncio.timeout(1):
            await sending


def test_a_page_is_escaped_as_the_framework_escapes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "json", framework_json)
    framework.escape_at_once()
    told = {"name": "<b>&amp;`${x}`</b> & ñ", "n": 1}
    written = framework_json.dumps(told)
    assert vars(client)["json"].loads(written) == told
    assert vars(client)["json"].dumps(told).translate(client.HTML_ESCAPE_TABLE) == written.translate(
        client.HTML_ESCAPE_TABLE
    )


def _box(connected: asyncio.Event | None = None, *, is_left: bool = False) -> outbox.Outbox:
    """The outbox of a page that is not connected yet."""
    page = SimpleNamespace(id="page", _connected=connected, has_socket_connection=True)
    box = object.__new__(outbox.Outbox)
    vars(box).update(_client=lambda: page, _should_stop=is_left, _enqueue_event=None, updates={}, messages=[])
    return box


def test_a_page_is_the_framework_s_without_what_no_browser_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = client.templates.env
    assert environment.loader
    monkeypatch.setattr(environment, "loader", environment.loader)
    source = environment.loader.get_source(environment, framework.PAGE)[0]
    framework.shorten_pages()
    shortened = SCRIPT_OR_EARLY.sub(r"\2", environment.loader.get_source(environment, framework.PAGE)[0])
    assert len(shortened) < 0.8 * len(source)
    assert not re.search(r'<!--|/\*|rtl"\]', shortened)
    used = re.compile(r"{[{%].*?[%}]}|https?:|<[a-z!/][^>]*>|^ *(?:import|const|app\.|Element).*$", re.MULTILINE)
    as_words = [" ".join(part.split()) for part in used.findall(source) if not part.startswith("<!--")]
    sent = [" ".join(part.split()) for part in used.findall(shortened)]
    assert sorted(sent) == sorted(as_words)
    assert sent.index("</style>", sent.index("<body>")) < sent.index("{{ body_html | safe }}")


def test_scripts_are_only_fetched_where_something_is_drawn_before_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = client.templates.env
    assert environment.loader
    monkeypatch.setattr(environment, "loader", environment.loader)
    framework.shorten_pages()
    choices = SCRIPT_OR_EARLY.finditer(environment.loader.get_source(environment, framework.PAGE)[0])
    scripts = "".join(choice.group() for choice in choices)
    drawn = environment.from_string(scripts).render(body_html='<template id="first-look">')
    others = environment.from_string(scripts).render(body_html="")
    assert drawn.count("<link ") == others.count("<script defer ") >= 5  # one name is the debugging version's
    assert "<script" not in drawn
    assert "<link" not in others
    assert re.findall('(?:src|href)="(.*?)"', drawn) == re.findall('src="(.*?)"', others)


@pytest.mark.parametrize("is_taken_apart", [True, False])
async def test_a_page_that_was_left_goes_at_once(monkeypatch: pytest.MonkeyPatch, *, is_taken_apart: bool) -> None:
    monkeypatch.setattr(core.app, "_connect_handlers", [])
    monkeypatch.setattr(core.app, "_delete_handlers", [])
    if is_taken_apart:
        framework.take_apart()
    gc.collect()
    gc.disable()
    try:
        left = await _left_page()
        assert [one() is None for one in left] == [is_taken_apart] * 3
    finally:
        gc.enable()


class Bar:
    """A form of a desk, which is told what was saved."""

    def __init__(self, on_save: Callable[[Values], None]) -> None:
        self._on_save = on_save
        self.form = Form([], on_submit=guard.signed_in(self.save))

    async def save(self, values: Values) -> None:
        self._on_save(values)


class Desk:
    """It knows its bar, whose form knows the bar, which knows the desk."""

    def __init__(self) -> None:
        self.bar = Bar(self.saved)
        ui.context.client.on_delete(self.leave)

    def saved(self, _values: Values) -> None: ...
    def leave(self) -> None: ...


async def _left_page() -> list[weakref.ref[object]]:
    """What tells whether the parts of a page that was left are still there."""
    page = Client(ui.page("/left"), request=None)
    with page:
        desk = Desk()
    page.delete()
    known = [weakref.ref[object](part) for part in (desk, desk.bar, desk.bar.form)]
    del desk, page
    await asyncio.sleep(0.3)  # until the loop that sends has seen it
    return known
