"""The texts of the mails to buyers: the list of them, and one in one language with what it will look like."""

from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import Shop
from models.errors import FieldErrors, NotFoundError, ShopError
from models.mail_wording import MailKind
from models.text import LANGUAGES, _
from pages import languages
from pages.components.elements import Button, box, h2, link, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import guard
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import mail_texts, throttle

PATH = "/desk/parameters/mail-texts"
PHONE_PIXELS, DESKTOP_PIXELS = 375, 640


def register() -> None:
    """Declare the pages."""
    desk_page(PATH, every)
    desk_page(f"{PATH}/{{mail}}", one)


async def every(visit: Visit, _request: Request) -> None:
    """Build the list."""
    with frame(visit, _("Mail texts"), "/desk/parameters", width="narrow"):
        link(_("‹ Parameters"), "/desk/parameters", "crumb")
        with page_head(_("Mail texts"), _("What your buyers read, in each of their languages.")):
            pass
        with box("panel"):
            table = SimpleTable([(_("Mail"), "left"), (_("Your own words"), "left")], label=_("Mail texts"))
            table.show({"id": number, "cells": _cells(kind, visit.shop)} for number, kind in enumerate(MailKind))


async def one(visit: Visit, request: Request) -> None:
    """Build the page of one mail in one language. Raises NotFoundError if there is no such mail."""
    kind, language = request.path_params["mail"], request.query_params.get("language", visit.shop.language)
    if kind not in set(MailKind) or language not in LANGUAGES:
        raise NotFoundError(_("There is no such mail."))
    with frame(visit, _(MailKind(kind).label), "/desk/parameters"):
        await MailText(visit.shop, MailKind(kind), language).build()


class MailText:
    """An open page of a mail's words."""

    def __init__(self, shop: Shop, kind: MailKind, language: str) -> None:
        self.shop, self.kind, self.language = shop, kind, language

    async def build(self) -> None:
        """Make the elements."""
        link(_("‹ Mail texts"), PATH, "crumb")
        with page_head(_(self.kind.label)):
            self.reset_button = Button(_("Back to our words"), guard.signed_in(self._reset))
        with box("chips", tag="nav").props(f'aria-label="{_("Language")}"'):
            for code, name in languages.NAMES:
                is_shown = code == self.language
                chip = link(name, _address(self.kind, code), "chip on" if is_shown else "chip")
                chip.props["aria-current"] = "page" if is_shown else "false"
        with box("mail-text"):
            with box("panel pad"):
                self.form = Form(
                    self._fields({}),
                    on_submit=guard.signed_in(self._save),
                    on_draft=guard.signed_in(self._typed),
                )
                self.about = paragraph("", "muted small").props("role=status")
            self.letters = [
                _letter("of-phone", _("The mail on a phone"), PHONE_PIXELS),
                _letter("of-desktop", _("The mail on a computer"), DESKTOP_PIXELS),
            ]
        await self._show(self._values())

    def _values(self) -> Values:
        words = mail_texts.words(self.shop, self.kind, self.language)
        return {"subject": words.subject, "title": words.title, "body": words.body}

    def _fields(self, doubts: dict[str, str]) -> list[Field]:
        values, head = self._values(), _listed(self.kind.subject_placeholders)
        longest = mail_texts.LONGEST
        return [
            Field(
                "subject",
                _("Subject"),
                value=values["subject"],
                required=True,
                max_length=longest["subject"],
                doubt=doubts.get("subject", ""),
            ),
            Field(
                "title",
                _("Heading"),
                value=values["title"],
                hint=_("Filled in here and in the subject: {placeholders}").format(placeholders=head),
                required=True,
                max_length=longest["title"],
                doubt=doubts.get("title", ""),
            ),
            Field(
                "body",
                _("Text"),
                "textarea",
                values["body"],
                hint=_("Each line is a paragraph. Filled in: {placeholders}").format(
                    placeholders=_listed(self.kind.placeholders)
                ),
                required=True,
                max_length=longest["body"],
                doubt=doubts.get("body", ""),
            ),
        ]

    async def _save(self, values: Values) -> None:
        self.shop = await mail_texts.save(self.kind, self.language, values, by=(await guard.seller()).email)
        await self._show(self._values())
        toast(_("Saved. Mails are written in these words from now on."))

    async def _reset(self) -> None:
        self.shop = await mail_texts.reset(self.kind, self.language, by=(await guard.seller()).email)
        self.form.clear_errors()
        self.form.set_values(self._values())
        await self._show(self._values())
        toast(_("These are our words again."))

    async def _typed(self, values: Values) -> None:
        try:
            throttle.spend(throttle.DRAFT, (await guard.seller()).email)
            await self._show(values)
        except ShopError as error:
            self.about.set_text(str(error))

    async def _show(self, values: Values) -> None:
        """Show the mail in these words, or why it cannot be written in them."""
        self.reset_button.set_enabled(self.language in mail_texts.changed(self.shop, self.kind))
        try:
            shown = await mail_texts.preview(self.kind, self.language, values)
        except FieldErrors as refused:
            self.form.set_fields(self._fields(refused.fields))
            return
        self.form.set_fields(self._fields({}))
        self.about.set_text(_about(self.kind, shown))
        for letter in self.letters:
            letter.props["srcdoc"] = shown.mail.html


def _letter(classes: str, title: str, width: int) -> ui.element:
    """A frame as wide as a phone or a window on a desk; nothing in it runs, loads or leads away."""
    with box(f"stack tight {classes}"):
        h2(title)
        with box("letter-room").props("tabindex=0 role=region") as room:  # it may be wider than the screen
            letter = box("letter", tag="iframe")
    room.props["aria-label"] = title
    letter.props.update({"title": title, "sandbox": "", "referrerpolicy": "no-referrer", "width": str(width)})
    return letter


def _about(kind: MailKind, shown: mail_texts.Preview) -> str:
    words = _("Subject: {subject}").format(subject=shown.mail.subject)
    if not kind.is_about_an_order:
        return words
    with_order = (
        _("shown with {number}").format(number=shown.number) if shown.number else _("shown with a made-up order")
    )
    return f"{words} · {with_order}"


def _cells(kind: MailKind, shop: Shop) -> list[dict[str, str] | str]:
    names = dict(languages.NAMES)
    changed = [names[language] for language in mail_texts.changed(shop, kind)]
    return [{"text": _(kind.label), "href": _address(kind, shop.language)}, ", ".join(changed)]


def _address(kind: MailKind, language: str) -> str:
    return f"{PATH}/{kind}?{urlencode({'language': language})}"


def _listed(placeholders: tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in placeholders)
