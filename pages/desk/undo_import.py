"""The question before an import is taken back, and the sentence that tells what came of it."""

from models import CatalogImport
from models.errors import ShopError
from models.text import _
from pages.components.dialog import ask
from pages.components.toasts import toast
from pages.desk import guard
from services import catalog_import
from services.catalog_import import report


async def ask_and_undo(record: CatalogImport) -> str:
    """Ask, and take the import back; return what became of it, or "" if it was not done."""
    note = _(
        "New products are removed and changed ones get their old values back. What has been ordered since stays, "
        "inactive; what has been changed since stays as it is and is listed."
    )
    if record.price_rule is not None:
        note = _("The old prices come back. What has been changed since stays as it is and is listed.")
    title = _("Take {name} back?").format(name=catalog_import.told(record))
    if await guard.answered(ask(title, note, confirm=_("Take back"), danger=True)) is None:
        return ""
    try:
        return report.undone(await catalog_import.undo(record.id, (await guard.seller()).email))
    except ShopError as error:
        toast(str(error), "bad")
        return ""
