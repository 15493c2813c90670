"""Saved views: one's own, those the others share, one to begin with, and nothing left of a buyer who is erased."""

import pytest

from models import Buyer, Role, SavedView, Seller, Shop
from models.errors import FieldErrors, NotFoundError, ShopError
from services import privacy, saved_views, sellers
from services.saved_views import MOST_VIEWS, View, Wishes
from tests.e2e.seeding import OWNER

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def owner(database: None) -> Seller:
    return await Seller.create(email=OWNER, password_hash="x", role=Role.OWNER)


@pytest.fixture
async def ana(database: None) -> Seller:
    return await Seller.create(email="ana@norte.example", password_hash="x", role=Role.STAFF)


@pytest.fixture
async def ben(database: None) -> Seller:
    return await Seller.create(email="ben@norte.example", password_hash="x", role=Role.STAFF)


async def names(seller: Seller) -> list[str]:
    return [view.name for view in await saved_views.of_seller(seller)]


async def test_a_view_is_its_sellers_until_it_is_shared(ana: Seller, ben: Seller) -> None:
    view_id = await saved_views.save(ana, Wishes("To do"), "flag=waiting")
    await saved_views.save(ana, Wishes("archive"), "")
    assert (await names(ana), await names(ben)) == (["archive", "To do"], [])
    with pytest.raises(NotFoundError):
        await saved_views.make_default(ben, view_id, is_default=True)

    await saved_views.change(ana, view_id, Wishes("Open", shared=True))
    [seen] = await saved_views.of_seller(ben)
    assert (seen.name, seen.query, seen.by) == ("Open", "flag=waiting", ana.email)
    assert not (seen.is_mine or seen.may_change or seen.is_default)


async def test_only_who_made_a_shared_view_or_an_owner_changes_it(owner: Seller, ana: Seller, ben: Seller) -> None:
    view_id = await saved_views.save(ana, Wishes("To do", shared=True), "flag=waiting")
    for forbidden in (
        saved_views.change(ben, view_id, Wishes("Mine")),
        saved_views.keep(ben, view_id, ""),
        saved_views.delete(ben, view_id),
    ):
        with pytest.raises(ShopError, match="Only who made"):
            await forbidden
    await saved_views.keep(owner, view_id, "flag=failed")
    assert [view.query for view in await saved_views.of_seller(ana)] == ["flag=failed"]
    await saved_views.delete(owner, view_id)
    with pytest.raises(NotFoundError):
        await saved_views.delete(ana, view_id)


async def default_of(seller: Seller) -> View | None:
    return next((view for view in await saved_views.of_seller(seller) if view.is_default), None)


async def test_each_seller_begins_with_one_view_at_most_and_only_with_one_they_have(ana: Seller, ben: Seller) -> None:
    first = await saved_views.save(ana, Wishes("First", shared=True, is_default=True), "")
    await saved_views.make_default(ben, first, is_default=True)
    second = await saved_views.save(ana, Wishes("Second", is_default=True), "")
    defaults = await default_of(ana), await default_of(ben)
    assert [view and view.id for view in defaults] == [second, first]

    await saved_views.change(ana, first, Wishes("First", is_default=False))
    assert await default_of(ben) is None, "it is not shared any more"
    assert await default_of(ana) is not None, "the other stays"
    await saved_views.make_default(ana, second, is_default=False)
    assert await default_of(ana) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\0b", "TO  do"])
async def test_a_name_that_is_none_or_taken_is_refused_in_words(ana: Seller, ben: Seller, name: str) -> None:
    await saved_views.save(ana, Wishes("To do"), "")
    await saved_views.save(ben, Wishes("To do"), "")
    with pytest.raises(FieldErrors) as refused:
        await saved_views.save(ana, Wishes(name), "")
    assert set(refused.value.fields) == {"name"}


async def test_there_is_an_end_to_views(ana: Seller) -> None:
    await SavedView.bulk_create([SavedView(seller=ana, name=f"{n}") for n in range(MOST_VIEWS)])
    with pytest.raises(ShopError, match="already"):
        await saved_views.save(ana, Wishes("One more"), "")


async def test_what_a_seller_shared_stays_when_they_are_removed(shop: Shop, owner: Seller, ana: Seller) -> None:
    await saved_views.save(ana, Wishes("Shared", shared=True), "")
    await saved_views.save(ana, Wishes("Her own"), "")
    await sellers.remove(ana.id, by=owner.email)
    [left] = await saved_views.of_seller(owner)
    assert (left.name, left.is_mine) == ("Shared", True)


async def test_what_an_owner_shared_stays_when_they_remove_themselves(shop: Shop, owner: Seller, ana: Seller) -> None:
    await Seller.filter(id=ana.id).update(role=Role.OWNER, password_hash="x")
    await saved_views.save(owner, Wishes("Shared", shared=True), "")
    await sellers.remove(owner.id, by=owner.email)
    [left] = await saved_views.of_seller(ana)
    assert (left.name, left.is_mine) == ("Shared", True)


async def test_views_that_look_for_an_erased_buyer_go_with_them(shop: Shop, ana: Seller) -> None:
    buyer = await Buyer.create(email="marta@sol.example", name="Marta Gil", search="marta gil marta@sol.example")
    for name, query in {
        "by id": f"buyer={buyer.id}",
        "by address": "buyer=marta%40",
        "by name": "search=the+MARTA",
        "another": f"buyer={buyer.id + 1}&search=holz",
        "by product": "search=gi+200&flag=waiting",
    }.items():
        await saved_views.save(ana, Wishes(name), query)
    await privacy.erase(buyer.id, by="test")
    assert await names(ana) == ["another", "by product"]
