"""Each flow done once by keyboard alone: the test clicks nothing, and the focus is always to be seen."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import buying, mails, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer

MOST_TABS = 80
SIGN_IN_SUBJECT = "Sign in"
FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const words = element.getAttribute("aria-label")
        || [...(element.labels || [])].map((label) => label.innerText).join(" ")
        || element.innerText || element.getAttribute("name") || "";
    const lined = (one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) > 0;
    const box = element.getBoundingClientRect();
    const shown = [element, element.parentElement, element.parentElement?.parentElement].some(lined);
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { words: words.replace(/\\s+/g, " ").trim(), shown, inside };
}"""  # noqa: E501 - a script


def go_to(page: Page, words: str, *, key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus; on the way the focus must always be visible."""
    wanted = re.compile(words)
    passed = []
    for _press in range(MOST_TABS):
        now = page.evaluate(FOCUSED)
        if now and wanted.search(now["words"]):
            assert now["shown"] and now["inside"], f"the focus is not to be seen: {now}"
            return
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        hidden = [one for one in passed[-1:] if one and not one["shown"]]
        assert not hidden, f"the focus is not to be seen: {hidden}"
    raise AssertionError(f"{words} is not reached by {key}: {[one and one['words'] for one in passed]}")


def press(page: Page, words: str, key: str = "Enter") -> None:
    """Go to a button, link or box by Tab and press it."""
    go_to(page, words)
    page.keyboard.press(key)


def keeps_focus(page: Page) -> None:
    """Something has the focus: a live update has not thrown it back to the beginning of the page."""
    expect(page.locator(":focus")).to_have_count(1)


def arrived(page: Page, address: str) -> None:
    page.wait_for_url(address)
    settle(page)


def write(page: Page, label: str, text: str) -> None:
    """Go to a field and type, over what is in it."""
    go_to(page, label)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_a_buyer_orders_signs_in_and_orders_again(buyer: Person, pedido: ShopProcess, post: SmtpTestServer) -> None:
    email, page = buying.new_address(), buyer.visit("/")
    add_what_is_suggested(page)
    add_a_pasted_block(page)
    change_the_cart(page)
    press(page, "^Send request$")
    arrived(page, "**/checkout")
    write(page, "^Name", "Marta Gil")
    write(page, "^E-mail", email)
    first = send(page)
    buyer.visit(mails.link(mails.newest(post, email, buying.VERIFY_SUBJECT), "verify"))
    press(page, "^Verify user$")
    expect(page.get_by_role("heading", name="Verified")).to_be_visible()
    buyer.context.clear_cookies()  # another day, another device
    sign_in(buyer, post, email)
    keep_as_list(page, first)
    order_the_list(page)
    second = send(page)
    sent = pedido.read('SELECT number, total FROM "order" WHERE email = ? ORDER BY id', email)
    assert sent == [(first, 7580), (second, 7580)]


def test_the_keyboard_stays_where_something_was_added_or_taken_away(buyer: Person) -> None:
    page = buyer.visit("/")
    press(page, "^Add: Folding rule")
    expect(page.get_by_role("link", name="In cart ✓: Folding rule 2 m")).to_be_focused()
    go_to(page, "^Less$", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add: Folding rule 2 m")).to_be_visible()
    expect(page.locator(":focus")).to_have_accessible_name("Less")

    buyer.visit("/product/FR-200")
    press(page, "^Add to cart$")
    expect(page.get_by_role("link", name="In cart")).to_be_focused()
    buyer.visit("/checkout")
    buying.fill_form(page, buying.new_address())
    buying.send(page)
    press(page, "^Order again$")
    arrived(page, "**/again")
    expect(page.get_by_role("button", name="Add all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="To the cart")).to_be_focused()
    buyer.visit("/checkout")
    press(page, "Begin empty$")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()


def add_what_is_suggested(page: Page) -> None:
    go_to(page, "^Search products")
    page.keyboard.type("japanese")
    expect(page.get_by_role("grid", name="Suggested products").get_by_role("row")).to_have_count(1)
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 1 product, €24.80")
    keeps_focus(page)
    page.keyboard.press("Escape")


def add_a_pasted_block(page: Page) -> None:
    """Insert text as a paste does, look at it, add it all and go on to the cart."""
    press(page, "^Quick order$")
    arrived(page, "**/quick-order")
    go_to(page, "^Paste a list")
    page.keyboard.insert_text("FR-200\t3\nGL-M\t2")
    page.keyboard.press("Control+Enter")
    press(page, "^Add all$")
    expect(page.get_by_role("link", name="To the cart")).to_be_focused()
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 3 products, €63.00")
    page.keyboard.press("Enter")
    arrived(page, "**/cart")


def change_the_cart(page: Page) -> None:
    """A quantity is changed, a line is removed and taken back."""
    cart = buying.cart_button(page)
    write(page, "^Quantity: Folding rule", "5")
    page.keyboard.press("Enter")
    expect(cart).to_have_accessible_name("Cart, 3 products, €75.80")
    expect(page.get_by_role("textbox", name="Quantity: Folding rule 2 m")).to_be_focused()
    press(page, "^Remove: Work gloves")
    expect(cart).to_have_accessible_name("Cart, 2 products, €56.80")
    expect(page.get_by_role("button", name=re.compile("^Undo"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(cart).to_have_accessible_name("Cart, 3 products, €75.80")
    expect(page.get_by_role("button", name=re.compile("^Remove: Work gloves"))).to_be_focused()


def send(page: Page) -> str:
    """Accept the privacy policy and send the request; return its number."""
    press(page, "privacy policy", "Space")
    press(page, "^Send request$")
    arrived(page, "**/request/*")
    return buying.number_of(page)


def sign_in(buyer: Person, post: SmtpTestServer, email: str) -> None:
    page = buyer.visit("/")
    press(page, "^Sign in$")
    arrived(page, "**/sign-in")
    write(page, "^E-mail", email)
    page.keyboard.press("Enter")
    buyer.visit(mails.link(mails.newest(post, email, SIGN_IN_SUBJECT), "sign-in"))
    press(page, "^Sign in$")
    arrived(page, "**/account")


def keep_as_list(page: Page, number: str) -> None:
    """From my requests to the one that is ordered again, kept under a name."""
    press(page, f"^{number}$")
    arrived(page, f"**/account/request/{number}")
    press(page, "^Order again$")
    arrived(page, "**/again")
    press(page, "^Save as list$")
    page.get_by_role("dialog").wait_for()
    write(page, "^Name", "Weekly order")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It stands in My lists.")).to_be_visible()
    keeps_focus(page)


def order_the_list(page: Page) -> None:
    """From my requests to the list, and with all of it to the order form."""
    for words, address in (
        ("^My requests$", "**/account"),
        ("^My lists$", "**/lists"),
        ("^Weekly order$", "**/lists/*"),
    ):
        press(page, words)
        arrived(page, address)
    press(page, "^Add all$")
    expect(page.get_by_role("link", name="To the cart")).to_be_focused()
    page.keyboard.press("Enter")
    arrived(page, "**/cart")
    press(page, "^Send request$")
    arrived(page, "**/checkout")


def test_a_seller_signs_in_filters_and_confirms_what_has_just_come(arrives: Arrivals, post: SmtpTestServer) -> None:
    page = arrives().visit("/desk/sign-in")
    write(page, "^E-mail", seeding.OWNER)
    write(page, "^Password", seeding.PASSWORD)
    page.keyboard.press("Enter")
    arrived(page, "**/desk")
    write(page, "^Search$", "sol.example")
    page.wait_for_url("**search=sol.example*")

    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email)
    buying.verify(buyer, post, email)
    expect(selling.tick(page, number, "verified")).to_be_attached(timeout=selling.SOON_MS)
    expect(page.get_by_label("Search", exact=True)).to_be_focused()

    go_to(page, f"^{number}$", key="Shift+Tab")
    page.keyboard.press("Enter")
    arrived(page, f"**/desk/orders/{number}?from=*")
    press(page, "^Confirm order processing$")
    expect(page.get_by_role("main").get_by_text(re.compile(f"^Confirmed .* by {seeding.OWNER}$"))).to_be_visible()
    expect(page.get_by_role("button", name="Change status")).to_be_focused()
