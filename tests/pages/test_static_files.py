"""The files of the framework and of ours, which are read and compressed once."""

import gzip
import re
from pathlib import Path

import httpx
import nicegui
import pytest
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from pages import static_files
from pages.static_files import FRAMEWORK, StaticFiles

OURS = "/static/1"
SCRIPT = "export default {};\n" * 200
PICTURE = bytes(range(256))
STYLES = [f"{FRAMEWORK}static/quasar.{kind}.prod.css" for kind in ("important", "unimportant")]
ANSWERS = {
    **{path: FileResponse(Path(nicegui.__file__).parent / "static" / Path(path).name) for path in STYLES},
    f"{FRAMEWORK}static/a.js": PlainTextResponse(SCRIPT, headers={"etag": '"1"', "x-other": "1"}),
    f"{OURS}/a.css": PlainTextResponse(SCRIPT),
    f"{OURS}/a.woff2": Response(PICTURE),
}


class Program:
    """What stands behind: tells what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        answer = ANSWERS.get(scope["path"], PlainTextResponse("nothing", 404))
        await answer(scope, receive, send)


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def browser(program: Program) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(StaticFiles(program, OURS)), base_url="http://shop.example")


@pytest.mark.parametrize("path", [f"{FRAMEWORK}static/a.js", f"{OURS}/a.css"])
async def test_a_file_is_compressed_once_and_kept_by_browsers(
    program: Program, browser: httpx.AsyncClient, path: str
) -> None:
    for _time in range(2):
        answer = await browser.get(path)
        assert (answer.status_code, answer.text, answer.headers["content-encoding"]) == (200, SCRIPT, "gzip")
        assert int(answer.headers["content-length"]) == len(gzip.compress(SCRIPT.encode()))
        assert "immutable" in answer.headers["cache-control"]
        assert "x-other" not in answer.headers
    assert program.asked == [path]


async def test_no_rule_is_left_that_the_framework_changes_in_each_page(browser: httpx.AsyncClient) -> None:
    folder = Path(nicegui.__file__).parent / "static"
    changed = re.findall(r"/([^/\n]+)/\.test\(rule\.selectorText\)", (folder / "nicegui.js").read_text("utf-8"))
    assert set(changed) == {r"\.q-card > div"}
    for path in STYLES:
        rules = [" > ".join(rule.split(">")) for rule in (await browser.get(path)).text.split("{")]
        assert len(rules) > 100
        assert not [rule for rule in rules if re.search(changed[0], rule)]


def test_no_rule_of_other_elements_goes_with_those_that_no_page_has() -> None:
    whole = (Path(nicegui.__file__).parent / "static" / "quasar.unimportant.prod.css").read_bytes()
    gone = static_files.NEEDLESS_RULES.findall(whole)
    assert len(gone) > 300
    for rule in gone:
        selectors = re.sub(rb"\([^()]*\)", b"", rule[: rule.index(b"{")]).split(b",")
        assert all(re.search(rb"\.q-(card|carousel|date|stepper|time)", selector) for selector in selectors), rule


async def test_who_takes_nothing_compressed_gets_it_plain(program: Program, browser: httpx.AsyncClient) -> None:
    await browser.get(f"{OURS}/a.css")
    answer = await browser.get(f"{OURS}/a.css", headers={"accept-encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert (answer.text, len(program.asked)) == (SCRIPT, 1)


async def test_what_compresses_badly_stays_as_it_is(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"{OURS}/a.woff2")

    assert "content-encoding" not in answer.headers
    assert answer.content == PICTURE


async def test_a_file_that_a_browser_still_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    path = f"{FRAMEWORK}static/a.js"
    for etag, status in (('"1"', 304), ('"2"', 200)):
        assert (await browser.get(path, headers={"if-none-match": etag})).status_code == status


@pytest.mark.parametrize(
    "path", ["/", f"{FRAMEWORK}static/none.js", f"{FRAMEWORK}dynamic_resources/x", "/_nicegui/client/1/upload/2"]
)
async def test_whatever_else_is_asked_of_the_program(program: Program, browser: httpx.AsyncClient, path: str) -> None:
    for _time in range(2):
        assert (await browser.get(path)).status_code == 404
    assert len(program.asked) >= 2


async def test_many_ways_to_write_an_address_do_not_fill_the_memory(
    program: Program, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "MOST_BYTES", 10)
    for _time in range(2):
        assert (await browser.get(f"{OURS}/a.css")).text == SCRIPT
    assert len(program.asked) == 2
