"""Who may: every page, file and posted form, and every handler that a socket event can reach, for everybody.

What there is, the program tells itself: a route that is in no list here, or an event that nothing here knows how to
send, does not hold.
"""

import asyncio
import hashlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from models import (
    Buyer,
    BuyerGroup,
    CatalogImport,
    Category,
    ImportChange,
    ImportChangeKind,
    MessageStatus,
    OrderList,
    Protocol,
    Role,
    Seller,
    TransferTarget,
    Trigger,
    Verification,
)
from pages import forms
from pages.desk.guard import OWNERS_ONLY, SIGN_IN_PATH, cookie_name
from services import backups, export_profiles, exports, parameters, seller_sessions, sellers, tokens, visitors
from services.database import unit_of_work
from tests import order_rows, routes
from tests.e2e import seeding
from tests.e2e.shop_process import PROGRAM, ShopProcess, somewhere
from tests.soak import tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.wire import Device, LostError, OpenPage

SECRET = "Ferretería Sol"  # a buyer's company: no refusal may carry it
BIRD = "Kanarienvogel{}"  # what is written after a session has ended: its pages may not show it
SETTLE_SECONDS = 0.3
FRAMES = "q-layout"  # the framework's own: leads from one of its sub-pages to another, and there are none here
LEAVE_SECONDS = 2.0
NOT_PRESSED = "Sign out everywhere"
NUMBER = "2026-70001"
NOTED = ('INSERT INTO "audit_entry"', 'INSERT INTO "seller_session"')  # these may be written at any time
FOR_ANYBODY = (
    "/erased",
    "/_nicegui",
    "/static/",
    "/health",
    "/media/",
    "/product/",
    "/cart",
    "/quick-order",
    "/suggestions",
    "/checkout",
    "/legal/",
    "/setup",
    "/language",
)
DOORS = ("/sign-in", "/desk/sign-in")
BESIDE_THE_DOORS = ("/desk/forgot",)
BY_TOKEN = (
    "/request/",
    "/verify/",
    "/orders/",
    "/sign-in/{token}",
    "/desk/new-password/",
    "/metrics",
)  # whoever brings it
BUYERS = ("buyer A", "buyer B")
SELLERS = ("staff", "owner")
OF_ONE_BUYER = ("{number}", "{number}/again", "{list_id}")
REFUSALS = {401, 403, 404, 410}
PLACES = {  # what stands in the routes' addresses
    "{number}": NUMBER,
    "{product_id}": "1",
    "{buyer_id}": "1",
    "{list_id}": "1",
    "{import_id}": "1",
    "{group_id}": "1",
    "{message_id}": "1",
    "{export_id}": "1",
    "{target_id}": "1",
    "{profile_id}": "1",
    "{position}": "0",
    "{file_name}": "BACKUP",
    "{table}": "days",
    "{mail}": "received",
    "{version}": "1",
    "{token}": "x" * 43,
}
# What a page's components send, so that it would be done if they might.
ANSWERS: dict[tuple[str, str], Callable[[Mapping[str, Any]], list[object]]] = {
    ("button", "click"): lambda _props: [],
    ("figures", "choose"): lambda props: [props["figures"][0]["key"]],
    ("filters", "change"): lambda _props: [{"search": ""}],
    ("filters", "suggest"): lambda _props: [{"name": "buyer", "text": BIRD[:4]}],
    ("form", "send"): lambda props: [_filled(props)],
    ("form", "draft"): lambda props: [_filled(props)],
    ("form", "part"): lambda _props: [[0, "{"]],
    ("form", "secondary"): lambda _props: [],
    ("paged_table", "page"): lambda _props: [{"page": 1, "sort": "", "descending": False}],
    ("paged_table", "act"): lambda props: [{"key": _first_action(props), "ids": [1], "all": False}],
    ("paged_table", "edit"): lambda props: [
        {"id": 1, "column": next((c["name"] for c in props["columns"] if c["name"] == "price"), ""), "typed": "7"}
        | {"seen": "6.40"}
    ],
    ("simple_table", "act"): lambda props: [next((row["id"] for row in props["rows"] if row.get("act")), 1)],
    ("drop_zone", "done"): lambda _props: [{"done": True, "added": True}],
    ("category_tree", "step"): lambda _props: [{"path": SECRET, "by": 1}],
    ("category_tree", "place"): lambda _props: [{"path": SECRET, "target": "Saws", "where": "under"}],
    ("category_tree", "ask"): lambda _props: [{"path": SECRET, "what": "rename"}],
    ("modal", "dismiss"): lambda _props: [],
    ("picture_strip", "order"): lambda props: [[one["id"] for one in props.get("pictures", [])]],
    ("picture_strip", "remove"): lambda _props: [1],
    ("clock_button", "run"): lambda _props: [0],
    ("a", "click"): lambda _props: [],
    ("lookup", "ask"): lambda _props: ["rule"],
    ("lookup", "choose"): lambda _props: [1],
    ("edit_lines", "line"): lambda props: [{"key": props["rows"][0]["key"], "quantity": "7"} if props["rows"] else {}],
    ("edit_lines", "remove"): lambda props: [
        {"key": props["rows"][0]["key"], "removed": True} if props["rows"] else {}
    ],
    ("edit_lines", "restore"): lambda _props: [[{"key": "FR-200", "quantity": "7", "removed": False, "product": 1}]],
    ("edit_charges", "charge"): lambda _props: [{"key": -1, "title": "x", "amount": "1"}],
    ("edit_charges", "restore"): lambda _props: [
        [{"key": -1, "discount": True, "title": "x", "amount": "1", "removed": False}]
    ],
    ("edit_charges", "remove"): lambda _props: [{"key": -1, "removed": True}],
    ("view_tabs", "open"): lambda _props: [0],
    ("view_tabs", "act"): lambda props: [(props["offer"] or {"key": "new"})["key"]],
    ("columns_menu", "choose"): lambda _props: [["number"]],
    ("column_list", "change"): lambda _props: [[["total", BIRD]]],
    ("column_chooser", "choose"): lambda _props: [{"column": 0, "field": "ignore"}],
}


def run(seed: int, *, pages: tuple[str, ...] = (), tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment, on all live pages or on these alone; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        shop = ShopProcess(Path(folder), program=program)
        people = _People()
        seeding.open_shop(shop, and_then=people.come)
        shop.start()
        try:
            return asyncio.run(_Experiment(shop, people).run(seed, pages))
        finally:
            shop.kill()


class _People:
    """Who comes: their cookies, by who they are."""

    def __init__(self) -> None:
        self.staff = 0
        self.cookies: dict[str, dict[str, str]] = {"anonymous": {}}

    async def come(self) -> None:
        """Make them, and what they could do something with."""
        await self._seller("removed")
        await sellers.remove((await Seller.get(email="removed@norte.example")).id, by="test")
        await self._seller("signed out")
        await seller_sessions.close(self.cookies["signed out"][cookie_name()])
        self.staff = await self._seller("staff")
        order = await order_rows.order(
            number=NUMBER, company=SECRET, email="a@sol.example", verification=Verification.VERIFIED
        )
        await order_rows.line(order)
        for name in ("buyer A", "buyer B"):
            await self._buyer(name)
        await order.filter(id=order.id).update(buyer_id=(await Buyer.get(email="a@sol.example")).id)
        await BuyerGroup.create(name=SECRET, percent="5")
        await OrderList.create(buyer=await Buyer.get(email="a@sol.example"), name=SECRET, changed_at=datetime.now(UTC))
        await order_rows.message(order, MessageStatus.FAILED)
        await TransferTarget.create(
            name="ERP", protocol=Protocol.SFTP, host="127.0.0.1", port=9, username="erp", trigger=Trigger.BY_HAND
        )
        for path in (SECRET, "Saws"):
            await Category.create(path=path, name=path)
        await ImportChange.create(
            catalog_import=await CatalogImport.create(file_name="prices.csv", done_by="test"),
            sku="FR-200",
            kind=ImportChangeKind.CHANGED,
            before={"price": "6"},
            after={"price": "6.4"},
        )
        await backups.make()
        await exports.download_new(await parameters.current(), by="test")
        profile = export_profiles.new(await parameters.current())
        profile.name = SECRET
        await profile.save()

    async def _seller(self, name: str) -> int:
        seller = await sellers.add(f"{name.replace(' ', '-')}@norte.example", Role.STAFF, by="test")
        self.cookies[name] = {cookie_name(): await seller_sessions.open_session(seller.id)}
        return seller.id

    @unit_of_work
    async def _buyer(self, name: str) -> None:
        letter = name[-1].lower()
        buyer = await Buyer.create(email=f"{letter}@sol.example", company=SECRET)
        self.cookies[name] = {forms.DEVICE_COOKIE: letter * 43}
        await visitors.sign_in(letter * 43, buyer.id)


class _Experiment:
    """The running shop, who comes to it, and what does not hold."""

    def __init__(self, shop: ShopProcess, people: _People) -> None:
        self._shop, self._people = shop, people
        self._everybody = people.cookies | {"owner": {cookie_name(): shop.owner_token}}
        self._broken: list[str] = []
        self._asked = self._sent = self._pages = 0
        self._bird = ""
        self._places = PLACES | {"{file_name}": next((shop.data / "backups").glob("*.zip")).name}

    async def run(self, seed: int, pages: tuple[str, ...]) -> Outcome:
        """Try everything; it is the same each time, so the seed only stands in the table."""
        every = [(path, methods) for path, methods, _guards in routes.listed() if path != "/_nicegui_ws"]
        for path, methods in every if not pages else []:
            for method in ("GET", "POST"):
                if method in methods and not path.endswith("/sign-out"):  # it would end the sessions of the others
                    await self._try_route(method, path)
        for path, methods in every:
            if path.startswith("/desk") and methods == ["GET"] and (not pages or path in pages):
                await self._try_page(path)
        self._broken += [f"the log: {line}" for line in self._shop.trouble()]
        figures: dict[str, Figure] = {"asked": self._asked, "live pages": self._pages, "events": self._sent}
        return Outcome(seed, figures, self._broken)

    async def _try_route(self, method: str, path: str) -> None:
        """Everybody asks for what is at a route; refusals carry no data."""
        for who, cookies in self._everybody.items():
            may = _may(path, who)
            answer = await self._ask(method, path, cookies)
            if may is None:
                self._broken.append(f"{path} is in no list")
            elif answer.status_code >= 500:
                self._broken.append(f"{who}: {method} {path} was answered with {answer.status_code}")
            elif may and not path.startswith((*FOR_ANYBODY, *DOORS)) and _is_shut_out(answer):
                self._broken.append(f"{who}: {method} {path} was refused with {answer.status_code}")
            elif not may and (not _is_turned_away(answer) or SECRET in answer.text):
                self._broken.append(f"{who}: {method} {path} was given, with {answer.status_code}")

    async def _ask(self, method: str, path: str, cookies: Mapping[str, str]) -> httpx.Response:
        self._asked += 1
        device = cookies.get(forms.DEVICE_COOKIE, "d" * 43)
        headers = {"origin": self._shop.address, forms.HEADER: forms.token(device), "x-forwarded-for": somewhere()}
        known = {**cookies, forms.DEVICE_COOKIE: device}
        async with httpx.AsyncClient(base_url=self._shop.address, cookies=known, verify=False) as browser:
            return await browser.request(method, self._address(path), headers=headers)

    def _address(self, path: str) -> str:
        for place, stands_for in self._places.items():
            path = path.replace(place, stands_for)
        return path.replace("{", "").replace("}", "")

    async def _try_page(self, path: str) -> None:
        """A page's handlers, after its session has ended, and after its owner has become staff."""
        await self._try_handlers(path, self._end_sessions)
        if path.startswith(OWNERS_ONLY):
            await self._try_handlers(path, self._demote)

    async def _try_handlers(self, path: str, end: Callable[[], None]) -> None:
        self._shop.write("UPDATE seller SET role = 'owner'")
        seller = Device(self._shop.address, {cookie_name(): self._new_session()})
        try:
            async with seller.open(self._address(path)) as page:
                if not page.client_id:
                    return  # a file or a plain page, tried as a route
                self._pages += 1
                await _open_dialogs(page)
                end()
                self._write_the_bird()
                before = await self._settled()
                page.went_to = page.saved_from = ""
                sent = await self._send_all(path, page)
                await asyncio.sleep(SETTLE_SECONDS)
                await wait_for(lambda: page.went_to, time.monotonic() + LEAVE_SECONDS * (sent > 0))
                self._judge(path, page, before, is_left=sent > 0)
                self._sent += sent
        except LostError as error:
            self._broken.append(f"{path}: {error}")
        finally:
            await seller.leave()
            self._shop.write("UPDATE buyer SET company = ?", SECRET)

    def _judge(self, path: str, page: OpenPage, before: str, *, is_left: bool) -> None:
        if self._contents() != before:
            self._broken.append(f"{path}: something was written")
        if self._bird in json.dumps(page.elements, ensure_ascii=False):
            self._broken.append(f"{path}: something was shown")
        if page.saved_from:
            self._broken.append(f"{path}: a file was handed out")
        if is_left and page.went_to != SIGN_IN_PATH:
            self._broken.append(f"{path}: it stayed where it was")

    async def _send_all(self, path: str, page: OpenPage) -> int:
        sent = 0
        for key, element in list(page.elements.items()):
            component = str(element["tag"]).removeprefix("nicegui-")
            if component == FRAMES:
                continue
            for listener in element.get("events", []):
                answer = ANSWERS.get((component, listener["type"]))
                if answer is None:
                    self._broken.append(f"{path}: nothing here knows what {component} sends by {listener['type']}")
                    continue
                await page.send_to(int(key), listener["listener_id"], *answer(element.get("props", {})))
                sent += not listener.get("js_handler")  # what the browser does alone reaches no handler
        return sent

    def _new_session(self) -> str:
        """A session of the second seller, as the program would write it."""
        token, now = tokens.new(), datetime.now(UTC)
        self._shop.write(
            "INSERT INTO seller_session (seller_id, token_hash, browser, created_at, seen_at, expires_at) "
            "VALUES (?, ?, '', ?, ?, ?)",
            self._people.staff,
            tokens.digest(token, seller_sessions.PURPOSE),
            *(str(at) for at in (now, now, now + timedelta(days=1))),
        )
        return token

    def _end_sessions(self) -> None:
        self._shop.write("DELETE FROM seller_session WHERE seller_id = ?", self._people.staff)

    def _demote(self) -> None:
        self._shop.write("UPDATE seller SET role = 'staff' WHERE id = ?", self._people.staff)

    def _write_the_bird(self) -> None:
        self._bird = BIRD.format(self._pages)
        self._shop.write("UPDATE buyer SET company = ?, search = ?", self._bird, self._bird.lower())
        self._shop.write("""UPDATE "order" SET company = ?, search = ?""", self._bird, self._bird.lower())
        self._shop.write("UPDATE product SET name = ?", self._bird)

    async def _settled(self) -> str:
        """The contents once nothing is on its way any more."""
        for _look in range(20):
            contents = self._contents()
            await asyncio.sleep(SETTLE_SECONDS)
            if contents == self._contents():
                break
        return contents

    def _contents(self) -> str:
        """All there is in the database, in short; sign-ins and refusals may be noted."""
        with closing(sqlite3.connect(self._shop.database, timeout=10)) as database:
            lines = [line for line in database.iterdump() if not line.startswith(NOTED)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def _open_dialogs(page: OpenPage) -> None:
    """Press every button, so that the questions they ask are there and their handlers are tried as well."""
    for element in page.find("button"):
        for listener in element.get("events", []):
            if element.get("text") != NOT_PRESSED:
                await page.send_to(element["id"], listener["listener_id"])
                await asyncio.sleep(SETTLE_SECONDS / 5)


def _may(path: str, who: str) -> bool | None:
    """Whether somebody may use what is at a route; None if it is in no list. A token that was guessed opens nothing."""
    if path.startswith(BY_TOKEN):
        return False
    if path == "/" or path.startswith((*FOR_ANYBODY, *DOORS, *BESIDE_THE_DOORS)):
        return True
    if path.startswith("/account"):
        return who in BUYERS and (who == "buyer A" or not path.endswith(OF_ONE_BUYER))
    if path.startswith("/desk"):
        return who == "owner" or (who == "staff" and not path.startswith(OWNERS_ONLY))
    return None


def _is_turned_away(answer: httpx.Response) -> bool:
    """Whether this is a refusal, or leads to a door."""
    return answer.status_code in REFUSALS or answer.headers.get("location", "").startswith(DOORS)


def _is_shut_out(answer: httpx.Response) -> bool:
    """Whether somebody who may is refused for who they are; what is not there is another matter."""
    return answer.status_code == 403 or answer.headers.get("location", "").startswith(DOORS)


def _filled(props: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to a form that are good enough to be taken."""
    return {field["name"]: _answer(field) for field in props.get("fields", [])}


def _answer(field: Mapping[str, Any]) -> object:
    if field["value"] not in ("", None):
        return field["value"]
    if field["options"]:
        return field["options"][-1][0]
    return {"email": "x@norte.example", "number": "1", "money": "1", "date": "2026-11-28", "checkbox": True}.get(
        field["kind"], "x"
    )


def _first_action(props: Mapping[str, Any]) -> str:
    return str(props["actions"][0]["key"]) if props.get("actions") else ""


def without_the_door() -> None:
    """Handlers run for whoever sends the event."""
    from pages.desk import guard  # noqa: PLC0415 - in the program's process

    guard.signed_in = lambda handler: handler
