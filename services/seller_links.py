"""Links by which sellers choose a password: mailed to who is invited, and to who has forgotten theirs."""

from datetime import UTC, datetime, timedelta

from models import Link, LinkPurpose, Purpose, Role, Seller
from models.errors import NotFoundError, ShopError
from models.text import _
from services import bell, links, live, mails, outbox, parameters, passwords, seller_sessions, sellers
from services.database import unit_of_work

INVITE_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(hours=1)
MOST_RESETS_AN_HOUR = 3
PATH = "/desk/new-password"


async def invite(email: str, role: Role, *, by: str) -> str:
    """Make a seller without a password and mail them a link to choose one; return the link.

    `by` is the address of who invites. Raises FieldErrors (`email`).
    """
    return await invite_again((await sellers.add(email, role, by=by)).id, by=by)


async def invite_again(seller_id: int, *, by: str) -> str:
    """Mail another invitation, which ends the one before; return its link. Raises ShopError if they have come."""
    url = await _mail_invitation(seller_id, by)
    _tell()
    return url


async def ask_reset(email: str) -> None:
    """Mail a link to choose a new password if this seller is known, at most a few an hour; nobody is told whether."""
    seller = await sellers.by_email(email)
    if seller is not None and seller.has_come and await _mail_reset(seller):
        _tell()


async def reset_link(email: str) -> str:
    """A link to choose a password, for who sits at the machine itself. Raises NotFoundError."""
    seller = await sellers.by_email(email)
    if seller is None:
        raise NotFoundError(_("There is no seller with this address."))
    return await _issue_reset(seller)


async def find(token: str) -> Seller | None:
    """Whose password a link lets choose, or None if it does not work (any more). Changes nothing."""
    for purpose in (LinkPurpose.INVITE, LinkPurpose.RESET):
        link = await links.find(purpose, token)
        if link is not None and not links.is_expired(link):
            return await Seller.get_or_none(id=link.seller_id)
    return None


async def choose_password(token: str, password: str) -> None:
    """Give the seller of a link a password; the link is used up, and every session of theirs ends.

    Raises FieldErrors (`password`), ShopError if the link does not work any more.
    """
    seller = await find(token)
    if seller is None:
        raise _gone()
    await sellers.check_password(password, seller)
    seller_sessions.tell(await _use(token, await passwords.hashed(password)))


@unit_of_work
async def _mail_invitation(seller_id: int, by: str) -> str:
    seller = await sellers.get(seller_id)
    if seller.has_come:
        raise ShopError(_("{email} has signed in before.").format(email=seller.email))
    await Link.filter(seller_id=seller.id, purpose=LinkPurpose.INVITE).delete()
    url, shop = await _issue(seller, LinkPurpose.INVITE, INVITE_LIFETIME), await parameters.current()
    await outbox.write_mail(Purpose.SELLER, mails.invitation(shop, url, by), seller.email, shop)
    return url


@unit_of_work
async def _mail_reset(seller: Seller) -> bool:
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    recent = Link.filter(seller_id=seller.id, purpose=LinkPurpose.RESET, created_at__gte=an_hour_ago)
    if await recent.count() >= MOST_RESETS_AN_HOUR:
        return False
    url, shop = await _issue(seller, LinkPurpose.RESET, RESET_LIFETIME), await parameters.current()
    await outbox.write_mail(Purpose.SELLER, mails.new_password(shop, url), seller.email, shop)
    return True


@unit_of_work
async def _issue_reset(seller: Seller) -> str:
    return await _issue(seller, LinkPurpose.RESET, RESET_LIFETIME)


@unit_of_work
async def _use(token: str, password_hash: str) -> list[int]:
    seller = await find(token)
    if seller is None:  # somebody else was quicker
        raise _gone()
    return await sellers.give_password(seller.id, password_hash)


async def _issue(seller: Seller, purpose: LinkPurpose, lifetime: timedelta) -> str:
    token = await links.issue(purpose, lifetime=lifetime, seller_id=seller.id, email=seller.email)
    return links.url(f"{PATH}/{token}")


def _gone() -> ShopError:
    return ShopError(_("This link does not work any more. Ask for a new one; it takes a moment."))


def _tell() -> None:
    live.delivery_changed(None)
    bell.ring()
