"""Which words a mail is written in: those the seller chose for this language, else ours."""

from collections.abc import Mapping

from models import Order, Shop
from models.mail_wording import OF_STATUS, MailKind, Wording, fill
from models.text import N_, _, spoken
from services.mails.order_summary import shown_total

PARTS = ("subject", "title", "body")
ABOUT_STATUS = N_("Your order {number}: {status}"), N_("Your order is now: {status}")
DEFAULTS: Mapping[MailKind, tuple[str, str, tuple[str, ...]]] = {
    MailKind.VERIFICATION: (
        N_("Please verify your request {number} to {shop}"),
        N_("One step left: verify your address"),
        (N_("Thank you for your request {number}. {shop} receives it as soon as you verify this address."),),
    ),
    MailKind.RECEIVED: (
        N_("We have received your request {number}"),
        N_("We have received your request"),
        (
            N_("Thank you. {shop} has your request {number} and will look at it."),
            N_("You get another mail when it is confirmed. Until then nothing is binding."),
        ),
    ),
    MailKind.CONFIRMED: (
        N_("Your order {number} is confirmed"),
        N_("Your order is confirmed"),
        (N_("Good news: {shop} has confirmed your order {number} and is working on it."),),
    ),
    MailKind.PENDING: (
        *ABOUT_STATUS,
        (N_("{shop} has put your order {number} back among those that wait to be handled."),),
    ),
    MailKind.TO_BE_REVIEWED: (
        *ABOUT_STATUS,
        (N_("{shop} is looking at your order {number} again before going on."),),
    ),
    MailKind.PROCESSED: (*ABOUT_STATUS, (N_("{shop} has processed your order {number}."),)),
    MailKind.ERROR: (
        *ABOUT_STATUS,
        (N_("Something is not right with your order {number}. {shop} will get in touch with you."),),
    ),
    MailKind.EDITED: (
        N_("Your order {number} was changed"),
        N_("Your order was changed"),
        (N_("{shop} has changed your order {number}:"),),
    ),
    MailKind.MESSAGE: (
        N_("A message about your order {number}"),
        N_("{shop} writes to you"),
        (N_("It is about your order {number}:"),),
    ),
    MailKind.SIGN_IN: (
        N_("Sign in to {shop}"),
        N_("Sign in to {shop}"),
        (
            N_("Somebody, most likely you, asked to sign in as {email}."),
            N_("Open the link on the device that you want to order from."),
        ),
    ),
    MailKind.APPROVED: (
        N_("{shop} has approved you"),
        N_("{shop} has approved you"),
        (N_("From now on you see your prices in the catalogue, wherever you are signed in."),),
    ),
    MailKind.REFUSED: (
        N_("{shop} has not approved you"),
        N_("{shop} has not approved you"),
        (N_("You can still look at the catalogue and ask for an offer. If this is a mistake, please write to us."),),
    ),
}


def ours(kind: MailKind) -> Wording:
    """The words that come with the program, in the language spoken."""
    subject, title, lines = DEFAULTS[kind]
    return Wording(_(subject), _(title), "\n".join(_(line) for line in lines))


def chosen(shop: Shop, kind: MailKind) -> Wording | None:
    """The words the seller chose for the language spoken, with their placeholders, or None."""
    texts = shop.texts or {}
    found = [texts.get(name, "") for name in names(kind, spoken())]
    return Wording(*found) if all(found) else None


def names(kind: MailKind, language: str) -> list[str]:
    """Where the shop's texts keep subject, title and body of a mail."""
    return [f"mail.{kind}.{part}:{language}" for part in PARTS]


def of_order(shop: Shop, kind: MailKind, order: Order) -> Wording:
    """The words of a mail about an order, filled in."""
    return _filled(
        shop,
        kind,
        number=order.number,
        status=_(order.status.label),
        total=shown_total(order, spoken()),
        name=order.name,
        company=order.company,
    )


def of_status(shop: Shop, order: Order) -> Wording:
    """The words that tell where an order stands now."""
    return of_order(shop, OF_STATUS[order.status], order)


def of_buyer(shop: Shop, kind: MailKind, email: str = "") -> Wording:
    """The words of a mail that is about no order."""
    return _filled(shop, kind, email=email)


def _filled(shop: Shop, kind: MailKind, **values: str) -> Wording:
    wording = chosen(shop, kind) or ours(kind)
    allowed = {name: value for name, value in ({"shop": shop.name} | values).items() if name in kind.placeholders}
    in_head = {name: value for name, value in allowed.items() if name in kind.subject_placeholders}
    return Wording(fill(wording.subject, in_head), fill(wording.title, in_head), fill(wording.body, allowed))
