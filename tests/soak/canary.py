"""Canaries: secrets and buyers' words nobody else could have written, looked for wherever they must not be.

A shop works as shops do: mails and files go out and fail, orders are exported, a backup is made, somebody is erased.
Then its database with the journal, its log, its files, its exports, its backup and other people's pages are searched,
byte by byte.
"""

import asyncio
import functools
import io
import re
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

from models import Dialect, Protocol, Shape, Shop, Trigger
from pages.http import DEVICE_COOKIE
from services import parameters, targets
from tests.e2e import mails, seeding
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import SmtpTestServer, smtp_server
from tests.servers.process import free_port
from tests.soak import buying, selling, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.post_office import PostOffice
from tests.soak.wire import Device

MAIL_LOGIN = ("shop", "canary-of-the-mail-server-Wq7")
TARGET_PASSWORD = "canary-of-the-target-Xr8"
MARTA, PAU, UNKNOWN = "canary.marta@sol.example", "canary.pau@luna.example", "canary.nobody@nube.example"
REFERENCE = "canary-reference-Ys9"
LINK = re.compile(r"https?://[^/\s]+/(?:verify|request|sign-in|orders/confirm|orders/csv)/([\w-]{20,})")
OPEN_TO_ALL = ("/", "/product/FR-200", "/cart", "/checkout", "/sign-in", "/account", "/quick-order", "/legal/privacy")
OF_A_BUYER = (*OPEN_TO_ALL, "/account/profile", "/account/lists", "/account/data")
OF_THE_DESK = (
    "/desk",
    "/desk/parameters",
    "/desk/terms-of-sale",
    "/desk/terms-of-sale/targets/1",
    "/desk/deliveries",
    "/desk/buyers",
    "/desk/buyers/1",
    "/desk/exports",
    "/desk/reports",
    "/desk/audit",
)
MAILS = "outbox_message.content"
PATIENCE_SECONDS = 30.0
SETTLED = "SELECT count(*) = 0 FROM outbox_message WHERE attempts = 0"

Words = Mapping[str, str]  # what it is, and the canary


def run(seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server(login=MAIL_LOGIN) as server:
        return asyncio.run(Canaries(Path(folder), server, program).run(seed))


class Canaries:
    """One run: the shop at work, then the search."""

    def __init__(self, folder: Path, server: SmtpTestServer, program: Sequence[str]) -> None:
        self._server, self._post = server, PostOffice(server)
        # The most talkative log there is; the mail server is the one that is entered at the desk.
        self._shop = ShopProcess(folder, program=program, settings={"PEDIDO_LOG_LEVEL": "DEBUG"})
        self._marta, self._pau, self._nobody = (Device(self._shop.address) for _ in range(3))
        self._people = {"Marta": self._marta, "Pau": self._pau, "nobody": self._nobody}
        self._nobodys_port = free_port()
        self._broken: list[str] = []
        self._searched = 0
        self._places = 0

    async def run(self, seed: int) -> Outcome:
        """Work, search, erase, search again."""
        seeding.open_shop(self._shop, and_then=self._with_secrets)
        try:
            await asyncio.to_thread(self._shop.start)
            await self._work()
            await self._search_pages()
            export, backup = await self._take_out()
            self._search_while_it_runs(export, backup)
            await self._erase_marta()
        finally:
            for device in self._people.values():
                await device.leave()
            await asyncio.to_thread(self._shop.stop)
        self._search(
            "the database after an erasure", self._database(), {"an erased buyer": MARTA, "their word": REFERENCE}
        )
        figures: dict[str, Figure] = {"places": self._places, "bytes": self._searched, "canaries": len(self._secrets())}
        return Outcome(seed, figures, [*self._broken, *self._shop.trouble()[:3]])

    async def _with_secrets(self) -> None:
        """What is entered at the desk: a mail server with a login, and a target that nobody answers at."""
        await Shop.filter(id=1).update(retention_years=0)
        await parameters.save(
            {
                "mail_host": "127.0.0.1",
                "mail_port": str(self._server.port),
                "mail_security": "none",
                "mail_username": MAIL_LOGIN[0],
                "mail_password": MAIL_LOGIN[1],
            }
        )
        await targets.save(None, Protocol.FTP, self._target("another one"))

    def _target(self, password: str) -> dict[str, object]:
        """What is entered about a target that nobody answers at."""
        return {
            "name": "Depot",
            "host": "127.0.0.1",
            "port": str(self._nobodys_port),
            "folder": "in",
            "username": "erp",
            "password": password,
            "file_name": "{order_number}.csv",
            "shape": Shape.LINES,
            "dialect": Dialect.MACHINE,
            "trigger": Trigger.RECEIVED,
        }

    async def _work(self) -> None:
        """Two buyers order and verify; the address of a third is refused by the mail server, who names it."""
        await self._enter_password()
        for device, email in ((self._marta, MARTA), (self._pau, PAU)):
            await buying.send_request(device, email, reference=REFERENCE if email == MARTA else "")
            links = await wait_for(functools.partial(self._post.links, email, "verify"), _soon())
            await buying.press_button(device, links[0])
        await self._settle()
        self._server.answers["RCPT"] = f"550 5.1.1 <{UNKNOWN}>: unknown here"
        await buying.send_request(self._nobody, UNKNOWN)
        await self._settle()

    async def _enter_password(self) -> None:
        """The seller gives the target another password."""
        async with selling.desk(self._shop, "/desk/terms-of-sale/targets/1") as page:
            await page.send("form", "send", self._target(TARGET_PASSWORD))
            await page.until(lambda: page.toasts)

    async def _settle(self) -> None:
        """Each mail and file has been tried once."""
        await wait_for(lambda: self._shop.read(SETTLED) == [(1,)], _soon())

    async def _search_pages(self) -> None:
        """Nobody sees another's words; secrets are on no page at all, also not on the desk's."""
        anonymous, seller = Device(self._shop.address), selling.sellers_device(self._shop)
        of_others = {"Marta's address": MARTA, "Marta's word": REFERENCE, "an address": UNKNOWN}
        try:
            await self._look_at(OPEN_TO_ALL, "anonymous", anonymous, self._of_buyers())
            await self._look_at(OF_A_BUYER, "Pau", self._pau, of_others)
            await self._look_at(OF_THE_DESK, "the seller", seller, {})
            await self._look_at(["/desk/audit/csv"], "the seller", seller, self._of_buyers())
        finally:
            await anonymous.leave()
            await seller.leave()
        for path in ("/account/profile", "/account/data"):
            if MARTA not in (await self._marta.get(path)).text:
                self._broken.append(f"{path} does not tell Marta her address: the search would find nothing")

    async def _look_at(self, paths: Iterable[str], who: str, device: Device, words: Words) -> None:
        for path in paths:
            answer = await device.get(path)
            self._search(f"{path} for {who}", [answer.content], {**self._secrets(), **words})

    async def _take_out(self) -> tuple[bytes, bytes]:
        """An export of all orders, and a backup."""
        device = selling.sellers_device(self._shop)
        try:
            async with selling.desk(self._shop) as page:
                export = await selling.export_all(device, page)
        finally:
            await device.leave()
        return export, await selling.back_up(self._shop)

    def _search_while_it_runs(self, export: bytes, backup: bytes) -> None:
        secrets = self._secrets()
        self._search("the database and its journal", self._database(), secrets)
        self._search("the log", [(self._shop.folder / name).read_bytes() for name in ("stderr", "stdout")], secrets)
        self._search("the log", [(self._shop.folder / "stderr").read_bytes()], {**self._links(), **self._of_buyers()})
        self._search("the export", [export], {**secrets, **self._links()})
        self._search("a backup", _unzipped(backup), {**secrets, "the key": self._key()})
        others = [path for path in self._shop.folder.rglob("*") if path.is_file() and self._is_other(path)]
        self._search("other files", [path.read_bytes() for path in others], {**secrets, **self._links()})
        self._search_tables()

    def _search_tables(self) -> None:
        """Of a link's token the database keeps a hash, and the mail it went out in, until that is forgotten."""
        places = _places_in_database(self._shop.database, self._links())
        self._broken += [f"a link's token is in {place}" for place in sorted(places - {MAILS})]
        if MAILS not in places:
            self._broken.append("no link's token is in the mails: the search would find nothing")

    def _is_other(self, path: Path) -> bool:
        if path == self._shop.data / "key":
            return False
        return not path.name.startswith(("pedido.db", "stderr", "stdout")) and path.suffix != ".zip"

    async def _erase_marta(self) -> None:
        [(buyer_id,)] = self._shop.read("SELECT id FROM buyer WHERE email = ?", MARTA)
        async with selling.desk(self._shop, f"/desk/buyers/{buyer_id}") as page:
            await page.send("button", "click", words="Erase")
            await page.until(lambda: page.find("modal"))
            await page.send("form", "send", {})
            await page.until(lambda: page.went_to)

    def _search(self, place: str, contents: Iterable[bytes], words: Words) -> None:
        self._places += 1
        for content in contents:
            self._searched += len(content)
            self._broken += [f"{what} is in {place}" for what, word in words.items() if word.encode() in content]

    def _secrets(self) -> Words:
        return {
            "the mail server's password": MAIL_LOGIN[1],
            "the target's password": TARGET_PASSWORD,
            "the seller's password": seeding.PASSWORD,
            "the seller's session": self._shop.owner_token,
            "the key": self._key(),
            **{f"the device of {name}": device.cookie(DEVICE_COOKIE) for name, device in self._people.items()},
        }

    def _of_buyers(self) -> Words:
        return {"Marta's address": MARTA, "Pau's address": PAU, "an address": UNKNOWN, "Marta's word": REFERENCE}

    def _links(self) -> Words:
        """The tokens of all links that were mailed."""
        found = [
            token
            for received in list(self._server.messages)
            for token in LINK.findall(mails.words(message_from_bytes(received.content, policy=policy.default)))
        ]
        return {f"link {number}": token for number, token in enumerate(dict.fromkeys(found))}

    def _key(self) -> str:
        return (self._shop.data / "key").read_text("ascii").strip()

    def _database(self) -> list[bytes]:
        return [path.read_bytes() for path in self._shop.data.glob("pedido.db*")]


def _places_in_database(file: Path, words: Words) -> set[str]:
    """Each column that one of the words is in."""
    found = set()
    with closing(sqlite3.connect(file)) as opened:
        for (table,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            rows = opened.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in rows.description]
            for row in rows:
                for column, cell in zip(columns, row, strict=True):
                    content = cell if isinstance(cell, bytes) else str(cell).encode()
                    if any(word.encode() in content for word in words.values()):
                        found.add(f"{table}.{column}")
    return found


def _unzipped(backup: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(backup)) as packed:
        for name in packed.namelist():
            yield packed.read(name)


def _soon() -> float:
    return time.monotonic() + PATIENCE_SECONDS
