"""Parameters: the shop's general personalization, its mail and its backups."""

from fastapi import Request
from nicegui import ui

from models import Shop
from models.errors import ShopError
from models.text import _
from pages.components.elements import box, h2, link, link_button, paragraph, text
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.toasts import toast
from pages.desk import guard, logo, parameter_fields
from pages.desk.backup_section import Backups
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.pause_notice import PauseNotice
from pages.desk.sellers_section import Sellers
from pages.frame import page_head
from services import live, mail_trial, parameters, pauses, settings

PATH = "/desk/parameters"


def register() -> None:
    """Declare the page and the route its logo is posted to."""
    desk_page(PATH, show)
    logo.register()


async def show(visit: Visit, _request: Request) -> None:
    """Build the page."""
    with frame(visit, _("Parameters"), PATH, width="narrow"):
        with page_head(_("Parameters")):
            link_button(_("QR code"), "/desk/share")
            link_button(_("Self-test"), "/desk/parameters/self-test")
            link_button(_("Audit log"), "/desk/audit")
        with box("stack loose"):
            await GeneralPersonalization(visit.shop).build()
            await MailServer(visit.shop).build()
            TestMail(visit.seller_email).build()
            await Sellers(visit.seller.id).build()
            await Backups(visit.shop).build()


class GeneralPersonalization:
    """The section of the shop's name, look, numbers and addresses."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.form: Form

    async def build(self) -> None:
        """Make the section."""
        with box("panel pad", tag="section"):
            h2(_("General personalization"))
            with box("stack"):
                logo.Logo(self.shop)
                self.form = Form(
                    await self._fields(self.shop.order_prefix),
                    on_submit=guard.signed_in(self._save),
                    check=guard.signed_in(parameters.check),
                    on_draft=guard.signed_in(self._preview),
                )

    async def _save(self, values: Values) -> None:
        before, self.shop = self.shop, await parameters.save(values, by=(await guard.seller()).email)
        if parameters.look(self.shop) != parameters.look(before):
            ui.navigate.to(PATH)  # the page itself shows what was changed
            return
        self.form.set_values(parameter_fields.general_values(self.shop))
        self.form.set_fields(await self._fields(self.shop.order_prefix))
        toast(_("Saved."))

    async def _preview(self, values: Values) -> None:
        """Show the next order number with the prefix as it is being typed."""
        self.form.set_fields(await self._fields(str(values.get("order_prefix", ""))))

    async def _fields(self, prefix: str) -> list[Field]:
        next_number = await parameters.next_order_number(self.shop, prefix)
        return parameter_fields.general(self.shop, next_number)


class MailServer:
    """The section of the server that mails go out by."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.form: Form

    async def build(self) -> None:
        """Make the section."""
        with box("panel pad", tag="section"):
            with box("line"):
                h2(_("Mail"), "grow")
                link_button(_("Mail texts"), "/desk/parameters/mail-texts", "small")
            with box("stack"):
                await PauseNotice(pauses.MAIL_LANE).refresh()
                self._explain()
                fields = parameter_fields.mail(self.shop, from_environment=_is_set_outside())
                self.form = Form(fields, on_submit=guard.signed_in(self._save), check=guard.signed_in(self._check))

    def _explain(self) -> None:
        if _is_set_outside():
            with box("notice"):
                paragraph(
                    _(
                        "The mail server is set where the program is started (PEDIDO_SMTP_URL), and wins over what is "
                        "entered here. Sender and reply-to can be changed."
                    )
                )
        else:
            paragraph(
                _(
                    "Without a server, mails are not sent but kept: they can be read under Deliveries, so that "
                    "everything can be tried."
                ),
                "muted small",
            )

    async def _save(self, values: Values) -> None:
        self.shop = await parameters.save(self._asked(values), by=(await guard.seller()).email)
        self.form.set_fields(parameter_fields.mail(self.shop, from_environment=_is_set_outside()))
        toast(_("Saved. Send a test mail to see whether it works."))

    async def _check(self, values: Values) -> None:
        await parameters.check(self._asked(values))

    def _asked(self, values: Values) -> Values:
        """Without what the environment says."""
        names = parameter_fields.ADDRESSES if _is_set_outside() else values
        return {name: values[name] for name in names if name in values}


class TestMail:
    """The section that sends a test mail and tells live what became of it."""

    def __init__(self, own_address: str) -> None:
        self.recipient = own_address
        self.message_id = 0

    def build(self) -> None:
        """Make the section."""
        field = Field("recipient", _("Send to"), "email", self.recipient, required=True, max_length=254)
        with box("panel pad", tag="section"):
            h2(_("Test mail"))
            with box("stack"):
                Form([field], submit=_("Send test mail"), on_submit=guard.signed_in(self._send))
                self.notice = box("notice").props("hidden role=status")
                with self.notice:
                    self.words = text("", "grow")
                    link(_("Deliveries"), "/desk/deliveries", "link nowrap")
        live.deliveries.subscribe(guard.told(self._changed))

    async def _send(self, values: Values) -> None:
        self.message_id = await mail_trial.send(str(values["recipient"]))
        await self._show()

    async def _changed(self, order_ids: frozenset[int | None]) -> None:
        if self.message_id and None in order_ids:
            await self._show()

    async def _show(self) -> None:
        try:
            trial = await mail_trial.result(self.message_id)
        except ShopError as error:
            trial = mail_trial.Trial(str(error), "bad")
        self.words.set_text(trial.text)
        self.notice.classes(replace=f"notice {trial.tone}")
        self.notice.props(remove="hidden")


def _is_set_outside() -> bool:
    return bool(settings.current().smtp_url)
