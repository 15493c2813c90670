"""Parameters: what is taken, what is refused at its field, and what follows for mail and numbers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models import OrderCounter, Shop
from models.errors import FieldErrors, NotFoundError
from models.text import speaking
from services import choices, keys, parameters, settings

MAIL = {
    "mail_host": "mail.example.com",
    "mail_port": "587",
    "mail_security": "starttls",
    "mail_username": "norte",
    "mail_password": "secret words",
    "mail_sender": "orders@norte.example",
    "mail_reply_to": "",
}


async def test_before_the_set_up_there_is_no_shop(database: None) -> None:
    assert not await parameters.exists()
    with pytest.raises(NotFoundError):
        await parameters.current()
    assert parameters.look(None).name == "Pedido"


async def test_management_emails_are_read_from_lines_and_commas(shop: Shop) -> None:
    saved = await parameters.save({"management_emails": "Ana@Norte.example\nben@norte.example, ana@norte.example"})
    assert saved.management_emails == ["Ana@norte.example", "ben@norte.example"]
    assert (await parameters.current()).management_emails == ["Ana@norte.example", "ben@norte.example"]


@pytest.mark.parametrize(
    "typed", ['"a b"@norte.example', "Ana <ana@norte.example>", "=?utf-8?q?a?=@norte.example", "ana@norte.example bcc"]
)
async def test_odd_management_emails_are_refused_and_nothing_is_stored(shop: Shop, typed: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await parameters.save({"management_emails": typed, "name": "Other"})
    assert set(refused.value.fields) == {"management_emails"}
    assert (await parameters.current()).name == "Norte Tools"


async def test_each_wrong_field_has_its_own_sentence(shop: Shop) -> None:
    wrong = {
        "name": "  ",
        "color": "green",
        "currency": "XXX",
        "time_zone": "Mars/Base",
        "language": "tlh",
        "order_prefix": "a/b",
        "unverified_days": "0",
        "mail_port": "70000",
        "contact": "a\x00b",
    }
    with pytest.raises(FieldErrors) as refused:
        await parameters.save(wrong)
    assert set(refused.value.fields) == set(wrong)
    assert all(refused.value.fields.values())


async def test_unknown_values_change_nothing(shop: Shop) -> None:
    await parameters.save({"id": 7, "logo": "../x", "mail_password": "stray", "name": "Norte"})
    saved = await parameters.current()
    assert (saved.name, saved.logo, saved.mail_password) == ("Norte", "", "")


async def test_all_that_is_wrong_with_the_mail_server_is_told_at_once(shop: Shop) -> None:
    for look in (parameters.check, parameters.save):
        with pytest.raises(FieldErrors) as refused:
            await look({**MAIL, "mail_port": "0", "mail_password": ""})
        assert set(refused.value.fields) == {"mail_port", "mail_password"}
    await parameters.check(MAIL)
    assert (await parameters.current()).mail_host == ""


async def test_the_mail_password_is_stored_encrypted_and_kept_when_left_empty(shop: Shop) -> None:
    stored = await parameters.save(MAIL)
    assert "secret words" not in stored.mail_password
    again = await parameters.save({**MAIL, "mail_password": "", "mail_sender": "sales@norte.example"})
    server = parameters.smtp_server(again)
    assert server is not None
    assert (server.host, server.port, server.security, server.username) == (
        "mail.example.com",
        587,
        "starttls",
        "norte",
    )
    assert server.password == "secret words"
    assert parameters.sender(again) == "sales@norte.example"


async def test_a_saved_password_does_not_follow_to_another_server(shop: Shop) -> None:
    await parameters.save(MAIL)
    with pytest.raises(FieldErrors) as refused:
        await parameters.save({**MAIL, "mail_host": "evil.example.com", "mail_password": ""})
    assert set(refused.value.fields) == {"mail_password"}
    without_login = await parameters.save({**MAIL, "mail_host": "relay.example.com", "mail_username": ""})
    assert without_login.mail_password == ""


async def test_without_a_server_mails_are_kept_here(shop: Shop) -> None:
    await parameters.save(MAIL)
    cleared = await parameters.save({**MAIL, "mail_host": ""})
    assert parameters.smtp_server(cleared) is None
    assert (cleared.mail_username, cleared.mail_password) == ("", "")


async def test_the_environments_server_wins(shop: Shop, tmp_path: Path) -> None:
    saved = await parameters.save(MAIL)
    settings.load(data=tmp_path / "data", smtp_url="smtps://boss:p%40ss@relay.example.com")
    server = parameters.smtp_server(saved)
    assert server is not None
    assert (server.host, server.port, server.security, server.password) == ("relay.example.com", 465, "tls", "p@ss")


async def test_there_is_always_a_sender(shop: Shop, tmp_path: Path) -> None:
    assert parameters.sender(shop) == "orders@norte.example"
    shop.management_emails = []
    assert parameters.sender(shop) == "orders@localhost.localdomain"
    settings.load(data=tmp_path / "data", public_url="https://shop.norte.example")
    assert parameters.sender(shop) == "orders@shop.norte.example"


async def test_today_is_the_date_in_the_shops_time_zone(shop: Shop) -> None:
    assert parameters.today(shop, datetime(2026, 11, 22, 23, 30, tzinfo=UTC)).isoformat() == "2026-11-23"
    shop.time_zone = "America/New_York"
    assert parameters.today(shop, datetime(2026, 11, 22, 3, 0, tzinfo=UTC)).isoformat() == "2026-11-21"


async def test_the_next_order_number_is_shown_without_being_used(shop: Shop) -> None:
    year = parameters.today(shop).year
    assert await parameters.next_order_number(shop) == f"{year}-00001"
    await OrderCounter.create(year=year, last_number=317)
    assert await parameters.next_order_number(shop, "NT-") == f"NT-{year}-00318"
    assert (await OrderCounter.get(year=year)).last_number == 317


async def test_the_logo_is_shown_from_the_media_folder(shop: Shop) -> None:
    assert await parameters.set_logo("abc.webp") == ""
    assert parameters.look(await parameters.current()).logo_url == "/media/abc.webp"
    assert await parameters.set_logo("") == "abc.webp"
    assert parameters.look(await parameters.current()).logo_url == ""


def test_the_choices_hold_what_european_shops_need() -> None:
    assert {"EUR", "CHF", "GBP", "PLN", "SEK"} <= dict(choices.currencies()).keys()
    assert "DEM" not in dict(choices.currencies())
    assert {"Europe/Madrid", "Atlantic/Canary", "UTC"} <= dict(choices.zones()).keys()
    assert dict(choices.languages())["de"] == "Deutsch"


async def test_keys_of_another_installation_are_told_in_words(shop: Shop, tmp_path: Path) -> None:
    stored = keys.encrypt("secret")
    settings.load(data=tmp_path / "data", key_file=tmp_path / "other-key")
    with pytest.raises(Exception, match="key file"):
        keys.decrypt(stored)


async def test_the_cover_text_is_in_the_readers_language_else_in_the_shops(shop: Shop) -> None:
    texts = {"cover_text": "Tools.", "cover_text:es": "Herramientas.", "cover_text:en": "Left over."}
    await parameters.save(texts)
    saved = await parameters.save({"cover_text:de": "Werkzeug.", "cover_text:es": "Útiles."})
    said = {}
    for language in ("en", "es", "de", "fr"):
        with speaking(language):
            said[language] = parameters.cover_text(saved)
    assert said == {"en": "Tools.", "es": "Útiles.", "de": "Werkzeug.", "fr": "Tools."}
    assert "cover_text:de" not in ((await parameters.save({"cover_text:de": " "})).texts or {})
    with pytest.raises(FieldErrors) as refused:
        await parameters.save({"cover_text:es": "x" * 2001})
    assert set(refused.value.fields) == {"cover_text:es"}


async def test_that_the_shop_is_away_is_told_on_these_days_in_the_readers_language(shop: Shop) -> None:
    today = parameters.today(shop)
    yesterday, tomorrow = ((today + timedelta(days=days)).isoformat() for days in (-1, 1))
    words = {"away_text": "Back soon.", "away_text:es": "Volvemos pronto."}
    for first, last, is_told in (
        ("", "", True),
        (yesterday, tomorrow, True),
        (today.isoformat(), today.isoformat(), True),
        (tomorrow, "", False),
        ("", yesterday, False),
    ):
        saved = await parameters.save(words | {"away_from": first, "away_until": last})
        with speaking("es"):
            assert parameters.away_text(saved) == ("Volvemos pronto." if is_told else ""), (first, last)
    with speaking("de"):
        assert parameters.away_text(await parameters.save({"away_until": ""})) == "Back soon."
    assert parameters.away_text(await parameters.save({"away_text": " "})) == ""


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"away_from": "tomorrow"}, "away_from"),
        ({"away_from": "2026-12-24", "away_until": "2026-12-23"}, "away_until"),
        ({"away_text": "x" * 501}, "away_text"),
    ],
)
async def test_days_away_that_cannot_be_are_told_at_their_field(shop: Shop, typed: dict[str, str], field: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await parameters.save(typed)
    assert list(refused.value.fields) == [field]
