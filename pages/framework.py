"""Where the framework does for each page what need not be done, or later than it could be.

It reads signatures anew, names what is not there, and lets browsers find out one after the other what they need.
"""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import lru_cache
from types import MethodType, SimpleNamespace
from typing import Any, cast

from jinja2 import BaseLoader, ChoiceLoader, DictLoader
from nicegui import Client, app, client, helpers, json, outbox
from nicegui.dependencies import esm_modules, generate_resources
from nicegui.element import Element

from models.text import _, speaking

USED_MODULES = {"nicegui-echart"}  # of the framework's large elements
IDLE_SECONDS = 10.0  # until an open page with nothing to send looks whether it was left
MOST_REMEMBERED = 1024  # methods; there are as many as classes define
UNUSED_NAMES = {"sass", "immutable"}  # of its compiler of style sheets

CALLED = "_on_"  # so begin the attributes that hold whom a part of a page calls, as when a browser sent something

PAGE = "index.html"  # the framework's, which each page is made of
NEEDLESS = (
    re.compile(r"<!--.*?-->"),
    re.compile(r"/\*.*?\*/"),
    re.compile(r'^ *\[dir="rtl"\][^{]*\{[^}]*\}\n', re.MULTILINE),
    re.compile(r"^ *// .*\n", re.MULTILINE),
    re.compile(r"^[ \n]+", re.MULTILINE),
)

_sent_from: ContextVar[outbox.Outbox] = ContextVar("sent_from")

# Shown when a page has not begun after a while (pedido.css), and at once where there are no scripts.
AT_LAST = re.compile(r'(<div id="esm-fallback">).*?</div>')
TOLD = (
    r"\1{{ what_is_needed(language) }}</div>"
    "<noscript><style>#esm-fallback{opacity:1;color:inherit}body:before{content:none}</style></noscript>"
)

# What we write into a page stands behind the framework's style sheet in its body, which would have it styled twice.
OURS, FALLBACK = "{{ body_html | safe }}", '<div id="esm-fallback">'

# Where the first products are drawn while the page is read, the framework's scripts would hold them up: they are only
# fetched as early as elsewhere, and product_grid.js has them begin.
SCRIPT = re.compile(r'<script defer src="([^"]*)"></script>')
WAITS = """{% if 'id="first-look"' in body_html %}"""
FETCHED = r'<link rel="preload" as="script" fetchpriority="low" href="\1" />'

_framework_expects_arguments = helpers.expects_arguments
_framework_sends = outbox.Outbox.loop
_framework_enqueues = outbox.Outbox.enqueue_update


def remember() -> None:
    """Look at the signature of a method once; each element is made with four that are the same for all."""
    helpers.expects_arguments = _expects_arguments


def sleep_longer() -> None:
    """Let open pages to which nothing is sent sleep: of a thousand, each awoke each second to find nothing."""
    _outbox_waits_by(wait_for=_wait_for)


def _wait_for(news: Awaitable[Any], timeout: float) -> Awaitable[Any]:
    """As the framework calls it, but for how long it waits."""
    return asyncio.wait_for(news, IDLE_SECONDS)


def wake_at_connection() -> None:
    """Send what waits for a page as soon as it is connected: it was looked for each tenth of a second until then.

    That is so before it is connected for the first time, and when it was left and may come back.
    """
    outbox.Outbox.loop = _send_once_connected  # type: ignore[method-assign,assignment] # ours instead
    _outbox_waits_by(sleep=_sleep_until_connected)


def _outbox_waits_by(**ways: Callable[..., Awaitable[Any]]) -> None:
    known = vars(vars(outbox)["asyncio"])
    vars(outbox)["asyncio"] = SimpleNamespace(**known | ways)


async def _send_once_connected(box: outbox.Outbox) -> None:
    _sent_from.set(box)
    if not box._should_stop:
        await box.client._connected.wait()  # also when it is deleted, unconnected
    await _framework_sends(box)


async def _sleep_until_connected(seconds: float) -> None:
    """As the framework calls it when a page is not connected, or after an error."""
    box = _sent_from.get()
    if box._should_stop or box.client.has_socket_connection:
        await asyncio.sleep(seconds)
    else:
        connected = box.client._connected
        connected.clear()
        await connected.wait()  # also when it is deleted meanwhile


def escape_at_once() -> None:
    """Escape a page's elements by the letters that are to be escaped, not letter by letter: a twentieth of the time."""
    vars(client)["json"] = SimpleNamespace(**vars(json) | {"dumps": lambda told: _Written(json.dumps(told))})


class _Written(str):
    """JSON, as the framework escapes it for the page."""

    __slots__ = ()

    def translate(self, table: Any, /) -> str:
        escaped = str(self)
        for letter, written in table.items():  # "&" comes first
            escaped = escaped.replace(chr(letter), written)
        return escaped


def take_apart() -> None:
    """Let a page that was left go at once, object by object.

    They know each other, so that they would stay until garbage is looked for among all open pages: for more than a
    second with a thousand of them, while everybody waits.
    """
    app.on_delete(_take_apart)


def _take_apart(page: Client) -> None:
    for element in page.elements.values():
        for watched in (element.props, element.classes, element.style):
            watched._change_handlers.clear()
        _forget_who_is_told(element)
    for handlers in (page.connect_handlers, page.disconnect_handlers, page.delete_handlers):
        handlers.clear()


def _forget_who_is_told(part: object) -> None:
    """Cut a part of a page off from those it tells, and these from whom they tell in turn: a view bar from its desk."""
    for name in [name for name in vars(part) if name.startswith(CALLED)]:
        told, vars(part)[name] = inspect.unwrap(vars(part)[name]), None
        if isinstance(told, MethodType):
            _forget_who_is_told(told.__self__)


def forget_unused() -> None:
    """Name no element in each page that no page of ours has: as many addresses as a page of products compressed."""
    for key in [key for key, module in esm_modules.items() if module.name not in USED_MODULES]:
        del esm_modules[key]


def fetch_early() -> None:
    """Have a browser fetch at once what a page's elements import, not only when these have arrived and begun."""
    client.generate_resources = _resources  # type: ignore[attr-defined] # it is not meant to be changed


def build_quietly() -> None:
    """Note no update of a page that is being built: each change of an element is one, and all are dropped with it."""
    outbox.Outbox.enqueue_update = _enqueue_update  # type: ignore[method-assign,assignment] # ours instead


def _enqueue_update(box: outbox.Outbox, element: Element) -> None:
    if getattr(box.client, "_response_built", False):  # not there yet while a page makes its first elements
        _framework_enqueues(box, element)


def load_once() -> None:
    """Let a browser show what comes first at once: it was told to load again what its page had come with."""
    named = vars(client)["generate_resources"]

    def resources(prefix: str, elements: Iterable[Element]) -> tuple[Any, ...]:
        elements = list(elements)
        for element in elements:
            if element.component:
                element.client.outbox._loaded_components.add(element.component.name)
        return cast(tuple[Any, ...], named(prefix, elements))

    client.generate_resources = resources  # type: ignore[attr-defined] # it is not meant to be changed


def shorten_pages() -> None:
    """Send nothing in each page that no browser reads: comments, indents, rules for a direction we do not write in."""
    _change_page(_shortened)


def tell_what_is_needed() -> None:
    """Tell whoever has no scripts, or a browser of long ago, in their language why the page stays empty."""
    client.templates.env.globals["what_is_needed"] = _what_is_needed
    _change_page(lambda page: AT_LAST.sub(TOLD, page))


def _what_is_needed(language: str) -> str:
    """`language` is the framework's name for it, like "en-GB"."""
    with speaking(language.partition("-")[0]):
        return _("This page needs JavaScript and a current browser.")


def _change_page(change: Callable[[str], str]) -> None:
    environment = client.templates.env
    files = cast(BaseLoader, environment.loader)
    source = files.get_source(environment, PAGE)[0]
    environment.loader = ChoiceLoader([DictLoader({PAGE: change(source)}), files])


def _shortened(page: str) -> str:
    for needless in NEEDLESS:
        page = needless.sub("", page)
    page = SCRIPT.sub(rf"{WAITS}{FETCHED}{{% else %}}\g<0>{{% endif %}}", page)
    return page.replace(OURS, "").replace(FALLBACK, OURS + FALLBACK)


def _resources(prefix: str, elements: Iterable[Element]) -> tuple[Any, ...]:
    """What the framework names in a page; the last part are the modules that are fetched at once."""
    elements = list(elements)
    *others, names, imports, early = generate_resources(prefix, elements)
    needed = dict.fromkeys(library.name for element in elements for library in element.exposed_libraries)
    early += [names["dompurify"], *(names[name] for name in needed)]
    used = {name: address for name, address in names.items() if name not in UNUSED_NAMES}
    return *others, used, imports, early


def _expects_arguments(func: Callable[..., Any]) -> bool:
    method = getattr(func, "__func__", None)
    if method is None:
        return _framework_expects_arguments(func)
    return _method_expects_arguments(method)


@lru_cache(maxsize=MOST_REMEMBERED)
def _method_expects_arguments(method: Callable[..., Any]) -> bool:
    """Whether a method wants more than its object; how it is bound to one does not matter for that."""
    return _framework_expects_arguments(method.__get__(object()))
