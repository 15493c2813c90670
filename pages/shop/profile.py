"""My data: what the shop knows of a buyer, the devices they are signed in on, and the way out."""

from dataclasses import replace

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app, ui

from models import Buyer
from models.errors import ShopError
from models.text import _, ngettext
from pages import plain
from pages.components.dialog import ask
from pages.components.elements import Button, Words, box, h2, link, link_button, paragraph
from pages.components.form import Field, Form, Values
from pages.components.toasts import toast
from pages.frame import page_head
from pages.shop import account_door, buyer_fields, visitor
from pages.shop.account import DATA_PATH
from pages.shop.shop_page import Visit, frame, shop_page, summary
from services import audit, buyer_profile, privacy, remembered, throttle, visitors

ERASED_PATH = "/erased"


def register() -> None:
    """Declare the page, and the one that is left after an erasure."""
    shop_page("/account/profile", _profile)
    app.add_api_route(ERASED_PATH, erased, methods=["GET", "HEAD"])


async def _profile(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    with frame(visit, _("My data"), await summary(visit)):
        await Profile(visit, buyer).build()
    return None


class Profile:
    """A buyer's own page about themselves."""

    def __init__(self, visit: Visit, buyer: Buyer) -> None:
        self._visit, self._buyer = visit, buyer
        self._mine = account_door.only_for(visit, buyer)
        self._others: Words

    async def build(self) -> None:
        """Make the elements."""
        link(_("‹ My requests"), "/account", "crumb")
        with page_head(_("My data"), self._buyer.email):
            account_door.sign_out_button()
        with box("two"):
            with box("panel pad"):
                fields = self._fields(remembered.of(self._buyer))
                self._form = Form(fields, on_submit=self._mine(self._save), check=self._check)
            with box("stack"):
                with box("panel pad stack"):
                    h2(_("Devices"))
                    self._others = paragraph("", "muted small")
                    self._sign_out = Button(_("Sign out on all others"), self._mine(self._sign_out_others))
                with box("panel pad stack"):
                    h2(_("Everything about you"))
                    paragraph(
                        _("All the shop keeps about you, as a file for you or for another program."), "muted small"
                    )
                    link_button(_("Download my data"), DATA_PATH, download=True)
                    paragraph(
                        _("Or have the shop forget you. What the law makes it keep is locked until then."),
                        "muted small",
                    )
                    Button(_("Erase my data"), self._mine(self._erase), "danger")
        await self._show_devices()

    def _fields(self, answers: remembered.Answers) -> list[Field]:
        shop = self._visit.shop
        self._usual_country = buyer_fields.usual_country(answers, shop)
        who = buyer_fields.contact(answers, with_email=False)
        where, whom = buyer_fields.delivery(answers, shop), buyer_fields.invoice(answers, shop)
        for section, heading in ((who, _("About you")), (where, _("Delivery")), (whom, _("Invoice"))):
            section[0] = replace(section[0], heading=heading)
        return [*who, *where, *whom]

    async def _check(self, values: Values) -> None:
        buyer_profile.checked(values, self._usual_country)

    async def _save(self, values: Values) -> None:
        visitor.spend(throttle.PROFILE, throttle.PROFILE_ADDRESS)
        await buyer_profile.save(self._buyer.id, values, usual_country=self._usual_country)
        self._form.set_fields(self._fields(values))
        toast(_("Saved. The next order form is filled in with it."))

    async def _show_devices(self) -> None:
        others = await visitors.others(self._visit.visitor)
        words = ngettext(
            "You are signed in on this device and {n} other.",
            "You are signed in on this device and {n} others.",
            others,
        )
        self._others.set_text(words.format(n=others) if others else _("You are signed in on this device alone."))
        self._sign_out.set_visibility(others > 0)

    async def _sign_out_others(self) -> None:
        await visitors.sign_out_others(self._visit.visitor)
        await self._show_devices()
        toast(_("You are signed out everywhere else."))

    async def _erase(self) -> None:
        if await ask(_("Erase my data?"), await self._what_goes(), confirm=_("Erase my data"), danger=True) is None:
            return
        if not await account_door.is_signed_in(self._visit, self._buyer):
            ui.navigate.to("/sign-in")  # signed out while the question stood there
            return
        try:
            await privacy.erase(self._buyer.id, by=audit.BUYER)
        except ShopError as error:
            toast(str(error), "bad")
            return
        ui.navigate.to(ERASED_PATH)

    async def _what_goes(self) -> str:
        """What an erasure does, in sentences to the buyer."""
        planned, waiting = await privacy.question(self._buyer.id), await buyer_profile.open_requests(self._buyer.id)
        told = [
            _(
                "Your name, addresses, phone and VAT number, your cart, your links and mails go now, and you are "
                "signed out everywhere. This cannot be taken back."
            )
        ]
        if waiting:
            words = ngettext(
                "{n} request is not confirmed yet: the shop can no longer carry it out.",
                "{n} requests are not confirmed yet: the shop can no longer carry them out.",
                waiting,
            )
            told.append(words.format(n=waiting))
        if planned.locked:
            words = ngettext(
                "{n} request must be kept by law: it is locked, and forgets you after the end of {year} at the latest.",
                "{n} requests must be kept by law: they are locked, and forget you after the end of {year} at the "
                "latest.",
                planned.locked,
            )
            told.append(words.format(n=planned.locked, year=planned.locked_until))
        return "\n".join(told)


async def erased(request: Request) -> Response:
    """What is left to say."""
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("Your data is erased"),
        text=_("The shop has forgotten you, apart from what the law makes it keep, which is locked."),
        link="/",
        link_text=_("To the catalogue"),
    )
