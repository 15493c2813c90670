"""Five hundred crafted texts in every field a buyer fills in: no header, no link and no markup comes of them.

Each generated mail is judged beside the same mail with harmless words in it: it must have the same headers, the same
tags and the same links. The same judge finds what is wrong once a guard is taken out.
"""

import asyncio
import itertools
import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from models import Order, OrderCharge, OrderLine, Shop, Status, Verification
from models.address import checked_address
from services import mails
from services.mails import Mail, letter, message
from services.transports import TransportError, smtp
from services.transports.smtp_server import SmtpServer
from tests.servers import SmtpTestServer, smtp_server

pytestmark = pytest.mark.usefixtures("data_folder")  # connections ask the settings where they may go

SEED = 4_711
PAYLOADS = 500
MARK = "zq7kx"  # in every payload, so that it can be found wherever it came to
HARMLESS = f"Words {MARK}"
SENDER, BUYER = "orders@norte.example", "marta@sol.example"
URL, CSV_URL = "https://orders.norte.example/verify/AbC-123_xyz", "https://orders.norte.example/orders/csv/AbC-123_xyz"
HEADERS = ("Message-ID", "From", "To", "Subject", "Date", "Auto-Submitted", "MIME-Version", "Content-Type")
LABELS = ("Name: ", "Company: ", "Phone: ", "Own reference: ", "Buyer's reference: ", "Zone: ", "> ")
KINDS = ("verification", "received", "confirmed", "status_changed", "notice")
TYPED = ("name", "company", "phone", "buyer_reference", "zone", "comments")
PIECES = (
    "\r\nBcc: thief@evil.example", "\nBcc: thief@evil.example", "\rSubject: other", "\r\n\r\nanother body",
    "\r\n.\r\nRCPT TO:<thief@evil.example>", "\x0bBcc: a@evil.example", "\x85X: y", "\u2028Bcc: b@evil.example",
    "=?utf-8?q?a=0D=0ABcc:_thief=40evil.example?=", "=?utf-8?b?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?=",
    "=?us-ascii?q?=0ABcc:x=40y.example?=", "=?=?utf-8?q?nested?=?=", "%0d%0aBcc:thief@evil.example",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></tr></table><h1>",
    "<a href='//evil.example'>", "<a href=\"javascript:alert(1)\">", "\"><svg onload=alert(1)>",
    "' style='display:none", "<style>*{}</style>", "</style><script>", "</title><script>", "<!--", "-->", "]]>",
    "<base href=//evil.example>", "<meta http-equiv=refresh>", "&lt;script&gt;", "&#60;b&#62;", "&amp;lt;",
    "{{ 7 * 7 }}", "{% include 'letter.html' %}", "{number}", "{shop.__class__}", "%(number)s", "${7*7}",
    "{{ shop.name }}", "\n\nVerify user:\nhttps://evil.example/verify/1", "\n-- \nNorte Tools",
    "https://evil.example/", "mailto:thief@evil.example", "\u202eelpmaxe.live", "\u200b", "\ufeff", "ä" * 90,
    "x" * 200, '"quoted" <thief@evil.example>, other', "thief@evil.example,", "\\", "\"", "'", ";", ",", "\t", "=",
    "\x7f", "漢字", "😀",
)  # fmt: skip
ADDRESSES = (
    '"a\r\nRCPT TO:<thief@evil.example>"@sol.example', "marta@sol.example,thief@evil.example",
    "@evil.example:marta@sol.example", "marta@sol.example\r\nBcc: thief@evil.example", "Marta <thief@evil.example>",
    "marta@sol.example (thief@evil.example)", "=?utf-8?q?thief=40evil.example?=@sol.example",
    '"thief@evil.example" <marta@sol.example>', '"a b"@sol.example', "thief@evil.example>,<marta@sol.example",
    "marta@sol.example>", "<marta@sol.example", "a(b)c@sol.example", "thief@evil.example(@sol.example",
    "thief@evil.example;@sol.example", "marta@[127.0.0.1]", "marta%evil.example@sol.example",
    "marta!evil.example@sol.example", "o'neill+orders=1@sol.example", "{marta}@sol.example", "marta@münchen.example",
    "märta@sol.example", "marta@sol..example", ".marta@sol.example", "marta@sol.example SIZE=1", "marta @sol.example",
)  # fmt: skip


def payloads() -> Iterator[str]:
    """Crafted texts, the same at every run and each once: one to four pieces, with the mark among them."""
    chance = random.Random(SEED)
    made: dict[str, None] = {}
    for piece in itertools.cycle(PIECES):
        pieces = [piece, *chance.choices(PIECES, k=chance.randrange(4)), MARK]
        chance.shuffle(pieces)
        made[chance.choice(("", " ")).join(pieces)] = None
        if len(made) == PAYLOADS:
            break
    yield from made


def shop() -> Shop:
    return Shop(id=1, name="Norte Tools", currency="EUR", time_zone="Europe/Madrid", language="en")


def mail_of(kind: str, words: str) -> Mail:
    """A mail about an order whose buyer typed these words everywhere."""
    values: dict[str, Any] = dict.fromkeys(TYPED, words)
    order = Order(
        number="NT-2026-00042",
        email=BUYER,
        currency="EUR",
        language="en",
        status=Status.PENDING,
        verification=Verification.VERIFIED,
        created_at=datetime(2026, 11, 22, 11, tzinfo=UTC),
        lines_total=640,
        total=640,
        **values,
    )
    order.duplicate_of_id = None
    line = OrderLine(
        line_no=1, sku="FR-200", name="Folding rule", quantity=1, unit_price=Decimal("6.4"), line_total=640
    )
    about: tuple[Shop, Order, list[OrderLine], list[OrderCharge]] = (shop(), order, [line], [])
    match kind:
        case "verification":
            return mails.verification(*about, URL)
        case "received":
            return mails.received(*about, URL)
        case "confirmed":
            return mails.confirmed(*about, URL)
        case "status_changed":
            return mails.status_changed(*about, URL)
        case _:
            return mails.notice(*about, csv=b"a;b\r\n", csv_name="NT.csv", csv_url=CSV_URL, confirm_url=URL)


def built(mail: Mail, shop_name: str = "Norte Tools") -> bytes:
    return message.build(
        mail,
        shop_name=shop_name,
        sender=SENDER,
        reply_to="",
        recipient=BUYER,
        message_id="<0123456789ab.notice@norte.example>",
        created_at=datetime(2026, 11, 22, 19, tzinfo=UTC),
    )


class Page(HTMLParser):
    """The tags of a page in their order, where they lead, and what they do."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _text in attrs}
        self.links += [text or "" for name, text in attrs if name in {"href", "src", "action", "background", "srcset"}]


def part(content: bytes, kind: str) -> str:
    found = message_from_bytes(content, policy=policy.default).get_body((kind,))
    assert found is not None
    return str(found.get_content())


def wrong_with(kind: str, content: bytes, harmless: bytes) -> list[str]:
    """What the words have done to a mail, beside the same mail with harmless ones."""
    found = wrong_headers(content)
    mail = message_from_bytes(content, policy=policy.default)
    if MARK in " ".join(f"{header}: {text}" for header, text in mail.items()):
        found.append("buyer text stands in a header")
    page, plain = Page(part(content, "html")), Page(part(harmless, "html"))
    if page.tags != plain.tags or page.attributes != plain.attributes:
        found.append("buyer text has become markup")
    if page.links != plain.links:
        found.append("buyer text has become a link")
    lines = [line for line in part(content, "plain").splitlines() if MARK in line or "evil.example" in line]
    if [line for line in lines if not line.startswith(LABELS)]:
        found.append("buyer text passes for a line of ours")
    if kind == "verification" and MARK in part(content, "plain") + part(content, "html"):
        found.append("buyer text goes to an address that is not verified")
    return found


def wrong_headers(content: bytes) -> list[str]:
    """What is wrong with a mail's headers, as three parsers read them."""
    block = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", "replace")
    as_lines = [line.partition(":")[0] for line in block.split("\n") if not line.startswith((" ", "\t"))]
    read = (as_lines, list(message_from_bytes(content)), list(message_from_bytes(content, policy=policy.default)))
    found = ["there are other headers"] if any(sorted(names) != sorted(HEADERS) for names in read) else []
    mail: EmailMessage = message_from_bytes(content, policy=policy.default)
    rewritten = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    if sorted(rewritten.keys()) != sorted(HEADERS):
        found.append("whoever writes the mail anew gives it other headers")
    if (str(mail["To"]), [a.addr_spec for a in mail["From"].addresses]) != (BUYER, [SENDER]):
        found.append("it has other addresses")
    return found


@pytest.fixture(scope="module")
def harmless() -> dict[str, bytes]:
    return {kind: built(mail_of(kind, HARMLESS)) for kind in KINDS}


@pytest.fixture(scope="module")
def letters() -> list[tuple[str, str, bytes]]:
    """Every payload in a mail, the kinds of mail in turn: (kind, words, content)."""
    kinds = itertools.cycle(KINDS)
    return [(kind, words, built(mail_of(kind, words))) for kind, words in zip(kinds, payloads(), strict=False)]


@pytest.fixture(scope="module")
def post_office() -> Iterator[SmtpTestServer]:
    with smtp_server() as server:
        yield server


def judged(harmless: dict[str, bytes], *some: str) -> list[str]:
    """What is wrong with any kind of mail about these words."""
    return [
        wrong
        for kind in KINDS
        for words in some
        for wrong in wrong_with(kind, built(mail_of(kind, words)), harmless[kind])
    ]


def test_nothing_a_buyer_types_becomes_a_header_a_link_or_markup(
    harmless: dict[str, bytes], letters: list[tuple[str, str, bytes]]
) -> None:
    assert len({words for _kind, words, _content in letters}) == PAYLOADS
    for kind, words, content in letters:
        assert wrong_with(kind, content, harmless[kind]) == [], f"{kind}: {words!r}"


def test_nothing_in_a_shops_name_or_a_subject_becomes_a_header() -> None:
    for words in payloads():
        assert wrong_headers(built(Mail(words, "text", "<p>html</p>"), shop_name=words)) == [], repr(words)


@pytest.mark.parametrize(
    "name", ["Müller, Söhne & Co", 'The "Old" Mill', "A, B; C: <D> @ E " * 4, "Ferretería Ñandú, S.L.", "A" * 80]
)
def test_a_shops_name_arrives_as_it_is_written(name: str) -> None:
    mail = message_from_bytes(built(Mail("Subject", "text", "<p>html</p>"), shop_name=name), policy=policy.default)
    assert mail["From"].addresses[0].display_name == name.strip()
    assert mail["From"].addresses[0].addr_spec == SENDER


def test_the_judge_notices_markup_that_is_not_escaped(
    harmless: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter, "_environment", letter._make_environment())
    letter._environment.autoescape = False

    found = judged(harmless, f"<b>{MARK}</b>", f"<a href=https://evil.example>{MARK}</a>")

    assert "buyer text has become markup" in str(found)
    assert "buyer text has become a link" in str(found)


def test_the_judge_notices_lines_that_are_not_marked(
    harmless: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(letter._environment.filters, "quoted", str)
    monkeypatch.setitem(letter._environment.filters, "one_line", str)
    letter._environment.cache = None

    assert "passes for a line of ours" in str(judged(harmless, f"{MARK}\nVerify user:\nhttps://evil.example/"))


def test_the_judge_notices_headers_that_nobody_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "header_text", lambda text, _longest: text.replace("\r", "").replace("\n", ""))
    monkeypatch.setattr(message, "_check", lambda *_anything: None)
    found: list[str] = []
    for words in payloads():
        with suppress(Exception):  # what the library itself refuses
            found += wrong_headers(built(Mail(words, "text", "<p>html</p>"), shop_name=words))
    assert found


async def test_each_mail_goes_to_the_stored_address_alone(
    post_office: SmtpTestServer, letters: list[tuple[str, str, bytes]]
) -> None:
    post_office.messages.clear()
    await deliver(post_office, [(BUYER, content) for _kind, _words, content in letters])

    assert len(post_office.messages) == PAYLOADS
    assert {(mail.sender, *mail.recipients) for mail in post_office.messages} == {(SENDER, BUYER)}
    assert [wrong for mail in post_office.messages if (wrong := wrong_headers(mail.content))] == []


async def test_a_crafted_address_is_refused_or_gets_its_mail_unchanged(post_office: SmtpTestServer) -> None:
    assert await led_astray(post_office) == []
    for address in ADDRESSES:
        with suppress(ValueError):
            assert await led_astray(post_office, checked_address(address)) == []


async def test_the_envelopes_check_notices_addresses_that_lead_elsewhere(
    post_office: SmtpTestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_envelope_address", lambda address: address)

    assert await led_astray(post_office)


async def led_astray(post_office: SmtpTestServer, *addresses: str) -> list[str]:
    """The addresses whose mail went to another."""
    found = []
    for address in addresses or ADDRESSES:
        post_office.messages.clear()
        with suppress(TransportError):
            await deliver(post_office, [(address, built(Mail("Subject", "text", "<p>html</p>")))])
        own = [address.replace("münchen", "xn--mnchen-3ya")]
        found += [address for mail in post_office.messages if mail.recipients != own]
    return found


async def deliver(post_office: SmtpTestServer, letters: list[tuple[str, bytes]]) -> None:
    """Send mails over real connections, a few at once."""
    server, few = SmtpServer("127.0.0.1", post_office.port, "none", "", ""), asyncio.Semaphore(8)

    async def one(address: str, content: bytes) -> None:
        async with few:
            await smtp.send(server, sender=SENDER, recipient=address, content=content)

    await asyncio.gather(*(one(address, content) for address, content in letters))
