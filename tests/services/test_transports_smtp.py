"""Mail goes out whole, to exactly the stored address, and every refusal is put into words."""

from collections.abc import Iterator
from pathlib import Path

import aiosmtplib
import pytest

from services.transports import TransportError, smtp
from services.transports.smtp_server import Security, SmtpServer
from tests.servers import (
    Fault,
    ReceivedMail,
    SinkStep,
    SmtpTestServer,
    black_hole,
    certificates,
    free_port,
    silent_server,
    smtp_server,
    smtp_sink,
)
from tests.servers.mail import Step

pytestmark = pytest.mark.usefixtures("data_folder")  # connections ask the settings where they may go

BUYER, SHOP = "buyer@example.com", "shop@example.com"
MAIL = b"Subject: Request 2026-0001\r\n\r\n.a line that starts with a dot\r\n\r\nlast line\r\n"


def at(running: SmtpTestServer, security: Security = "none", username: str = "", password: str = "") -> SmtpServer:
    return SmtpServer("localhost", running.port, security, username, password)


async def send(server: SmtpServer, recipient: str = BUYER, content: bytes = MAIL) -> str:
    return await smtp.send(server, sender=SHOP, recipient=recipient, content=content)


async def refusal(server: SmtpServer, recipient: str = BUYER) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await send(server, recipient)
    return caught.value


@pytest.fixture
def running() -> Iterator[SmtpTestServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test authority stands among those this computer trusts."""
    authority = tmp_path / "authority.pem"
    authority.write_text(certificates().authority_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


async def test_a_mail_arrives_byte_for_byte_in_the_envelope_it_was_given(running: SmtpTestServer) -> None:
    answer = await send(at(running))

    (mail,) = running.messages
    assert (mail.sender, mail.recipients, mail.content) == (SHOP, [BUYER], MAIL)
    assert answer == "250 OK queued as 4711"


async def test_letters_with_accents_travel_as_they_are(running: SmtpTestServer) -> None:
    content = "Subject: x\r\n\r\nGrüße aus Málaga\r\n".encode()
    await send(at(running), content=content)
    assert running.messages[0].content == content


async def test_the_header_never_decides_who_gets_a_mail(running: SmtpTestServer) -> None:
    await send(at(running), content=b"To: other@example.com\r\nBcc: spy@example.com\r\n\r\nhello\r\n")
    assert [mail.recipients for mail in running.messages] == [[BUYER]]


async def test_a_domain_in_national_letters_is_sent_in_its_ascii_form(running: SmtpTestServer) -> None:
    await send(at(running), "info@müller.example")
    assert running.messages[0].recipients == ["info@xn--mller-kva.example"]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_encrypted_server_with_a_login_takes_the_mail(security: Security) -> None:
    with smtp_server(tls=security, login=("desk", "pass word")) as running:
        await send(at(running, security, "desk", "pass word"))
        assert [mail.content for mail in running.messages] == [MAIL]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_unknown_certificate_stops_the_mail_for_good(security: Security) -> None:
    with smtp_server(tls=security, login=("desk", "secret")) as running:
        error = await refusal(at(running, security, "desk", "secret"))
        assert error.permanent
        assert error.code == "certificate"
        assert str(error) == "The certificate of localhost comes from nobody known here."
        assert running.messages == []


async def test_starttls_is_demanded_not_hoped_for(running: SmtpTestServer) -> None:
    error = await refusal(at(running, "starttls"))
    assert error.permanent
    assert str(error) == "The mail server does not offer STARTTLS."
    assert running.messages == []


async def test_a_server_without_encryption_on_an_encrypted_setting_is_named_as_such(running: SmtpTestServer) -> None:
    error = await refusal(at(running, "tls"))
    assert error.permanent
    assert error.code == "tls"


async def test_a_wrong_password_is_not_tried_for_days() -> None:
    with smtp_server(login=("desk", "secret")) as running:
        error = await refusal(at(running, "none", "desk", "guess"))
        assert error.permanent
        assert error.code == "auth"
        assert "user name or password" in str(error)


def test_a_login_that_is_refused_for_now_is_tried_again() -> None:
    busy = smtp._refused(aiosmtplib.SMTPAuthenticationError(454, "4.7.0 Too many logins"))
    assert (busy.permanent, busy.code) == (False, "454")


async def test_a_password_with_broken_letters_is_no_crash() -> None:
    with smtp_server(login=("desk", "secret")) as running:
        error = await refusal(at(running, "none", "desk", "\udcff"))
        assert error.permanent
        assert error.code == "settings"


async def test_a_server_that_asks_for_a_login_is_told_apart_from_a_bad_address() -> None:
    with smtp_server(login=("desk", "secret")) as running:
        error = await refusal(at(running))
        assert error.permanent
        assert error.code == "auth"
        assert "asks for a login" in str(error)


async def test_a_login_is_not_dropped_quietly_where_the_server_takes_none(running: SmtpTestServer) -> None:
    error = await refusal(at(running, "none", "desk", "secret"))
    assert error.permanent
    assert str(error) == "The mail server takes no login on this port."
    assert running.messages == []


@pytest.mark.parametrize(
    ("step", "answer", "permanent", "words"),
    [
        ("MAIL", "550 5.7.1 spam-banner", True, "the sender's address (550)"),
        ("MAIL", "451 4.7.1 spam-banner", False, "right now (451)"),
        ("RCPT", "550 5.1.1 no such spam-banner", True, "the recipient's address (550)"),
        ("RCPT", "450 4.2.0 greylisted spam-banner", False, "right now (450)"),
        ("DATA", "554 5.7.1 spam-banner", True, "the message (554)"),
        ("DATA", "452 4.3.1 spam-banner", False, "right now (452)"),
    ],
)
async def test_a_refusal_says_what_was_refused_and_never_repeats_the_servers_words(
    running: SmtpTestServer, step: Step, answer: str, permanent: bool, words: str
) -> None:
    running.answers[step] = answer
    error = await refusal(at(running))
    assert error.permanent is permanent
    assert words in str(error)
    assert error.code == answer[:3]
    assert "banner" not in str(error)
    assert running.messages == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
async def test_a_connection_cut_in_the_middle_is_worth_another_try(running: SmtpTestServer, step: Step) -> None:
    running.answers[step] = "drop"
    error = await refusal(at(running))
    assert not error.permanent
    assert error.code == "lost"


async def test_a_mail_that_was_taken_counts_even_if_the_goodbye_is_lost(running: SmtpTestServer) -> None:
    running.answers["QUIT"] = "drop"
    assert await send(at(running)) == "250 OK queued as 4711"
    assert len(running.messages) == 1


VERDICTS: dict[Fault, tuple[bool, str]] = {
    "4xx": (False, "450"),
    "5xx": (True, "500"),
    "drop": (False, "lost"),
    "stall": (False, "timeout"),
}


@pytest.mark.parametrize("fault", VERDICTS)
@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
async def test_whatever_goes_wrong_at_whatever_step_the_verdict_is_right_and_a_mail_comes_twice_only_by_the_dot(
    step: SinkStep, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("CONNECT_SECONDS", "ANSWER_SECONDS", "GOODBYE_SECONDS"):
        monkeypatch.setattr(smtp, limit, 0.7 if fault == "stall" else 5.0)
    with smtp_sink({step: fault}) as sink:
        server = SmtpServer("localhost", sink.port, "none")
        error = await refusal(server)
        assert (error.permanent, error.code) == VERDICTS[fault]
        monkeypatch.undo()

        sink.heal()
        await send(server)
        assert sink.mails == [ReceivedMail(SHOP, [BUYER], MAIL)] * (2 if step == "dot" else 1)


async def test_a_server_that_is_down_is_worth_another_try() -> None:
    error = await refusal(SmtpServer("127.0.0.1", free_port(), "none"))
    assert not error.permanent
    assert error.code == "refused"


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.2)
    with black_hole() as swallowing, silent_server() as silent:
        for port in (swallowing, silent):
            error = await refusal(SmtpServer("127.0.0.1", port, "none"))
            assert (error.permanent, error.code) == (False, "timeout")


async def test_the_whole_conversation_has_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WHOLE_SECONDS", 0.2)
    with silent_server() as port:
        error = await refusal(SmtpServer("127.0.0.1", port, "none"))
        assert (error.permanent, error.code) == (False, "timeout")


@pytest.mark.parametrize("host", ["", " ", "mail server", "a\r\nb", "a..b", "x" * 70 + ".example"])
async def test_a_host_that_is_none_is_refused_at_once(host: str) -> None:
    error = await refusal(SmtpServer(host, 25, "none"))
    assert error.permanent
    assert str(error) == "The server's name is missing or not valid."


@pytest.mark.parametrize(
    "address",
    [
        '"a\r\nRCPT TO:<spy@evil.example>"@example.com',
        "buyer@example.com,spy@evil.example",
        "buyer@example.com;spy@evil.example",
        "buyer@example.com\r\nBcc: spy@evil.example",
        "buyer@example.com\n",
        " buyer@example.com",
        "Buyer <spy@evil.example>",
        "<spy@evil.example>",
        "spy@evil.example(comment)@example.com",
        "(buyer)spy@evil.example",
        '"buyer"@example.com',
        "buyer@[127.0.0.1]",
        "buyer@example.com SIZE=1",
        "buyer\x00@example.com",
        "bu\udcffyer@example.com",
        "jörg@example.com",
        "buyer@@example.com",
        "buyer",
        "@example.com",
        "",
    ],
)
async def test_a_crafted_address_is_refused_as_recipient_and_as_sender(running: SmtpTestServer, address: str) -> None:
    for sender, recipient in ((SHOP, address), (address, BUYER)):
        with pytest.raises(TransportError) as caught:
            await smtp.send(at(running), sender=sender, recipient=recipient, content=MAIL)
        assert caught.value.permanent
        assert caught.value.code == "address"
    assert running.messages == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 25, "none")),
        ("smtp://mail.example.com:1025/", SmtpServer("mail.example.com", 1025, "none")),
        ("smtp://mail.example.com?starttls=required", SmtpServer("mail.example.com", 587, "starttls")),
        (
            "smtp://u:p@mail.example.com:2525?starttls=required",
            SmtpServer("mail.example.com", 2525, "starttls", "u", "p"),
        ),
        ("smtps://mail.example.com", SmtpServer("mail.example.com", 465, "tls")),
        ("smtps://me%40shop.example:p%2Fw%3Ao%40r%23d@mail.example.com", None),
        ("smtp://[::1]:25", SmtpServer("::1", 25, "none")),
    ],
)
def test_a_url_says_where_the_mail_server_is_and_how_to_talk_to_it(url: str, server: SmtpServer | None) -> None:
    encoded = SmtpServer("mail.example.com", 465, "tls", "me@shop.example", "p/w:o@r#d")
    assert SmtpServer.from_url(url) == (server or encoded)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must start with smtp://"),
        ("mail.example.com:25", "must start with smtp://"),
        ("http://mail.example.com", "must start with smtp://"),
        ("smtp://", "names no host"),
        ("smtp://:25", "names no host"),
        ("smtp://u:hunter2@:25", "names no host"),
        ("smtp://mail.example.com:hunter2", "port"),
        ("smtp://mail.example.com:0", "port"),
        ("smtp://mail.example.com:99999", "port"),
        ("smtp://u:hunter2/x@mail.example.com", "%XX"),
        ("smtp://u:hunter2#x@mail.example.com", "%XX"),
        ("smtp://u:hunter2@[mail", "cannot be read"),
        ("smtp://mail.example.com?starttls=maybe", "starttls=required"),
        ("smtp://mail.example.com?tls=1", "starttls=required"),
        ("smtps://mail.example.com?starttls=required", "starttls=required"),
    ],
)
def test_a_url_that_says_nothing_clear_is_refused_without_repeating_the_password(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"URL|host and port") as caught:
        SmtpServer.from_url(url)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_password_does_not_show_in_a_log_line() -> None:
    assert "hunter2" not in repr(SmtpServer.from_url("smtp://u:hunter2@mail.example.com"))
