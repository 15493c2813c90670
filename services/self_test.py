"""The self-test: whether mail, transfers, disk, backup, clock, encryption and the public address are as they should."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel.numbers import format_decimal

from models import Order, Shop, TransferTarget
from models.errors import ShopError
from models.text import _, ngettext, spoken
from services import backups, disk, engines, keys, later, parameters, pauses, settings, targets, tokens
from services.database import shielded
from services.later import Later
from services.transports import TransportError, smtp

if TYPE_CHECKING:
    import httpx
else:
    httpx = Later("httpx")

INSTANCE_HEADER = "x-pedido"
INSTANCE = tokens.new()  # what this very process answers to whoever asks for its health, if it is alone
ANSWER_SECONDS = 10.0
CHECK_SECONDS = 30.0  # of any check: a server may be silent at each step
CLOCK_TOLERANCE = timedelta(minutes=2)
OWN_COMPUTER = {"localhost", "127.0.0.1", "::1"}
PARAMETERS, TERMS = "/desk/parameters", "/desk/terms-of-sale"


@dataclass(frozen=True)
class Finding:
    """What a check has found: `tone` is ok, wait or bad; `to_do` says what to do, `address` is our page to do it on."""

    subject: str
    tone: str
    text: str
    to_do: str = ""
    address: str = ""


def instance() -> str:
    """What we answer to whoever asks for our health: any process of this shop the same, and no other shop.

    Processes on several machines may know the server by different addresses; what the database is called is the same.
    """
    url = settings.current().database_url
    return keys.sign(urlsplit(url).path, INSTANCE_HEADER) if engines.is_postgres(url) else INSTANCE


async def run(browser_time: datetime) -> list[Finding]:
    """Check everything at once; `browser_time` (aware) is what the clock of the seller's own computer says now.

    It takes as long as the slowest server, at most half a minute.
    """
    shop, now = await parameters.current(), datetime.now(UTC)
    found = await asyncio.gather(
        _in_time(_("Mail"), _mail(shop)),
        *[_in_time(target.name, _transfer(target)) for target in await targets.every() if target.active],
        asyncio.to_thread(_disk),
        asyncio.to_thread(_backup, shop, now),
        _clock(now, browser_time),
        _encryption(),
        _in_time(_("Public address"), _public_address()),
    )
    return list(found)


async def _in_time(subject: str, check: Awaitable[Finding]) -> Finding:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check
    except TimeoutError:
        text = _("There was no answer within {n} seconds.").format(n=int(CHECK_SECONDS))
        return Finding(subject, "bad", text, _("Check host, port and firewall."))


async def _mail(shop: Shop) -> Finding:
    subject = _("Mail")
    try:
        server = parameters.smtp_server(shop)
    except ShopError as error:
        return Finding(subject, "bad", str(error), _("Enter the password again on Parameters."), PARAMETERS)
    if server is None:
        text = _("No mail server is set up: mails are kept under Deliveries and reach nobody.")
        return Finding(subject, "bad", text, _("Enter your mail server on Parameters."), PARAMETERS)
    try:
        await smtp.probe(server)
    except TransportError as error:
        return Finding(subject, "bad", str(error), _("Mend it on Parameters, then send a test mail."), PARAMETERS)
    if pause := await pauses.of(pauses.MAIL_LANE):
        text = _("The server answers now, but mails are paused: {reason}").format(reason=pause.reason)
        return Finding(subject, "bad", text, _("Send a test mail on Parameters: mails go on then."), PARAMETERS)
    text = _("{host} answers and takes our login.") if server.username else _("{host} answers.")
    return Finding(subject, "ok", text.format(host=server.host))


async def _transfer(target: TransferTarget) -> Finding:
    address = f"{TERMS}/targets/{target.id}"
    try:
        tested = await targets.test(target.id)
    except ShopError as error:  # deleted just now
        return Finding(target.name, "wait", str(error), "", TERMS)
    if tested.works:
        return Finding(target.name, "ok", tested.text)
    return Finding(target.name, "bad", tested.text, _("Mend it on the target's page."), address)


def _disk() -> Finding:
    text = _("{n} MB are free.").format(n=format_decimal(disk.free_bytes() // 1_000_000, locale=spoken()))
    if disk.is_nearly_full():
        return Finding(_("Disk"), "bad", text, _("Make room, or move the data folder to a bigger disk."))
    return Finding(_("Disk"), "ok", text)


def _backup(shop: Shop, now: datetime) -> Finding:
    last, subject, to_do = backups.last(), _("Backup"), _("Back up now, on Parameters.")
    if backups.is_too_old(last, shop.created_at, now):
        text = _("There has been no good backup for more than two days.")
        return Finding(subject, "bad", text, to_do, PARAMETERS)
    if last is None:
        text = _("There is none yet; the first is made by itself within a day.")
        return Finding(subject, "wait", text, to_do, PARAMETERS)
    hours = int((now - last.made_at) / timedelta(hours=1))
    text = ngettext("The last good one is {n} hour old.", "The last good one is {n} hours old.", hours).format(n=hours)
    if not hours:
        text = _("The last good one is less than an hour old.")
    return Finding(subject, "ok", text)


@shielded
async def _clock(now: datetime, browser_time: datetime) -> Finding:
    subject, to_do = _("Clock"), _("Switch on time synchronisation (NTP) on the machine Pedido runs on.")
    newest = await Order.all().order_by("-created_at").first().values("created_at")
    if newest and newest["created_at"] > now + CLOCK_TOLERANCE:
        text = _("The clock was set back: the newest request is from the future.")
        return Finding(subject, "bad", text, to_do)
    apart = abs(now - browser_time)
    if apart > CLOCK_TOLERANCE:
        text = _("This machine's clock and your computer's are {n} minutes apart: one of them is wrong.")
        return Finding(subject, "bad", text.format(n=round(apart.total_seconds() / 60)), to_do)
    return Finding(subject, "ok", _("It agrees with your computer's."))


async def _encryption() -> Finding:
    chosen, subject = settings.current(), _("Encryption")
    if chosen.is_https:
        return Finding(subject, "ok", _("The shop is reached by https."))
    to_do = _(
        "Put a web server with a certificate before it, and set PEDIDO_PUBLIC_URL to the https address; see README."
    )
    if urlsplit(chosen.public_url).hostname in OWN_COMPUTER:
        return Finding(subject, "wait", _("The shop is reached by http, on this computer alone."), to_do)
    return Finding(subject, "bad", _("The shop is reached by http: others on the way can read along."), to_do)


async def _public_address() -> Finding:
    """Ask for our own health at the address that buyers use: this shop must answer, and nothing on the way."""
    subject, url = _("Public address"), settings.current().public_url
    to_do = _(
        "Set PEDIDO_PUBLIC_URL to the address buyers open, and check name, firewall and the web server before Pedido."
    )
    await later.imported("httpx")
    try:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as browser:
            answer = await browser.get(f"{url}/health")
    except httpx.HTTPError as error:
        return Finding(subject, "bad", _unreached(url, error), to_do)
    if answer.is_redirect:
        text = _("{url} leads on to another address.").format(url=url)
        return Finding(subject, "bad", text, to_do)
    if INSTANCE_HEADER not in answer.headers:
        text = _("Something else than Pedido answers at {url}.").format(url=url)
        return Finding(subject, "bad", text, to_do)
    if answer.headers[INSTANCE_HEADER] != instance():
        text = _("Another Pedido answers at {url}.").format(url=url)
        return Finding(subject, "bad", text, to_do)
    if urlsplit(url).hostname in OWN_COMPUTER:
        text = _("{url} can be opened on this computer alone.").format(url=url)
        return Finding(subject, "wait", text, to_do)
    return Finding(subject, "ok", _("{url} leads here.").format(url=url))


def _unreached(url: str, error: httpx.HTTPError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _("The certificate of {url} is not one that browsers accept.").format(url=url)
    return _("{url} cannot be reached from this machine.").format(url=url)
