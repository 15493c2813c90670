"""The page of one transfer target: its answers, its host key, its test."""

from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import RedirectResponse
from nicegui import ui

from models import ExportProfile, Protocol, Shop, TransferTarget, query_values
from models.errors import ShopError
from models.text import _
from pages.components.elements import Button, box, h1, h2, link, paragraph, text
from pages.components.form import Form
from pages.components.form_values import Values
from pages.components.toasts import toast
from pages.desk import guard, target_fields
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import Removal, confirmed
from pages.desk.pause_notice import PauseNotice
from services import export_profiles, exports, parameters, targets
from services.transports.sftp import HostKey

PARENT = "/desk/terms-of-sale"


def register() -> None:
    """Declare the pages."""
    desk_page(f"{PARENT}/targets/new", show_new)
    desk_page(f"{PARENT}/targets/{{target_id}}", show_one)


def address(target_id: int) -> str:
    """Where a target's page is."""
    return f"{PARENT}/targets/{target_id}"


def new_address(protocol: Protocol) -> str:
    """Where a new target of this protocol is entered."""
    return f"{PARENT}/targets/new?protocol={protocol}"


async def show_new(visit: Visit, request: Request) -> None:
    """Build the page of a target that is not there yet."""
    protocol = request.query_params.get("protocol", "")
    known = Protocol(protocol) if protocol in set(Protocol) else Protocol.SFTP
    await _build(visit, known, None)


async def show_one(visit: Visit, request: Request) -> RedirectResponse | None:
    """Build the page of a target; one that is gone leads back to the list."""
    try:
        target = await targets.get(query_values.number(request.path_params["target_id"]) or 0)
    except ShopError:
        return RedirectResponse(PARENT, 303)
    await _build(visit, target.protocol, target)
    return None


async def _build(visit: Visit, protocol: Protocol, target: TransferTarget | None) -> None:
    heading = target.name if target else _("New transfer target")
    with frame(visit, heading, PARENT, width="narrow"):
        link("‹ " + _("Terms of sale"), PARENT, "crumb")
        with box("head"):
            h1(heading)
            text(_(protocol.label), "tag quiet")
        with box("stack loose"):
            if target:
                await PauseNotice(target.id).refresh()
            connection = Connection(target) if target else None
            await TargetForm(visit.shop, protocol, target, connection).build()
            if target and connection:
                connection.build()
                _build_removal(target)


class TargetForm:
    """The answers about a target."""

    def __init__(
        self, shop: Shop, protocol: Protocol, target: TransferTarget | None, connection: "Connection | None"
    ) -> None:
        self.shop = shop
        self.protocol = protocol
        self.target = target
        self.connection = connection
        self.profiles: list[ExportProfile] = []
        self.form: Form

    async def build(self) -> None:
        """Make the section."""
        self.profiles = await export_profiles.csv_profiles()
        if self.protocol is Protocol.FTP:
            with box("notice wait"):
                paragraph(_("FTP sends password and orders unencrypted. Use it only where nobody else is on the line."))
        with box("panel pad", tag="section"):
            pattern = self.target.file_name if self.target else target_fields.FIRST_PATTERN
            self.form = Form(
                target_fields.target(self.protocol, self.target, await self._preview(pattern), self.profiles),
                on_submit=guard.signed_in(self._save),
                on_draft=guard.signed_in(self._typed),
            )

    async def _save(self, values: Values) -> None:
        is_new = self.target is None
        target_id = self.target.id if self.target else None
        self.target = await targets.save(target_id, self.protocol, values, by=(await guard.seller()).email)
        if is_new:
            ui.navigate.to(address(self.target.id))
            return
        preview = await self._preview(self.target.file_name)
        self.form.set_fields(target_fields.target(self.protocol, self.target, preview, self.profiles))
        if self.connection:
            self.connection.show(self.target)
        toast(_("Saved."))

    async def _typed(self, values: Values) -> None:
        """Show the file name that comes out of the pattern as it is being typed."""
        preview = await self._preview(str(values.get("file_name", "")))
        self.form.set_fields(target_fields.target(self.protocol, self.target, preview, self.profiles))

    async def _preview(self, pattern: str) -> str:
        number = await parameters.next_order_number(self.shop)
        at = exports.local_time(datetime.now(UTC), self.shop)
        return exports.file_name(pattern, number, at, seq=(self.target.last_seq if self.target else 0) + 1)


class Connection:
    """The host key of an SFTP server, and the test of the connection."""

    def __init__(self, target: TransferTarget) -> None:
        self.target = target
        self.key: HostKey | None = None

    def build(self) -> None:
        """Make the section."""
        with box("panel pad", tag="section"):
            h2(_("Connection"))
            with box("stack"):
                if self.target.protocol is Protocol.SFTP:
                    self._build_host_key()
                with box("line"):
                    Button(_("Test connection"), guard.signed_in(self._test))
                    text(_("Writes, checks and deletes a small file."), "muted small")
                self.outcome = box("notice").props("role=status")
                with self.outcome:
                    self.words = text("", "pre")
                self.outcome.set_visibility(False)
        self.show(self.target)

    def show(self, target: TransferTarget) -> None:
        """Show how the target stands now."""
        self.target = target
        if target.protocol is not Protocol.SFTP:
            return
        known = targets.fingerprint(target)
        self.pinned.set_text(known or _("Not accepted yet: nothing is sent before that."))
        self.pinned.classes(replace="mono" if known else "wait")
        self.offered.set_visibility(self.key is not None)

    def _build_host_key(self) -> None:
        with box("facts", tag="dl"):
            text(_("Accepted host key"), tag="dt")
            with box(tag="dd"):
                self.pinned = text("")
        with box("line"):
            Button(_("Fetch host key"), guard.signed_in(self._fetch))
        self.offered = box("notice wait")
        with self.offered, box("stack tight grow"):
            self.offer = text("", "pre")
            self.shown_key = text("", "mono")
            paragraph(_("Compare it with what the server's owner tells you, then accept it."), "small muted")
            with box("line"):
                Button(_("Accept"), guard.signed_in(self._accept), "primary")

    async def _fetch(self) -> None:
        try:
            self.key = await targets.fetch_host_key(self.target.id)
        except ShopError as error:
            self.key = None
            self._tell(str(error), "bad")
        else:
            self.outcome.set_visibility(False)
            words = _("{host} shows this key ({algorithm}):")
            self.offer.set_text(words.format(host=self.target.host, algorithm=self.key.algorithm))
            self.shown_key.set_text(self.key.fingerprint)
        self.show(self.target)

    async def _accept(self) -> None:
        if self.key is None:
            return
        try:
            host, port, me = self.target.host, self.target.port, await guard.seller()
            await targets.accept_host_key(self.target.id, self.key, host=host, port=port, by=me.email)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            toast(_("Accepted. Test the connection now."))
        self.key = None
        self.show(await targets.get(self.target.id))

    async def _test(self) -> None:
        tested = await targets.test(self.target.id)
        self._tell(tested.text, "ok" if tested.works else "bad")

    def _tell(self, words: str, tone: str) -> None:
        if self.outcome.is_deleted:
            return
        self.words.set_text(words)
        self.outcome.classes(replace=f"notice {tone}")
        self.outcome.set_visibility(True)


def _build_removal(target: TransferTarget) -> None:
    async def delete() -> None:
        await targets.delete(target.id, by=(await guard.seller()).email)

    async def ask_and_leave() -> None:
        removal = Removal(
            _("Delete {name}?").format(name=target.name),
            _("What went there stays in the ledger. What is still waiting for it is given up."),
            delete,
        )
        if await confirmed(removal):
            ui.navigate.to(PARENT)

    with box("line"):
        Button(_("Delete this target"), guard.signed_in(ask_and_leave), "quiet danger")
