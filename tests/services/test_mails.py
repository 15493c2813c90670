"""Mails: what they say, whose words they carry, and that no words become headers."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ChargeKind, Order, OrderCharge, OrderLine, Shop, Status, Verification, brand
from services import mails
from services.mails import Mail
from tests import order_rows

LINK = "https://orders.norte.example/verify/AbC-123_xyz"
CSV_LINK = "https://orders.norte.example/orders/csv/AbC-123_xyz"
CSV = b"\xef\xbb\xbforder_number;total\r\nNT-1;148,38\r\n"
TYPED = {
    "name": "Ana <b>Bold</b>",
    "company": 'Mü & "Co" <script>alert(1)</script>',
    "comments": "Before noon;\nhttps://evil.example/ <img src=x onerror=alert(1)>",
    "buyer_reference": "=HYPERLINK(1)",
    "phone": "+49 30 1234",
}
BCC = "=?utf-8?q?hello=0D=0ABcc:_thief=40evil.example?="
HEADER_NAMES = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}


@pytest.fixture
async def order(shop: Shop) -> Order:
    return await order_rows.order(
        number="NT-2026-00042",
        verification=Verification.VERIFIED,
        price_note="plus VAT",
        lines_total=14820,
        discounts=-1482,
        surcharges=1500,
        total=14838,
        **TYPED,
    )


@pytest.fixture
def lines() -> list[OrderLine]:
    return [
        OrderLine(
            line_no=1, sku="FR-200", name="Folding rule", quantity=10, unit_price=Decimal("6.4"), line_total=6400
        ),
        OrderLine(
            line_no=2, sku="WS-4040", name="Screw <M4>", quantity=5000, unit_price=Decimal("0.0125"), line_total=6250
        ),
        OrderLine(line_no=3, sku="X-1", name="Special part", quantity=1, unit_price=None, line_total=0),
    ]


@pytest.fixture
def charges() -> list[OrderCharge]:
    return [
        OrderCharge(position=1, kind=ChargeKind.DISCOUNT, title="Spring", reason="10 % of 148.20", amount=-1482),
        OrderCharge(position=2, kind=ChargeKind.SURCHARGE, title="Small order", reason="below 200.00", amount=1500),
    ]


@pytest.fixture
def notice(shop: Shop, order: Order, lines: list[OrderLine], charges: list[OrderCharge]) -> Mail:
    return mails.notice(
        shop, order, lines, charges, csv=CSV, csv_name="NT-2026-00042.csv", csv_url=CSV_LINK, confirm_url=LINK
    )


@pytest.fixture
def all_mails(
    shop: Shop, order: Order, lines: list[OrderLine], charges: list[OrderCharge], notice: Mail
) -> dict[str, Mail]:
    return {
        "verification": mails.verification(shop, order, lines, charges, LINK),
        "sign_in": mails.sign_in(shop, "marta@sol.example", LINK),
        "received": mails.received(shop, order, lines, charges, LINK),
        "confirmed": mails.confirmed(shop, order, lines, charges, LINK),
        "status_changed": mails.status_changed(shop, order, lines, charges, LINK),
        "notice": notice,
        "message": mails.message_from_seller(shop, order, "The blue ones\ncome on Tuesday.", LINK),
        "edited": mails.edited(shop, order, lines, charges, text=f"Company: {TYPED['company']} → x", request_url=LINK),
        "test": mails.test(shop),
    }


def built(mail: Mail, **differently: str) -> bytes:
    values = {
        "shop_name": "Norte Tools",
        "sender": "orders@norte.example",
        "reply_to": "",
        "recipient": "marta@sol.example",
        "message_id": "<0123456789ab.notice@norte.example>",
    } | differently
    return mails.build(mail, **values, created_at=datetime(2026, 11, 22, 19, tzinfo=UTC))


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class Tags(HTMLParser):
    """The tags of a page, and where its links go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links.update(address or "" for name, address in attrs if name in {"href", "src", "action", "background"})


def test_every_mail_has_text_and_html_with_the_shop_and_its_link(all_mails: dict[str, Mail]) -> None:
    for name, mail in all_mails.items():
        message = parsed(built(mail))
        for kind in ("plain", "html"):
            words = body(message, kind)
            assert "Norte Tools" in words, name
            assert (LINK in words) == (name != "test"), name
        assert mail.subject, name


def test_the_verification_says_its_button_and_how_long_it_works(all_mails: dict[str, Mail]) -> None:
    for words in (all_mails["verification"].text, all_mails["verification"].html):
        assert "Verify user" in words
        assert "72 hours" in words
        assert "NT-2026-00042" in words


def test_the_verification_repeats_nothing_a_stranger_could_have_typed(all_mails: dict[str, Mail]) -> None:
    mail = all_mails["verification"]
    for words in (mail.subject, mail.text, mail.html):
        assert not [typed for typed in ("Ana", "Bold", "Mü", "evil", "HYPERLINK", "1234") if typed in words]


def test_what_the_buyer_typed_is_shown_but_never_becomes_markup_or_a_link(all_mails: dict[str, Mail]) -> None:
    for name in ("received", "confirmed", "status_changed", "notice"):
        tags = Tags(all_mails[name].html)
        assert "Ana &lt;b&gt;Bold&lt;/b&gt;" in all_mails[name].html
        assert not tags.names & {"b", "script", "img"}, name
        assert tags.links <= {LINK, CSV_LINK}, name


def test_no_mail_fetches_anything(all_mails: dict[str, Mail]) -> None:
    for mail in all_mails.values():
        assert not Tags(mail.html).names & {"img", "link", "script", "iframe", "object", "video", "audio"}
        assert not re.search(r"url\(|@import", mail.html)


def test_the_buyers_comment_is_marked_line_by_line_in_the_text(notice: Mail) -> None:
    assert "> Before noon;\n> https://evil.example/" in notice.text


def test_amounts_stand_as_people_write_them_and_add_up(notice: Mail) -> None:
    for amount in (
        "€64.00",
        "€62.50",
        "€0.0125",
        "€148.20",
        "−€14.82",
        "€15.00",
        "€148.38",
        "plus VAT",
        "10 % of 148.20",
    ):
        assert amount in notice.text, amount
        assert amount in notice.html, amount


def test_amounts_end_at_the_same_column_of_the_text(notice: Mail) -> None:
    ends = {len(line) for line in notice.text.splitlines() if re.search(r"\s(-?€[\d.]+|–)$", line)}
    assert ends == {72}


def test_a_request_without_prices_shows_none(
    shop: Shop, order: Order, lines: list[OrderLine], charges: list[OrderCharge]
) -> None:
    order.prices_hidden = True
    mail = mails.received(shop, order, lines, [], LINK)
    assert "€" not in mail.text
    assert "€" not in mail.html
    assert "5,000" in mail.text


def test_the_notice_brings_button_download_and_attachment(notice: Mail) -> None:
    for words in (notice.text, notice.html):
        assert "Confirm order processing" in words
        assert "Download CSV" in words
        assert CSV_LINK in words
        assert "14 days" in words
        assert "30 days" in words
    (part,) = parsed(built(notice)).iter_attachments()
    assert part.get_filename() == "NT-2026-00042.csv"
    assert part.get_content_type() == "text/csv"
    assert part.get_payload(decode=True) == CSV


def test_the_notice_says_how_the_buyer_is_known(shop: Shop, order: Order, lines: list[OrderLine], notice: Mail) -> None:
    assert "marta@sol.example  ✓ (Verified)" in notice.text
    order.verification = Verification.OVERRIDDEN
    mail = mails.notice(shop, order, lines, [], csv=CSV, csv_name="a.csv", csv_url=CSV_LINK, confirm_url=LINK)
    assert "✓" not in mail.text
    assert "you accepted the request by hand" in " ".join(mail.text.split())


async def test_a_possible_duplicate_is_named_to_the_management_only(
    shop: Shop, order: Order, lines: list[OrderLine]
) -> None:
    again = await order_rows.order(duplicate_of=order, verification=Verification.VERIFIED)
    notice = mails.notice(shop, again, lines, [], csv=CSV, csv_name="a.csv", csv_url=CSV_LINK, confirm_url=LINK)
    assert "duplicate" in notice.text
    assert "duplicate" not in mails.received(shop, again, lines, [], LINK).text


def test_every_status_has_its_sentence(shop: Shop, order: Order, lines: list[OrderLine]) -> None:
    sentences = set()
    for status in Status:
        order.status = status
        mail = mails.status_changed(shop, order, lines, [], LINK)
        assert mail.subject == f"Your order NT-2026-00042: {status.label}"
        sentences.add(mail.text.split("\n\n")[2])
    assert len(sentences) == len(Status)


def test_times_are_the_shops(shop: Shop, order: Order, lines: list[OrderLine]) -> None:
    order.created_at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert "2 July 2026" in mails.received(shop, order, lines, [], LINK).text


@pytest.mark.parametrize("color", ["#ffe600", "#0f6b5c", "#111111", "#ffffff"])
def test_the_button_can_be_read_in_any_brand_colour(shop: Shop, color: str) -> None:
    shop.color = color
    html = mails.sign_in(shop, "marta@sol.example", LINK).html
    button = re.search(r'class="button"[^>]*style="([^"]*)"', html)
    assert button is not None
    style = dict(part.split(": ", 1) for part in button[1].rstrip(";").split(";"))
    assert style["background"] == color
    assert brand.contrast(style["color"], style["background"]) >= brand.TEXT_CONTRAST


def test_the_dark_screen_has_its_colours(all_mails: dict[str, Mail]) -> None:
    for mail in all_mails.values():
        assert "prefers-color-scheme" in mail.html


def test_a_mail_has_exactly_the_headers_we_write(notice: Mail) -> None:
    message = parsed(built(notice))
    assert set(message.keys()) == HEADER_NAMES
    assert str(message["From"]) == "Norte Tools <orders@norte.example>"
    assert str(message["To"]) == "marta@sol.example"
    assert str(message["Message-ID"]) == "<0123456789ab.notice@norte.example>"
    assert str(message["Auto-Submitted"]) == "auto-generated"
    assert str(message["Date"]) == "Sun, 22 Nov 2026 19:00:00 +0000"
    answerable = parsed(built(notice, reply_to="desk@norte.example"))
    assert set(answerable.keys()) == HEADER_NAMES | {"Reply-To"}


@pytest.mark.parametrize(
    "payload",
    [
        BCC,
        f"x {BCC} y",
        "hello\r\nBcc: thief@evil.example",
        "hello\nBcc: thief@evil.example\n\nbody",
        "a\x0bBcc: x\x85y\u2028z\x00",
        "=" * 3 + "?utf-8?b?QmNjOiB4QHkuZXhhbXBsZQ==?=",
        '"quoted" <thief@evil.example>, other',
    ],
)
def test_no_words_become_a_header(payload: str) -> None:
    mail = Mail(payload, "text", "<p>html</p>")
    message = parsed(built(mail, shop_name=payload))
    assert set(message.keys()) == HEADER_NAMES
    assert message["From"].addresses[0].addr_spec == "orders@norte.example"
    assert len(message["From"].addresses) == 1
    assert "\n" not in str(message["Subject"])


def test_words_and_files_arrive_as_they_are_whatever_they_look_like() -> None:
    words = "\n".join(
        [".", "From me", "ends with spaces   ", "\ttabs\t", "=3D =_", "é😀" * 90, "x" * 2000, "\0\x0b\x7f", ""]
    )
    looks_like_a_border = "\n--=_0123456789abcdef01234567--\r\n"
    file = bytes(range(256)) * 9 + looks_like_a_border.encode()
    mail = Mail("Subject " * 20, words + looks_like_a_border, f"<p>{words}</p>\n", ("a.pdf", file))
    content = built(mail)
    message = parsed(content)
    assert body(message, "plain") == (words + looks_like_a_border).replace("\r\n", "\n")
    assert body(message, "html") == f"<p>{words}</p>\n"
    assert [part.get_payload(decode=True) for part in message.iter_attachments()] == [file]
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert content.isascii() and b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("role", ["sender", "recipient", "reply_to"])
@pytest.mark.parametrize(
    "address",
    [
        '"a\r\nRCPT TO:<thief@evil.example>"@sol.example',
        "marta@sol.example,thief@evil.example",
        "marta@sol.example\r\nBcc: thief@evil.example",
        "Marta <marta@sol.example>",
        "marta@sol.example (thief@evil.example)",
        "@evil.example:marta@sol.example",
        "=?utf-8?q?marta?=@sol.example",
        "marta",
    ],
)
def test_crafted_addresses_are_refused(role: str, address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        built(Mail("Subject", "text", "<p>html</p>"), **{role: address})


@pytest.mark.parametrize("message_id", ["", "x@y", "<a b@c>", "<a@b>\r\nBcc: c@d.example", "<a@b> <c@d>"])
def test_a_crafted_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        built(Mail("Subject", "text", "<p>html</p>"), message_id=message_id)


@pytest.mark.parametrize("name", ["", "../a.csv", 'a".csv', "a\r\nX: y.csv", "ä.csv", "=?utf-8?q?a?=.csv", "a b.csv"])
def test_a_crafted_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="attachment"):
        built(Mail("Subject", "text", "<p>html</p>", (name, CSV)))


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\xff\r\n.\r\nFrom me", b"no end of line", CSV * 5000])
def test_an_attachment_arrives_byte_by_byte(content: bytes) -> None:
    (part,) = parsed(built(Mail("Subject", "text", "<p>html</p>", ("a.csv", content)))).iter_attachments()
    assert part.get_payload(decode=True) == content


@given(subject=st.text(max_size=300), shop_name=st.text(max_size=120))
def test_any_subject_and_any_shop_name_can_be_mailed(subject: str, shop_name: str) -> None:
    content = built(Mail(subject, "text", "<p>html</p>"), shop_name=shop_name)
    assert set(parsed(content).keys()) == HEADER_NAMES
    assert mails.sender_of(content) == "orders@norte.example"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_any_text_arrives(text: str) -> None:
    message = parsed(built(Mail("Subject", f"{text}\n", "<p>html</p>")))
    assert body(message, "plain").split() == f"{text}\n".split()


def test_a_long_domain_breaks_no_header() -> None:
    domain = ".".join(["a" * 60] * 3) + ".example"
    content = built(
        Mail("Subject", "text", "<p>html</p>"),
        sender=f"orders@{domain}",
        message_id=f"<{'0' * 24}.status_changed@{domain}>",
    )
    assert str(parsed(content)["Message-ID"]) == f"<{'0' * 24}.status_changed@{domain}>"
    assert mails.sender_of(content) == f"orders@{domain}"


def test_the_sender_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="From"):
        mails.sender_of(b"Subject: x\r\n\r\nbody")
    with pytest.raises(ValueError, match="From"):
        mails.sender_of(b"From: a@b.example, c@d.example\r\n\r\nbody")
