"""The question before a buyer is erased: exactly what goes, and what stays."""

from models.errors import ShopError
from models.text import _, ngettext
from pages.components.dialog import ask
from pages.components.toasts import toast
from pages.desk import guard, show
from services import privacy
from services.privacy import Question


async def ask_and_erase(buyer_id: int) -> bool:
    """Ask, and erase the buyer; return whether that was done."""
    try:
        planned = await privacy.question(buyer_id)
        question = ask(_("Erase this buyer?"), "\n\n".join(_sentences(planned)), confirm=_("Erase"), danger=True)
        if await guard.answered(question) is None:
            return False
        await privacy.erase(buyer_id, by=(await guard.seller()).email)
    except ShopError as error:
        toast(str(error), "bad")
        return False
    toast(_("The buyer is erased."))
    return True


def _sentences(planned: Question) -> list[str]:
    told = [
        _(
            "This goes now and cannot be brought back: name, company, address and phone of the buyer, what lies in "
            "their carts, their links and signed-in devices, mails still on their way to them, the contents of all "
            "mails and files about them, your notes on them and their orders, and every exported file they are in."
        ),
    ]
    if planned.gone:
        words = ngettext("{orders} never verified: deleted.", "{orders} never verified: deleted.", planned.gone)
        told.append(words.format(orders=show.orders(planned.gone)))
    if planned.anonymised:
        words = _("{orders} no law keeps any more: name, address and comments go; lines, amounts and zone stay.")
        told.append(words.format(orders=show.orders(planned.anonymised)))
    if planned.locked:
        words = ngettext(
            "{orders} must be kept by law: locked now, and no longer mailed, sent or noted on. After the end of {year} "
            "at the latest name, address and comments go by themselves; lines, amounts and zone stay.",
            "{orders} must be kept by law: locked now, and no longer mailed, sent or noted on. After the end of {year} "
            "at the latest name, address and comments go by themselves; lines, amounts and zone stay.",
            planned.locked,
        )
        told.append(words.format(orders=show.orders(planned.locked), year=planned.locked_until))
    told.append(_("What was downloaded or sent elsewhere before is yours to erase there."))
    return told
