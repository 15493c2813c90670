"""The words of mails as the seller wants them: checked, kept per language, filled in once, and taken back."""

from datetime import timedelta

import pytest

from models import Order, OutboxMessage, Purpose, Shop, Verification
from models.errors import FieldErrors
from models.mail_wording import MailKind
from models.text import LANGUAGES
from services import mail_texts, mails, orders, parameters
from services.mails import wording
from tests import order_rows

BY = "nuria@norte.example"
LINK = "https://orders.norte.example/request/x"
OWN = {"subject": "Hurra, {number} ist da", "title": "Danke, {shop}!", "body": "Liebe(r) {name},\n\ndas macht {total}."}


@pytest.fixture
async def order(shop: Shop) -> Order:
    return await order_rows.order(
        number="NT-7",
        language="de",
        verification=Verification.VERIFIED,
        name="{company} <b>",
        total=1250,
        company="Sol",
    )


async def save(kind: MailKind = MailKind.RECEIVED, language: str = "de", **typed: str) -> Shop:
    return await mail_texts.save(kind, language, OWN | typed, by=BY)


async def test_a_mail_is_written_in_the_words_of_its_language_filled_in_once(shop: Shop, order: Order) -> None:
    shop = await save()

    mail = mails.received(shop, order, [], [], LINK)

    assert mail.subject == "Hurra, NT-7 ist da"
    assert "Liebe(r) {company} <b>,\n\ndas macht 12,50" in mail.text.replace("\xa0", " ").replace("€ ", "")
    assert "{company} &lt;b&gt;," in mail.html and "<b>" not in mail.html
    order.language = "fr"
    assert "Hurra" not in mails.received(shop, order, [], [], LINK).subject


@pytest.mark.parametrize("kind", list(MailKind))
async def test_each_mail_can_have_words_of_its_own_in_each_language(shop: Shop, order: Order, kind: MailKind) -> None:
    for language in LANGUAGES:
        ours = await mail_texts.preview(kind, language, vars(mail_texts.words(shop, kind, language)))
        typed = {"subject": "Own {shop}", "title": "Own title", "body": "Own words"}
        shop = await mail_texts.save(kind, language, typed, by=BY)
        shown = await mail_texts.preview(kind, language, vars(mail_texts.words(shop, kind, language)))
        assert shown.mail.subject == "Own Norte Tools" != ours.mail.subject
        assert "Own words" in shown.mail.text and "Own title" in shown.mail.html
        assert shown.number == ("NT-7" if kind.is_about_an_order else "")
    assert mail_texts.changed(shop, kind) == list(LANGUAGES)
    shop = await mail_texts.reset(kind, "en", by=BY)
    assert "en" not in mail_texts.changed(shop, kind)


async def test_our_own_words_are_not_kept(shop: Shop) -> None:
    await save()
    shop = await mail_texts.save(MailKind.RECEIVED, "de", vars(mail_texts.words(shop, MailKind.RECEIVED, "de")), by=BY)

    assert not [name for name in shop.texts or {} if name.startswith("mail.")]


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        (MailKind.RECEIVED, {"subject": "{name}"}, "subject"),  # what a buyer typed, in a header
        (MailKind.RECEIVED, {"title": "{nmae}"}, "title"),
        (MailKind.VERIFICATION, {"body": "{name}"}, "body"),  # a stranger's words to a stranger's mailbox
        (MailKind.SIGN_IN, {"body": "{number}"}, "body"),
        (MailKind.RECEIVED, {"subject": ""}, "subject"),
        (MailKind.RECEIVED, {"body": " \n "}, "body"),
        (MailKind.RECEIVED, {"body": "x" * 2001}, "body"),
        (MailKind.RECEIVED, {"title": "\ud800"}, "title"),
    ],
)
async def test_what_cannot_stand_in_a_mail_is_refused(
    shop: Shop, kind: MailKind, typed: dict[str, str], wrong: str
) -> None:
    plain = {"subject": "S", "title": "T", "body": "B"}
    for act in (mail_texts.save(kind, "en", plain | typed, by=BY), mail_texts.preview(kind, "en", plain | typed)):
        with pytest.raises(FieldErrors) as refused:
            await act
        assert set(refused.value.fields) == {wrong}
    assert (await parameters.current()).texts is None


async def test_a_line_break_gets_into_no_subject(shop: Shop, order: Order) -> None:
    shop = await save(subject="One\r\nBcc: thief@evil.example")
    assert mails.received(shop, order, [], [], LINK).subject == "One Bcc: thief@evil.example"


async def test_what_went_out_is_what_was_chosen(shop: Shop) -> None:
    await Shop.filter(id=shop.id).update(management_emails=[BY])
    await mail_texts.save(MailKind.CONFIRMED, "en", {"subject": "Go {number}", "title": "T", "body": "B"}, by=BY)
    order = await order_rows.order(
        verification=Verification.VERIFIED, created_at=order_rows.NOON + timedelta(days=1), language="en"
    )
    await orders.confirm(order.id, by=BY)
    message = await OutboxMessage.get(order_id=order.id, purpose=Purpose.CONFIRMED)
    assert message.title == f"Go {order.number}"


async def test_without_an_order_one_is_made_up(shop: Shop) -> None:
    shown = await mail_texts.preview(MailKind.RECEIVED, "en", vars(mail_texts.words(shop, MailKind.RECEIVED, "en")))

    assert shown.number == "" and "2026-00001" in shown.mail.subject
    assert await Order.all().count() == 0


def test_every_default_can_be_saved_as_it_is() -> None:
    for kind in MailKind:
        assert mail_texts._checked(kind, vars(wording.ours(kind))) == wording.ours(kind)
