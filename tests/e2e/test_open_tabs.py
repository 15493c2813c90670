"""Tabs that stand open when their seller changes a password, loses a role or is removed: they leave, and do nothing."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from models import Role, Seller
from services import passwords, seller_sessions
from tests import order_rows
from tests.e2e import seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.soak import tampered

BEN, EVA, IDA = "ben@norte.example", "eva@norte.example", "ida@norte.example"
ROLES = {BEN: Role.OWNER, EVA: Role.STAFF, IDA: Role.STAFF}
TOKENS: dict[str, str] = {}  # of a session of each, by address
SOON_MS = 2000
A_MOMENT_MS = 300  # in which what is pressed has its effect
ORDER, SHOP = "/desk/orders/T-1", "/desk/parameters"


async def colleagues() -> None:
    """A second owner and two of the staff, all signed in, and an order."""
    password_hash = await passwords.hashed(seeding.PASSWORD)
    for email, role in ROLES.items():
        seller = await Seller.create(email=email, password_hash=password_hash, role=role)
        TOKENS[email] = await seller_sessions.open_session(seller.id)
    await order_rows.line(await order_rows.order(number="T-1"))


PREPARE = partial(seeding.open_shop, and_then=colleagues)


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop of four sellers."""
    with running_shop(tmp_path_factory.mktemp("shop"), prepare=PREPARE) as shop:
        yield shop


class OpenTab:
    """A tab that is held when it wants to leave, so that its buttons can still be pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate("() => { window.go = window.open; window.open = (...where) => { window.wanted = where } }")

    def leaves(self) -> bool:
        """Whether it wants to go to the sign-in page soon."""
        try:
            self.page.wait_for_function("window.wanted && window.wanted[0].endsWith('/desk/sign-in')", timeout=SOON_MS)
        except TookTooLong:
            return False
        return True

    def press(self, button: str) -> None:
        """Press what is still there, and wait for its effect."""
        self.page.get_by_role("button", name=button, exact=True).first.click()
        self.page.wait_for_timeout(A_MOMENT_MS)

    def let_go(self, arrives_at: str = "/desk/sign-in") -> None:
        """It goes where it wanted to go, and from there to the desk if this browser is signed in again."""
        self.page.evaluate("() => { window.go(...window.wanted) }")
        self.page.wait_for_url(f"**{arrives_at}")


def at_the_desk(person: Person, email: str, path: str) -> OpenTab:
    """The tab of a seller who is signed in."""
    person.context.add_cookies([{"name": "pedido_desk", "value": TOKENS[email], "url": person.address}])
    return OpenTab(person.visit(path))


def writes_a_note(tab: OpenTab) -> None:
    tab.page.get_by_label("Only sellers see it").fill("Written too late")
    tab.page.keyboard.press("Tab")


def notes(shop: ShopProcess) -> int:
    return int(shop.read("SELECT count(*) FROM order_event WHERE kind = 'note'")[0][0])


def make_staff(owner: Page, email: str) -> None:
    dialog = changing(owner, email)
    dialog.get_by_role("radio", name="Staff").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()


def remove(owner: Page, email: str) -> None:
    changing(owner, email).get_by_role("button", name="Delete").click()
    question = owner.get_by_role("dialog", name="Remove")
    question.get_by_role("button", name="Delete").click()
    expect(owner.get_by_role("row").filter(has_text=email)).to_have_count(0)


def changing(owner: Page, email: str) -> Locator:
    owner.get_by_role("row").filter(has_text=email).get_by_role("button", name="Change").click()
    return owner.get_by_role("dialog", name=email)


def test_an_owner_who_is_made_staff_leaves_the_pages_of_owners(
    arrives: Arrivals, seller: Person, pedido: ShopProcess
) -> None:
    person = arrives()
    tab = at_the_desk(person, BEN, SHOP)
    tab.page.get_by_label("Shop name").fill("Ben's Tools")

    make_staff(seller.visit(SHOP), BEN)

    assert tab.leaves()
    tab.press("Save")
    assert pedido.read("SELECT name FROM shop") == [(seeding.SHOP["name"],)]
    tab.let_go()


def test_a_seller_who_is_removed_leaves_the_desk(arrives: Arrivals, seller: Person, pedido: ShopProcess) -> None:
    person = arrives()
    tab, desk = at_the_desk(person, EVA, ORDER), OpenTab(person.tab("/desk"))
    writes_a_note(tab)

    remove(seller.visit(SHOP), EVA)

    assert tab.leaves() and desk.leaves()
    tab.press("Add note")
    assert notes(pedido) == 0
    tab.let_go()
    desk.let_go()


def test_a_changed_password_closes_every_tab_but_the_one_it_was_changed_in(
    arrives: Arrivals, pedido: ShopProcess
) -> None:
    here, elsewhere = arrives(), arrives()
    mine = here.page
    other_tabs = [at_the_desk(elsewhere, IDA, ORDER)]
    here.context.add_cookies([{"name": "pedido_desk", "value": TOKENS[IDA], "url": here.address}])
    other_tabs.append(OpenTab(here.tab("/desk/products")))
    writes_a_note(other_tabs[0])
    here.visit("/desk/account/password")
    mine.get_by_label("Password until now").fill(seeding.PASSWORD)
    mine.get_by_label("New password").fill("lantern under seven kettles")

    mine.get_by_role("button", name="Save the password").click()
    mine.wait_for_url("**/desk/account")

    assert all(tab.leaves() for tab in other_tabs)
    other_tabs[0].press("Add note")
    assert notes(pedido) == 0
    other_tabs[0].let_go()
    other_tabs[1].let_go("/desk")
    settle(mine)
    expect(mine.get_by_role("heading", name="My account")).to_be_visible()


def test_a_desk_that_trusts_its_open_pages_is_found_out(browser: Browser, tmp_path: Path) -> None:
    program = tampered.program(tampered.trusting_open_pages)
    with (
        running_shop(tmp_path, prepare=PREPARE, program=program) as shop,
        Person(browser, shop.address) as owner,
        Person(browser, shop.address) as removed,
    ):
        seeding.let_in(owner.context, shop)
        tab = at_the_desk(removed, EVA, ORDER)
        writes_a_note(tab)

        remove(owner.visit(SHOP), EVA)

        assert not tab.leaves()
        tab.press("Add note")
        assert notes(shop) == 1
