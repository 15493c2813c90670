"""The catalogue comes in: drop a file, look at what it would do, import it, take it back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

from fastapi import Request
from nicegui import ui

from models import CatalogImport
from models.errors import ShopError
from models.text import _, ngettext
from pages.components.elements import Button, box, h2, link, link_button, paragraph
from pages.components.progress import progress_line
from pages.components.toasts import toast
from pages.components.upload import Answer, Upload
from pages.desk import guard, import_history, show, uploads
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.import_preview import ImportPreview
from pages.desk.undo_import import ask_and_undo
from pages.frame import page_head
from services import catalog_import, product_list
from services.catalog_import import ImportPlan, Progress, inbox, report

PATH = "/desk/import"
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods"
ACCEPTED_PICTURES = ".png,.jpg,.jpeg,.webp,.gif,.zip"


def register() -> None:
    """Declare the page; its routes are those of `uploads`."""
    desk_page(PATH, show_import)


async def show_import(visit: Visit, request: Request) -> None:
    """Build the page; `?file=` names an uploaded file whose preview is shown again."""
    desk = ImportDesk(visit)
    with frame(visit, _("Import products"), "/desk/products"):
        link(_("‹ Products"), "/desk/products", "crumb")
        with page_head(_("Import products")):
            link_button(_("History"), import_history.PATH)
        await desk.build()
    token = request.query_params.get("file", "")
    if token:
        await ui.context.client.connected()
        await desk.open(token)


class ImportDesk:
    """One open import page: the file on it, and what has been done."""

    def __init__(self, visit: Visit) -> None:
        self.shop = visit.shop
        self.seller_email = visit.seller_email
        self.token = ""

    async def build(self) -> None:
        """Make the empty page."""
        with box("stack") as self.page:
            self.news = box("stack")
            self.drop = box("stack")
            self.preview = box("stack")
            with self.drop:
                self.upload = Upload(
                    uploads.CATALOGUE_PATH,
                    label=_("Drop your catalogue here"),
                    hint=_(
                        "CSV or XLSX, from a spreadsheet or from another shop. Nothing is written before you have "
                        "seen what it does."
                    ),
                    accept=ACCEPTED,
                    max_bytes=catalog_import.MAX_BYTES,
                    on_done=guard.signed_in(self._uploaded),
                )
                self.aside = box("stack")
        await self._show_aside()

    async def open(self, token: str) -> None:
        """Read an uploaded file and show what it would do, unless that is cancelled meanwhile."""
        self._clear()
        self.token = token
        self.drop.set_visibility(False)
        with self._watched(_("Looking at the file …"), on_cancel=self._stop) as progress:
            self.looking = asyncio.create_task(self._look(token, progress))
            try:
                preview = await self.looking
            except ShopError as error:
                self._start_again()
                toast(str(error), "bad")
                return
            except asyncio.CancelledError:
                if not self.looking.cancelled() or self.token:
                    raise
                return
        with self.preview:
            preview.build()

    async def _look(self, token: str, on_progress: Progress) -> ImportPreview:
        name, content = await asyncio.to_thread(inbox.open_file, token)
        table = await catalog_import.read(name, content)
        preview = ImportPreview(
            self.shop,
            table,
            watched=lambda: self._watched(_("Looking at the file …")),
            on_import=self._apply,
            on_cancel=self._cancel,
        )
        await preview.look(on_progress)
        return preview

    async def _stop(self) -> None:
        """Look no further at the file."""
        forgotten, self.token = self.token, ""
        self.looking.cancel()
        await asyncio.to_thread(inbox.forget, forgotten)
        with self.page:  # the button that was clicked is gone
            self._start_again()

    async def _uploaded(self, answer: Answer) -> None:
        token = str(answer.get("file") or "")
        ui.navigate.history.replace(f"{PATH}?file={token}" if inbox.TOKEN.fullmatch(token) else PATH)
        await self.open(token)

    async def _cancel(self) -> None:
        await asyncio.to_thread(inbox.forget, self.token)
        with self.page:  # the button that was clicked is about to go
            self._clear()
            self._start_again()

    async def _apply(self, plan: ImportPlan) -> None:
        """Write the plan with its progress in sight. A ShopError is the preview's to show."""
        with self._watched(_("Importing …")) as progress:
            await catalog_import.apply(plan, by=self.seller_email, on_progress=progress)
        await self._cancel()
        with self.news, box("notice ok"):
            paragraph(_("Imported. {counts}.").format(counts=report.counts(plan)))
            link(_("See the products"), "/desk/products")
        await self._show_aside()

    def _watched(
        self, label: str, on_cancel: Callable[[], Awaitable[None]] | None = None
    ) -> AbstractContextManager[Progress]:
        return progress_line(self.news, label, guard.signed_in(on_cancel) if on_cancel else None)

    def _clear(self) -> None:
        self.news.clear()
        self.preview.clear()

    def _start_again(self) -> None:
        self.token = ""
        ui.navigate.history.replace(PATH)
        self.upload.reset()
        self.drop.set_visibility(True)

    async def _show_aside(self) -> None:
        """Show what stands under the drop zone: pictures that are missing, and the last import."""
        missing, last = await product_list.missing_pictures(), await catalog_import.last_import()
        self.aside.clear()
        with self.aside:
            self._show_pictures(missing)
            if last:
                self._show_last(last)

    def _show_pictures(self, missing: int) -> None:
        with box("panel pad", tag="section"):
            h2(_("Pictures"))
            with box("stack"):
                if missing:
                    words = ngettext(
                        "{n} picture is named by its file in your catalogue and not here yet.",
                        "{n} pictures are named by their file in your catalogue and not here yet.",
                        missing,
                    )
                    paragraph(words.format(n=show.number(missing, self.shop)))
                paragraph(
                    _(
                        "Files named by SKU, like SAW-240.jpg and SAW-240-2.jpg, or as your catalogue names them. "
                        "A file that comes again takes the place of the first."
                    ),
                    "muted small",
                )
                Upload(
                    uploads.PICTURES_PATH,
                    label=_("Drop pictures here, or a ZIP of them"),
                    hint=_("JPEG, PNG, WebP or GIF."),
                    accept=ACCEPTED_PICTURES,
                    max_bytes=uploads.MAX_ZIP_BYTES,
                    on_done=guard.signed_in(self._pictures_uploaded),
                    small=True,
                    many=True,
                )
                self.left = paragraph("", "notice").props("role=status")
                self.left.set_visibility(False)

    def _show_last(self, last: CatalogImport) -> None:
        with box("panel pad", tag="section"):
            h2(_("Last import"))
            with box("line"):
                with box("grow"):
                    link(last.file_name, f"{import_history.PATH}/{last.id}", "strong link")
                    counts = import_history.counts(last, self.shop)
                    told = " · ".join([show.full_time(last.created_at, self.shop), last.done_by, counts])
                    paragraph(told, "muted small")
                Button(_("Undo last import"), guard.signed_in(self._undo))

    async def _pictures_uploaded(self, answer: Answer) -> None:
        matched, left = (n if type(n) is int else 0 for n in (answer.get("matched"), answer.get("left")))
        words = ngettext("{n} picture is in its place.", "{n} pictures are in their place.", matched)
        toast(words.format(n=show.number(matched, self.shop)))
        await self._show_aside()  # which takes the place the file was dropped on away
        if left:
            words = ngettext("{n} file fits no product: {names}", "{n} files fit no product: {names}", left)
            self.left.set_text(words.format(n=show.number(left, self.shop), names=answer.get("names") or show.NOTHING))
            self.left.set_visibility(True)

    async def _undo(self) -> None:
        last = await catalog_import.last_import()
        told = await ask_and_undo(last) if last else ""
        if not told:
            return
        with self.page:
            self._clear()
        with self.news, box("notice"):
            paragraph(told).props("role=status")
        await self._show_aside()
