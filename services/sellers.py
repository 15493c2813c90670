"""Sellers: making and removing them, their roles and their passwords."""

from tortoise.exceptions import IntegrityError

from models import AuditKind, Link, LinkPurpose, Role, Seller
from models.address import checked_address
from models.errors import FieldErrors, NotFoundError, ShopError
from models.text import _
from services import audit, parameters, passwords, saved_views, seller_sessions
from services.database import unit_of_work

LONGEST_ADDRESS = 254


async def any_exists() -> bool:
    """Whether there is a seller at all."""
    return await Seller.exists()


async def everybody() -> list[Seller]:
    """All sellers, also those who were invited and have not come yet, by address."""
    return await Seller.all().order_by("email")


async def get(seller_id: int) -> Seller:
    """One seller. Raises NotFoundError."""
    seller = await Seller.get_or_none(id=seller_id)
    if seller is None:
        raise NotFoundError(_("This seller is no longer there."))
    return seller


async def by_email(email: str) -> Seller | None:
    """The seller with this address, however it is typed."""
    return await Seller.get_or_none(email=email.strip().lower()[:LONGEST_ADDRESS])


async def create(email: str, password: str, *, shop_name: str = "") -> Seller:
    """Make an owner. Raises FieldErrors (`email`, `password`)."""
    address = await checked_login(email, password, shop_name=shop_name)
    return await _create(address, await passwords.hashed(password), Role.OWNER, audit.SYSTEM)


async def checked_login(email: str, password: str, *, shop_name: str = "") -> str:
    """Return the address as it is stored, in small letters. Raises FieldErrors (`email`, `password`)."""
    errors: dict[str, str] = {}
    address = ""
    try:
        address = _checked_address(email)
    except FieldErrors as refused:
        errors.update(refused.fields)
    try:
        await passwords.check(password, known=(email[:LONGEST_ADDRESS], shop_name))
    except FieldErrors as refused:
        errors.update(refused.fields)
    if errors:
        raise FieldErrors(errors)
    return address


async def add(email: str, role: Role, *, by: str) -> Seller:
    """Make a seller who has no password yet, in the name of `by`, to be invited. Raises FieldErrors (`email`)."""
    return await _create(_checked_address(email), "", role, by)


async def change_password(seller: Seller, old: str, new: str) -> None:
    """Give a seller a new password; every session of theirs ends. Raises FieldErrors (`old`, `password`)."""
    if not await passwords.is_right(old, seller.password_hash):
        raise FieldErrors({"old": _("This is not your password.")})
    await check_password(new, seller)
    seller_sessions.tell(await _set_password(seller.id, await passwords.hashed(new)))


async def check_password(password: str, seller: Seller) -> None:
    """Refuse a password that is not good enough for this seller. Raises FieldErrors (`password`)."""
    shop_name = (await parameters.current()).name if await parameters.exists() else ""
    await passwords.check(password, known=(seller.email, shop_name))


async def set_role(seller_id: int, role: Role, *, by: str) -> None:
    """Change what a seller may do, in the name of `by`; they have to sign in again.

    Raises ShopError for the last owner.
    """
    seller_sessions.tell(await _set_role(seller_id, role, by))


async def remove(seller_id: int, *, by: str) -> None:
    """Remove a seller, in the name of `by`; their open pages leave the desk. Raises ShopError for the last owner."""
    seller_sessions.tell(await _remove(seller_id, by))


async def give_password(seller_id: int, password_hash: str) -> list[int]:
    """Set a password inside the caller's unit of work; what else could set one ends.

    Returns the sessions that have ended, to be told afterwards.
    """
    await Link.filter(seller_id=seller_id, purpose__in=(LinkPurpose.INVITE, LinkPurpose.RESET)).delete()
    await Seller.filter(id=seller_id).update(password_hash=password_hash)
    await audit.record(AuditKind.SELLERS, await get(seller_id), _("chose a password"))
    return await seller_sessions.end(seller_id)


_set_password = unit_of_work(give_password)


@unit_of_work
async def _create(address: str, password_hash: str, role: Role, by: str) -> Seller:
    try:
        seller = await Seller.create(email=address, password_hash=password_hash, role=role)
    except IntegrityError:
        raise FieldErrors({"email": _("There is already a seller with this address.")}) from None
    await audit.record(AuditKind.SELLERS, by, _("{email} may come: {role}").format(email=address, role=_(role.label)))
    return seller


@unit_of_work
async def _set_role(seller_id: int, role: Role, by: str) -> list[int]:
    seller = await get(seller_id)
    if seller.role is role:
        return []
    await _keep_an_owner(seller)
    await Seller.filter(id=seller_id).update(role=role)
    await audit.record(AuditKind.SELLERS, by, f"{seller.email}: {_(role.label)}")
    return await seller_sessions.end(seller_id)


@unit_of_work
async def _remove(seller_id: int, by: str) -> list[int]:
    seller = await get(seller_id)
    await _keep_an_owner(seller)
    await audit.record(AuditKind.SELLERS, by, _("{email} is removed").format(email=seller.email))
    ended = await seller_sessions.end(seller_id)
    await saved_views.pass_on(seller_id, to=by)
    await seller.delete()
    return ended


async def _keep_an_owner(seller: Seller) -> None:
    others = Seller.filter(role=Role.OWNER).exclude(id=seller.id).exclude(password_hash="")
    if seller.is_owner and seller.has_come and not await others.exists():
        raise ShopError(_("This is the last owner. Make somebody else an owner first."))


def _checked_address(email: str) -> str:
    try:
        return checked_address(email).lower()
    except ValueError as error:
        raise FieldErrors({"email": str(error)}) from None
