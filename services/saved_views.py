"""The views sellers keep of the desk: saved under a name, shared or for themselves, and one to begin with."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from models import Buyer, DefaultView, Role, SavedView, Seller
from models.errors import FieldErrors, NotFoundError, ShopError
from models.saved_view import MAX_VIEW_NAME
from models.text import _, fold, is_clean
from services import live
from services.database import shielded, unit_of_work

MOST_VIEWS = 40
SHORTEST_NAME = 3  # letters of a search that may be somebody's name


@dataclass(frozen=True)
class View:
    """A view as one seller sees it. `by` is who made it, `may_change` whether this seller may, too."""

    id: int
    name: str
    query: str
    shared: bool
    by: str
    is_mine: bool
    may_change: bool
    is_default: bool


@dataclass(frozen=True)
class Wishes:
    """What a seller says of a view: its name, whether all sellers have it, whether their own desk opens with it."""

    name: str
    shared: bool = False
    is_default: bool = False


@shielded
async def of_seller(seller: Seller) -> tuple[View, ...]:
    """The views a seller has: their own and those the others share, by name."""
    default = await DefaultView.get_or_none(seller_id=seller.id)
    rows = await SavedView.all().select_related("seller").order_by("id")
    views = [_seen(row, seller, default) for row in rows if row.shared or row.seller_id == seller.id]
    return tuple(sorted(views, key=lambda view: fold(view.name)))


async def save(seller: Seller, wishes: Wishes, query: str) -> int:
    """Keep what is looked at under a new name; returns the view's id. Raises FieldErrors or ShopError."""
    view_id = await _save(seller, wishes, query)
    live.views_changed()
    return view_id


@unit_of_work
async def _save(seller: Seller, wishes: Wishes, query: str) -> int:
    if await SavedView.filter(seller_id=seller.id).count() >= MOST_VIEWS:
        raise ShopError(_("You have {n} views already. Please delete one first.").format(n=MOST_VIEWS))
    name = await _free_name(seller.id, wishes.name)
    made = await SavedView.create(seller_id=seller.id, name=name, query=query, shared=wishes.shared)
    await _set_default(seller, made.id, is_default=wishes.is_default)
    return made.id


async def change(seller: Seller, view_id: int, wishes: Wishes) -> None:
    """Change a view's name, and who has it. Raises FieldErrors, NotFoundError or ShopError."""
    await _change(seller, view_id, wishes)
    live.views_changed()


@unit_of_work
async def _change(seller: Seller, view_id: int, wishes: Wishes) -> None:
    view = await _changeable(seller, view_id)
    name = await _free_name(view.seller_id, wishes.name, but=view.id)
    await SavedView.filter(id=view.id).update(name=name, shared=wishes.shared)
    if not wishes.shared:  # the others do not have it any more
        await DefaultView.filter(view_id=view.id).exclude(seller_id=view.seller_id).delete()
    if wishes.shared or view.seller_id == seller.id:
        await _set_default(seller, view.id, is_default=wishes.is_default)


async def keep(seller: Seller, view_id: int, query: str) -> None:
    """Let a view show what is looked at now. Raises NotFoundError or ShopError."""
    await _keep(seller, view_id, query)
    live.views_changed()


@unit_of_work
async def _keep(seller: Seller, view_id: int, query: str) -> None:
    await SavedView.filter(id=(await _changeable(seller, view_id)).id).update(query=query)


async def make_default(seller: Seller, view_id: int, *, is_default: bool) -> None:
    """Let a seller's desk open with a view, or no longer. Raises NotFoundError."""
    await _make_default(seller, view_id, is_default)
    live.views_changed()


@unit_of_work
async def _make_default(seller: Seller, view_id: int, is_default: bool) -> None:
    await _set_default(seller, (await _visible(seller, view_id)).id, is_default=is_default)


async def delete(seller: Seller, view_id: int) -> None:
    """Delete a view, for all who have it. Raises NotFoundError or ShopError."""
    await _delete(seller, view_id)
    live.views_changed()


@unit_of_work
async def _delete(seller: Seller, view_id: int) -> None:
    await SavedView.filter(id=(await _changeable(seller, view_id)).id).delete()


async def pass_on(seller_id: int, to: str) -> None:
    """Let what a seller shared belong to the seller with the address `to`; call it inside a unit of work.

    Of an owner who leaves by themselves it comes to the first of the other owners.
    """
    others = Seller.exclude(id=seller_id)
    owners = others.filter(role=Role.OWNER).exclude(password_hash="").order_by("id")
    if heir := await others.get_or_none(email=to) or await owners.first():
        await SavedView.filter(seller_id=seller_id, shared=True).update(seller_id=heir.id)


async def forget_buyer(buyer: Buyer) -> None:
    """Delete the views that look for a buyer who is erased; call it inside a unit of work."""
    views = await SavedView.exclude(query="").values("id", "query")
    about = [view["id"] for view in views if _looks_for(dict(parse_qsl(view["query"])), buyer)]
    await SavedView.filter(id__in=about).delete()


def _looks_for(query: dict[str, str], buyer: Buyer) -> bool:
    wanted, words = query.get("buyer", ""), fold(query.get("search", "")).split()
    return bool(
        wanted == str(buyer.id)
        or (wanted and wanted.lower() in buyer.email)
        or any(word in buyer.search for word in words if len(word) >= SHORTEST_NAME)
    )


async def _set_default(seller: Seller, view_id: int, *, is_default: bool) -> None:
    await DefaultView.filter(seller_id=seller.id).filter(**({} if is_default else {"view_id": view_id})).delete()
    if is_default:
        await DefaultView.create(seller_id=seller.id, view_id=view_id)


async def _visible(seller: Seller, view_id: int) -> SavedView:
    found = await SavedView.get_or_none(id=view_id)
    if found is None or not (found.shared or found.seller_id == seller.id):
        raise NotFoundError(_("This view is not here any more."))
    return found


async def _changeable(seller: Seller, view_id: int) -> SavedView:
    view = await _visible(seller, view_id)
    if not _may_change(view, seller):
        raise ShopError(_("Only who made this view, or an owner, may change it."))
    return view


def _may_change(view: SavedView, seller: Seller) -> bool:
    return view.seller_id == seller.id or seller.is_owner


async def _free_name(seller_id: int, name: str, *, but: int = 0) -> str:
    called = " ".join(name.split())
    if not called or len(called) > MAX_VIEW_NAME or not is_clean(called):
        raise FieldErrors({"name": _("Please give the view a name of {n} letters at most.").format(n=MAX_VIEW_NAME)})
    others = await SavedView.filter(seller_id=seller_id).exclude(id=but).values("name")
    if fold(called) in {fold(other["name"]) for other in others}:
        raise FieldErrors({"name": _("There is a view of this name already.")})
    return called


def _seen(row: SavedView, seller: Seller, default: DefaultView | None) -> View:
    return View(
        id=row.id,
        name=row.name,
        query=row.query,
        shared=row.shared,
        by=row.seller.email,
        is_mine=row.seller_id == seller.id,
        may_change=_may_change(row, seller),
        is_default=default is not None and default.view_id == row.id,
    )
