"""The mails the shop writes: pure words, rendered as text and HTML; nothing is sent from here."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from models import Order, OrderCharge, OrderLine, Shop, TransferTarget
from models.mail_wording import MailKind, Wording
from models.text import _, ngettext, speaking, spoken
from services.mails import wording
from services.mails.letter import Button, Letter, Mail, render
from services.mails.message import build, sender_of
from services.mails.order_summary import shown_total, summarise

__all__ = [
    "Mail",
    "build",
    "confirmed",
    "edited",
    "export_failed",
    "export_file",
    "file_given_up",
    "invitation",
    "message_from_seller",
    "new_buyer",
    "new_password",
    "notice",
    "received",
    "sender_of",
    "sign_in",
    "standing",
    "status_changed",
    "target_paused",
    "test",
    "verification",
]

Lines = Sequence[OrderLine]
Charges = Sequence[OrderCharge]
Write = TypeVar("Write", bound=Callable[..., Mail])


def _to_the_buyer(write: Write) -> Write:
    """A mail to whoever sent an order is in the language they sent it in."""

    @functools.wraps(write)
    def written(shop: Shop, order: Order, *more: Any, **named: Any) -> Mail:
        with speaking(order.language):
            return write(shop, order, *more, **named)

    return cast(Write, written)


def _to_the_management(write: Write) -> Write:
    """A mail to the shop's own addresses is in the shop's language."""

    @functools.wraps(write)
    def written(shop: Shop, *more: Any, **named: Any) -> Mail:
        with speaking(shop.language):
            return write(shop, *more, **named)

    return cast(Write, written)


@_to_the_buyer
def verification(shop: Shop, order: Order, lines: Lines, charges: Charges, url: str) -> Mail:
    """Ask the buyer to verify the address, with the button **Verify user**.

    Nothing the sender typed is repeated: the address is not proven yet, and strangers must not write through us.
    """
    words = wording.of_order(shop, MailKind.VERIFICATION, order)
    return render(
        Letter(
            subject=words.subject,
            title=words.title,
            paragraphs=words.paragraphs,
            button=Button(_("Verify user"), url),
            notes=(
                _("The link works for 72 hours. The page it opens asks you to press one button."),
                _("You did not send this request? Then leave this mail alone: without the button nothing happens."),
            ),
            order=summarise(shop, order, lines, charges),
        ),
        shop,
    )


def sign_in(shop: Shop, email: str, url: str) -> Mail:
    """Give a known buyer at `email` a link that signs one device in, once."""
    words = wording.of_buyer(shop, MailKind.SIGN_IN, email)
    return render(
        Letter(
            subject=words.subject,
            title=words.title,
            paragraphs=words.paragraphs,
            button=Button(_("Sign in"), url),
            notes=(
                _("The link works for 30 minutes and only once."),
                _("It was not you? Then leave this mail alone: without the link nobody gets in."),
            ),
        ),
        shop,
    )


@_to_the_management
def invitation(shop: Shop, url: str, by: str) -> Mail:
    """Ask a new seller, whom `by` has invited, to choose a password."""
    return render(
        Letter(
            subject=_("You are invited to the desk of {shop}").format(shop=shop.name),
            title=_("Welcome to the desk of {shop}").format(shop=shop.name),
            paragraphs=(
                _("{by} has invited you to work on the orders of {shop}.").format(by=by, shop=shop.name),
                _("Choose a password, then sign in with it and this e-mail address."),
            ),
            button=Button(_("Choose a password"), url),
            notes=(_("The link works for 7 days and only once. Please do not forward this mail."),),
        ),
        shop,
    )


def new_password(shop: Shop, url: str) -> Mail:
    """Give a seller a link to choose a new password."""
    return render(
        Letter(
            subject=_("A new password for the desk of {shop}").format(shop=shop.name),
            title=_("Choose a new password"),
            paragraphs=(
                _("Somebody, most likely you, asked for a new password for the desk of {shop}.").format(shop=shop.name),
            ),
            button=Button(_("Choose a new password"), url),
            notes=(
                _("The link works for an hour and only once."),
                _("It was not you? Then leave this mail alone: your password stays as it is."),
            ),
        ),
        shop,
    )


@_to_the_management
def new_buyer(shop: Shop, number: str, url: str) -> Mail:
    """Tell the management that a buyer, who sent the request `number` ("" for none), waits for approval."""
    sentences = [_("A new buyer has verified their address and waits for your approval.")]
    if number:
        sentences.append(_("They have sent the request {number}.").format(number=number))
    return render(
        Letter(
            subject=_("A new buyer of {shop} waits for approval").format(shop=shop.name),
            title=_("A new buyer waits for approval"),
            paragraphs=tuple(sentences),
            button=Button(_("Look at the buyer"), url),
            notes=(_("You approve or refuse them on the desk, after signing in. They get a mail then."),),
        ),
        shop,
    )


def standing(shop: Shop, url: str, *, is_approved: bool) -> Mail:
    """Tell a buyer what the shop has decided about them."""
    words = wording.of_buyer(shop, MailKind.APPROVED if is_approved else MailKind.REFUSED)
    button = Button(_("To the catalogue"), url)
    return render(Letter(words.subject, words.title, words.paragraphs, button=button), shop)


@_to_the_buyer
def received(shop: Shop, order: Order, lines: Lines, charges: Charges, request_url: str) -> Mail:
    """Tell the buyer that the seller has the request now."""
    words = wording.of_order(shop, MailKind.RECEIVED, order)
    button = Button(_("See your request"), request_url)
    return _about_order(words, shop, order, lines, charges, button=button)


@_to_the_buyer
def confirmed(shop: Shop, order: Order, lines: Lines, charges: Charges, request_url: str) -> Mail:
    """Tell the buyer that the seller has confirmed the order."""
    words = wording.of_order(shop, MailKind.CONFIRMED, order)
    button = Button(_("See your order"), request_url)
    return _about_order(words, shop, order, lines, charges, button=button)


@_to_the_buyer
def status_changed(shop: Shop, order: Order, lines: Lines, charges: Charges, request_url: str) -> Mail:
    """Tell the buyer where the order stands now."""
    words = wording.of_status(shop, order)
    button = Button(_("See your order"), request_url)
    return _about_order(words, shop, order, lines, charges, button=button)


@_to_the_buyer
def message_from_seller(shop: Shop, order: Order, text: str, request_url: str) -> Mail:
    """Bring the buyer what a seller has written about the order, in the seller's own words."""
    words = wording.of_order(shop, MailKind.MESSAGE, order)
    button = Button(_("See your order"), request_url)
    return render(Letter(words.subject, words.title, words.paragraphs, quote=text, button=button), shop)


@_to_the_buyer
def edited(shop: Shop, order: Order, lines: Lines, charges: Charges, *, text: str, request_url: str) -> Mail:
    """Tell the buyer what the seller has changed of the order, in `text`, and what it is now."""
    words = wording.of_order(shop, MailKind.EDITED, order)
    return render(
        Letter(
            subject=words.subject,
            title=words.title,
            paragraphs=words.paragraphs,
            quote=text,
            button=Button(_("See your order"), request_url),
            notes=(_("Something is not as you want it? Then please answer this mail before the order is confirmed."),),
            order=summarise(shop, order, lines, charges, with_buyer=True),
        ),
        shop,
    )


@_to_the_management
def notice(
    shop: Shop,
    order: Order,
    lines: Lines,
    charges: Charges,
    *,
    csv: bytes,
    csv_name: str,
    csv_url: str,
    confirm_url: str,
) -> Mail:
    """Bring a received request to a management address: `csv` attached as `csv_name`, its link, the way to confirm."""
    total = shown_total(order, spoken())
    subject = _("New request {number} · {total}") if total else _("New request {number}")
    return render(
        Letter(
            subject=subject.format(number=order.number, total=total),
            title=_("New request {number}").format(number=order.number),
            paragraphs=_who_ordered(order),
            button=Button(_("Confirm order processing"), confirm_url),
            link=Button(_("Download CSV"), csv_url),
            notes=(
                _(
                    "The button works for 14 days and the download for 30 days, for this order only and without "
                    "signing in: please do not forward this mail."
                ),
            ),
            order=summarise(shop, order, lines, charges, with_buyer=True, for_management=True),
            attachment=(csv_name, csv),
        ),
        shop,
    )


def test(shop: Shop) -> Mail:
    """A mail that shows the seller that mail works."""
    return render(
        Letter(
            subject=_("Test mail from {shop}").format(shop=shop.name),
            title=_("Mail works"),
            paragraphs=(
                _("This is the test mail you asked for on the Parameters page of {shop}.").format(shop=shop.name),
                _("Buyers see your shop's name and colour like this."),
            ),
        ),
        shop,
    )


@_to_the_management
def target_paused(shop: Shop, target: TransferTarget, reason: str) -> Mail:
    """Tell the management that a transfer target stands still until somebody mends what is wrong."""
    return _alarm(
        shop,
        _("Transfers to {target} are paused").format(target=target.name),
        _("Nothing is put on {target} until this is mended: {reason}").format(target=target.name, reason=reason),
        _("No order is lost: what waits goes out by itself afterwards. See Terms of sale, Transfer targets."),
    )


@_to_the_management
def file_given_up(shop: Shop, target: TransferTarget, file_name: str, reason: str) -> Mail:
    """Tell the management that a file did not reach its target and is not tried again by itself."""
    return _alarm(
        shop,
        _("Transfers to {target} have failed").format(target=target.name),
        _("{file} did not reach {target}: {reason}").format(file=file_name, target=target.name, reason=reason),
        _("It is not tried again by itself. Deliveries on the desk lists everything that failed, with Try again."),
    )


def _about_order(words: Wording, shop: Shop, order: Order, lines: Lines, charges: Charges, *, button: Button) -> Mail:
    summary = summarise(shop, order, lines, charges, with_buyer=True)
    return render(Letter(words.subject, words.title, words.paragraphs, button=button, order=summary), shop)


@_to_the_management
def export_failed(shop: Shop, profile: str, reason: str) -> Mail:
    """Tell the management that what a profile's schedule wanted could not be exported."""
    return _alarm(
        shop,
        _("The export {profile} did not run").format(profile=profile),
        _("Its schedule wanted it to run, but: {reason}").format(reason=reason),
        _("It is tried again by itself, and nothing is left out. See Exports on the desk."),
    )


@_to_the_management
def export_file(shop: Shop, profile: str, count: int, file: tuple[str, bytes] | None, url: str) -> Mail:
    """Bring the file of a profile's schedule with so many orders; None for one that is too large to be mailed."""
    orders = ngettext("{n} order", "{n} orders", count).format(n=count)
    told = _("The file is attached.") if file else _("The file is too large to be mailed. Fetch it on the desk.")
    return render(
        Letter(
            subject=_("{profile}: {orders}").format(profile=profile, orders=orders),
            title=profile,
            paragraphs=(_("New since the last time: {orders}.").format(orders=orders), told),
            button=Button(_("Exports on the desk"), url),
            notes=(_("You get this mail because an export profile of {shop} is sent here.").format(shop=shop.name),),
            attachment=file,
        ),
        shop,
    )


def _alarm(shop: Shop, subject: str, what: str, what_to_do: str) -> Mail:
    return render(Letter(subject=subject, title=subject, paragraphs=(what, what_to_do)), shop)


def _who_ordered(order: Order) -> tuple[str, ...]:
    if order.verification.is_received:
        sentences = [_("A request has arrived, and its sender is known: {how}.").format(how=_how_known(order))]
    else:
        sentences = [_("A request has arrived. Its sender is not verified yet.")]
    if order.duplicate_of_id is not None:
        sentences.append(
            _("It may be a duplicate: the same buyer sent the same lines minutes before. Look at both on the desk.")
        )
    return tuple(sentences)


def _how_known(order: Order) -> str:
    return {
        "verified": _("the e-mail address is verified"),
        "overridden": _("you accepted the request by hand"),
    }[order.verification.value]
