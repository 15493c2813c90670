"""A first and a second visit of the catalogue in a real browser: bytes on the wire, and when products are to be seen.

Its reference is an empty page of the framework. Pictures are not counted: they are the seller's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.beside import shop_and_empty_page
from tests.bench.frame import Reading, quantile
from tests.e2e import people

ORDERS, PRODUCTS = 1000, 2000
PATHS = {"24 products": ("/", 24), "48 products": ("/?per=48", 48)}
VISITS = 15
QUARTILES = (0.25, 0.5, 0.75)
FIRST_BYTES, NEXT_BYTES = 345_000, 8_000
MOST_OF_EMPTY = 1.2
SETTLED_MS = 500
# When the first words are on the screen, as the browser tells: the products', or one in the empty page's box, which
# has nothing else to show. No word of a page comes before what is looked for.
SEEN = """
new MutationObserver((_changes, observer) => {
  const found = document.querySelector("SELECTOR");
  if (!found?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
  observer.disconnect();
  window.thereAt = performance.now();
  if (!found.hasChildNodes()) found.append("Seen");
}).observe(document, { childList: true, subtree: true });
new PerformanceObserver((told) => {
  for (const paint of told.getEntriesByName("first-contentful-paint")) window.seenAt = paint.startTime;
}).observe({ type: "paint", buffered: true });
"""


@dataclass
class Visits:
    """What the visits of a page took: the first one of each browser, and the next one of the same."""

    first_bytes: list[float] = field(default_factory=list)
    next_bytes: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)


def run() -> Iterator[Reading]:
    """Visit the pages in turns, each time with a browser that has nothing yet."""
    with shop_and_empty_page(ORDERS, PRODUCTS) as (shop, empty), sync_playwright() as playwright:
        browser = people.launch(playwright)
        ours = {what: Visits() for what in PATHS}
        none = Visits()
        turn = [
            (f"http://127.0.0.1:{shop.port}{path}", ".card .price", cards, ours[what])
            for what, (path, cards) in PATHS.items()
        ]
        turn.append((f"http://127.0.0.1:{empty.port}/", ".nicegui-content", 1, none))
        for _visit in range(VISITS):
            for page in turn:
                _visit_twice(browser, *page)
            turn.reverse()
        browser.close()
    for what, visits in ours.items():
        yield from _readings(what, visits, none)


def _visit_twice(browser: Browser, address: str, selector: str, count: int, visits: Visits) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(SEEN.replace("SELECTOR", selector))
        session = context.new_cdp_session(page)
        for sizes, moments in ((visits.first_bytes, visits.first_ms), (visits.next_bytes, visits.next_ms)):
            received, seen_at = _visit(page, session, address)
            assert page.locator(selector).count() == count
            sizes.append(received)
            moments.append(seen_at)


def _visit(page: Page, session: CDPSession, address: str) -> tuple[float, float]:
    """Open a page; return the bytes received without pictures, and after how many milliseconds it is to be seen."""
    addresses: dict[str, str] = {}
    received: dict[str, float] = {}
    session.on("Network.requestWillBeSent", lambda told: addresses.update({told["requestId"]: told["request"]["url"]}))
    session.on("Network.loadingFinished", lambda told: received.update({told["requestId"]: told["encodedDataLength"]}))
    session.send("Network.enable")
    page.goto(address)
    page.wait_for_function("window.seenAt > window.thereAt")
    page.wait_for_timeout(SETTLED_MS)
    session.send("Network.disable")
    counted = sum(size for id_, size in received.items() if "/media/" not in addresses.get(id_, "/media/"))
    return counted, float(page.evaluate("window.seenAt"))


def _readings(what: str, visits: Visits, none: Visits) -> Iterator[Reading]:
    for which, sizes, most, empty in (
        ("first", visits.first_bytes, FIRST_BYTES, none.first_bytes),
        ("next", visits.next_bytes, NEXT_BYTES, none.next_bytes),
    ):
        kilobytes = [size / 1000 for size in sizes]
        yield Reading(
            f"{which} visit of the catalogue, {what}: received",
            "kB",
            kilobytes,
            must=f"≤ {most / 1000:.0f} kB",
            holds=quantile(sizes, 0.5) <= most,
            beside=f"empty page {quantile(empty, 0.5) / 1000:.1f} kB",
        )
    for which, moments, empty in (
        ("first", visits.first_ms, none.first_ms),
        ("next", visits.next_ms, none.next_ms),
    ):
        share = quantile(moments, 0.5) / quantile(empty, 0.5)
        yield Reading(
            f"{which} visit of the catalogue, {what}: products seen",
            "ms",
            moments,
            must=f"≤ {MOST_OF_EMPTY} × the empty page",
            holds=share <= MOST_OF_EMPTY,
            beside=f"quartiles {_quartiles(moments)} ms, empty page {_quartiles(empty)} ms: {share:.2f} ×",
        )


def _quartiles(moments: list[float]) -> str:
    return ", ".join(f"{quantile(moments, share):.0f}" for share in QUARTILES)
