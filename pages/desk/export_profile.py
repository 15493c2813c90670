"""The page of one export profile: its columns, its answers, and what its file looks like with real orders."""

from collections.abc import Mapping
from contextlib import suppress

from fastapi import Request
from fastapi.responses import RedirectResponse
from nicegui import ui

from models import CSV_DIALECTS, Dialect, Encoding, ExportProfile, Shape, Shop, TransferTarget, order_csv, query_values
from models.errors import ShopError
from models.file_layout import COLUMN_WORDS
from models.text import _, ngettext
from pages.components.column_list import ColumnList, Columns
from pages.components.elements import Button, box, h2, link, paragraph
from pages.components.file_preview import FilePreview
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.toasts import toast
from pages.desk import guard, profile_fields
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import Removal, confirmed
from pages.frame import page_head
from services import export_profiles, targets, throttle

LIST = "/desk/exports"
PATH = f"{LIST}/profiles"
NEW_ADDRESS = f"{PATH}/new"


def register() -> None:
    """Declare the pages."""
    desk_page(NEW_ADDRESS, show_new)
    desk_page(f"{PATH}/{{profile_id}}", show_one)


def address(profile_id: int) -> str:
    """Where a profile's page is."""
    return f"{PATH}/{profile_id}"


async def show_new(visit: Visit, _request: Request) -> None:
    """Build the page of a profile that is not there yet."""
    await _build(visit, export_profiles.new(visit.shop), None)


async def show_one(visit: Visit, request: Request) -> RedirectResponse | None:
    """Build the page of a profile; one that is gone leads back to the list."""
    try:
        profile = await export_profiles.get(query_values.number(request.path_params["profile_id"]) or 0)
    except ShopError:
        return RedirectResponse(LIST, 303)
    await _build(visit, profile, profile.id)
    return None


async def _build(visit: Visit, profile: ExportProfile, profile_id: int | None) -> None:
    heading = profile.name or _("New export profile")
    with frame(visit, heading, "/desk"):
        link("‹ " + _("Exports"), LIST, "crumb")
        with page_head(heading):
            pass
        await ProfileSheet(visit.shop, profile, profile_id, await targets.every()).build()
        if profile_id is not None:
            _build_removal(profile_id, profile.name)


class ProfileSheet:
    """An open page of a profile: what has been answered so far, and the elements that show it."""

    def __init__(
        self, shop: Shop, profile: ExportProfile, profile_id: int | None, known_targets: list[TransferTarget]
    ) -> None:
        self.shop = shop
        self.profile_id = profile_id
        self.draft = export_profiles.drafted(profile, {})
        self.targets = known_targets

    async def build(self) -> None:
        """Make the elements and fill them."""
        with box("stack loose"):
            with box("panel", tag="section"):
                h2(_("Preview"))
                self.preview = FilePreview()
            with box("half-half"):
                with box("panel pad", tag="section"):
                    h2(_("Columns"))
                    paragraph(_("In the order and under the titles of the file."), "muted small")
                    self.columns = ColumnList(on_change=guard.signed_in(self._columns_changed))
                with box("panel pad", tag="section"):
                    h2(_("File"))
                    self.form = Form(
                        self._fields(), on_submit=guard.signed_in(self._save), on_draft=guard.signed_in(self._typed)
                    )
        self._show_columns()
        await self._show_preview()

    def _fields(self) -> list[Field]:
        return profile_fields.fields(self.draft, self.targets, self.shop.time_zone)

    async def _columns_changed(self, columns: Columns) -> None:
        self.draft.columns = columns
        await self._show_preview()

    async def _typed(self, values: Values) -> None:
        before = self.draft
        self._take(values)
        if before.shape is not self.draft.shape:
            self.draft.columns = _fitting(before.columns, self.draft.shape, self.shop)
            self._show_columns()
        elif before.dialect is not self.draft.dialect:
            self._show_columns()
        self.form.set_fields(self._fields())
        await self._show_preview()

    def _take(self, values: Mapping[str, object]) -> None:
        columns = self.draft.columns
        self.draft = export_profiles.drafted(self.draft, values)
        self.draft.columns = columns

    async def _save(self, values: Values) -> None:
        asked: dict[str, object] = {**profile_fields.values(self.draft), **values, "columns": self.draft.columns}
        saved = await export_profiles.save(self.profile_id, asked, by=(await guard.seller()).email)
        if self.profile_id is None:
            ui.navigate.to(address(saved.id))
            return
        self.draft = export_profiles.drafted(saved, {})
        await self._show_preview()
        toast(_("Saved."))

    def _show_columns(self) -> None:
        offered = [(name, _(COLUMN_WORDS[name])) for name in order_csv.columns(self.draft.shape)]
        self.columns.show(self.draft.columns, offered, plain=self.draft.dialect is Dialect.MACHINE)

    async def _show_preview(self) -> None:
        with suppress(throttle.TooManyError):
            throttle.spend(throttle.DRAFT, (await guard.seller()).email)
            shown = await export_profiles.preview(self.draft, self.shop)
            note = _("with the newest {n} orders").format(n=export_profiles.SHOWN_ORDERS) if shown.rows else ""
            self.preview.show(
                shown.file_name, note, shown.titles, shown.rows, text=self._text(shown), doubt=_doubt(shown, self.draft)
            )

    def _text(self, shown: export_profiles.Preview) -> str:
        mark = _("[mark of UTF-8]") if shown.has_mark else ""
        return mark + shown.text.replace("\t", "→\t")


def _fitting(columns: Columns, shape: Shape, shop: Shop) -> Columns:
    """The columns that rows of this shape have; lines without any column of lines get the usual ones."""
    known = order_csv.columns(shape)
    kept = [column for column in columns if column[0] in known]
    of_lines = set(known) - set(order_csv.columns(Shape.ORDERS))
    if shape is Shape.LINES and not any(name in of_lines for name, _title in kept):
        kept += [column for column in export_profiles.titled(shape, shop) if column[0] in of_lines]
    return kept


def _doubt(shown: export_profiles.Preview, draft: ExportProfile) -> str:
    if not shown.lacking or draft.dialect not in CSV_DIALECTS or draft.encoding is Encoding.UTF_8:
        return ""
    words = ngettext(
        "{n} letter here does not exist in {encoding} and becomes a question mark.",
        "{n} letters here do not exist in {encoding} and become question marks.",
        shown.lacking,
    )
    return words.format(n=shown.lacking, encoding=draft.encoding.label)


def _build_removal(profile_id: int, name: str) -> None:
    async def delete() -> None:
        await export_profiles.delete(profile_id, by=(await guard.seller()).email)

    async def ask_and_leave() -> None:
        text = _("What it took out stays among the exports. Nothing goes out by its schedule any more.")
        if await confirmed(Removal(_("Delete {name}?").format(name=name), text, delete)):
            ui.navigate.to(LIST)

    with box("line"):
        Button(_("Delete this profile"), guard.signed_in(ask_and_leave), "quiet danger")
