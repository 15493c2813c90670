"""The desk's door: who gets in, who stays out, and what a tab can do after the sign-out."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import buying, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, wait_until
from tests.form_token import FormToken

FOREIGN = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}


def test_a_seller_signs_in_where_they_wanted_to_go(arrives: Arrivals) -> None:
    person = arrives()
    page = person.page
    page.goto("/desk/products?search=saw")
    person.expects("status of 422")
    selling.sign_in(page, seeding.OWNER, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("E-mail")).to_have_value(seeding.OWNER)
    selling.sign_in(page, seeding.OWNER, seeding.PASSWORD)
    page.wait_for_url("**/desk/products?search=saw")


def test_the_session_cookie_is_out_of_reach_of_scripts(arrives: Arrivals) -> None:
    person = arrives()
    person.page.goto("/desk")
    selling.sign_in(person.page, seeding.OWNER, seeding.PASSWORD)
    person.page.wait_for_url("**/desk")
    [cookie] = [cookie for cookie in person.context.cookies() if cookie["name"] == "pedido_desk"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


@pytest.mark.parametrize("wanted", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/"])
def test_signing_in_never_leads_elsewhere(pedido: ShopProcess, wanted: str) -> None:
    answers = {"email": seeding.OWNER, "password": seeding.PASSWORD, "next": wanted}
    answer = httpx.post(auth=FormToken(), url=f"{pedido.address}/desk/sign-in", data=answers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


def in_at_the_desk(arrives: Arrivals) -> Person:
    """A seller with a session of their own."""
    person = arrives()
    person.page.goto("/desk")
    selling.sign_in(person.page, seeding.OWNER, seeding.PASSWORD)
    person.page.wait_for_url("**/desk")
    settle(person.page)
    return person


def sign_out(page: Page) -> None:
    """Use the menu at the top right."""
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/desk/sign-in")


def test_signing_out_closes_all_tabs_of_the_session(arrives: Arrivals, pedido: ShopProcess) -> None:
    person = in_at_the_desk(arrives)
    other = person.tab("/desk/terms-of-sale")
    sign_out(person.page)
    other.wait_for_url("**/desk/sign-in*")
    person.page.go_back()
    expect(person.page.get_by_label("Password")).to_be_visible()


def test_a_tab_whose_session_has_ended_shows_and_does_nothing_more(arrives: Arrivals, pedido: ShopProcess) -> None:
    number = buying.send_request(arrives(), buying.new_address())
    person = in_at_the_desk(arrives)
    on_its_way = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
    wait_until(lambda: pedido.read(on_its_way) == [(0,)])  # or the page is left by itself when the mail has gone out
    page = person.visit(f"/desk/orders/{number}")
    token = next(cookie["value"] for cookie in person.context.cookies() if cookie["name"] == "pedido_desk")
    assert token
    pedido.write("DELETE FROM seller_session WHERE id = (SELECT max(id) FROM seller_session)")
    page.get_by_role("button", name="Confirm order processing").click()
    page.wait_for_url("**/desk/sign-in*")
    assert pedido.read('SELECT status, confirmed_at FROM "order" WHERE number = ?', number) == [("pending", None)]


def test_an_open_desk_whose_session_has_ended_shows_no_new_order(arrives: Arrivals, pedido: ShopProcess) -> None:
    page = in_at_the_desk(arrives).visit("/desk")
    pedido.write("DELETE FROM seller_session WHERE id = (SELECT max(id) FROM seller_session)")
    number = buying.send_request(arrives(), buying.new_address())
    page.wait_for_url("**/desk/sign-in*")
    assert number not in page.content()


FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/desk/sign-in", {"email": seeding.OWNER, "password": seeding.PASSWORD}),
    ("/desk/sign-out", {}),
    ("/setup", {"code": "x"}),
    ("/sign-in", {"email": "marta@sol.example"}),
    ("/sign-in/x", {}),
    ("/sign-out", {}),
    ("/verify/x", {}),
    ("/verify/x/renew", {}),
    ("/verify/x/address", {"email": "marta@sol.example"}),
    ("/orders/confirm/x", {}),
)


@pytest.mark.parametrize(("path", "answers"), FORMS, ids=[path for path, _answers in FORMS])
def test_no_form_works_from_another_site(pedido: ShopProcess, path: str, answers: dict[str, str]) -> None:
    cookies = {"pedido_desk": pedido.owner_token}
    for headers in (FOREIGN, {"origin": "null"}, {"sec-fetch-site": "same-site"}):
        answer = httpx.post(auth=FormToken(), url=pedido.address + path, data=answers, headers=headers, cookies=cookies)
        assert answer.status_code == 403, headers
    assert httpx.get(f"{pedido.address}/desk", cookies=cookies).status_code == 200


def test_uploads_are_refused_from_another_site_and_from_strangers(pedido: ShopProcess, seller: Person) -> None:
    urls = upload_addresses(seller)
    assert urls
    for url in urls:
        file = {"file": ("x.csv", b"sku,name,price\nA,B,1\n", "text/csv")}
        ours = httpx.post(
            auth=FormToken(),
            url=pedido.address + url,
            files=file,
            headers=FOREIGN,
            cookies={"pedido_desk": pedido.owner_token},
        )
        assert ours.status_code == 403, url
        strangers = httpx.post(auth=FormToken(), url=pedido.address + url, files=file)
        assert strangers.status_code in {303, 401, 403}, url


def upload_addresses(seller: Person) -> set[str]:
    """Where the desk's drop zones post to, as a browser is told."""
    found = set()
    for path in ("/desk/import", "/desk/parameters", "/desk/products/1"):
        page = seller.visit(path)
        found |= set(re.findall(r'"url":\s*"(/[^"]+)"', page.content().replace("&quot;", '"')))
    return {address for address in found if address.startswith("/desk")}


def test_the_desk_cannot_be_framed_or_kept_by_the_browser(pedido: ShopProcess) -> None:
    answer = httpx.get(f"{pedido.address}/desk", cookies={"pedido_desk": pedido.owner_token})
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_log_holds_no_token_and_no_address(arrives: Arrivals, pedido: ShopProcess) -> None:
    email = buying.new_address()
    buyer = arrives()
    buying.send_request(buyer, email)
    token = buyer.page.url.rpartition("/")[2]
    wait_until(lambda: httpx.get(f"{pedido.address}/request/{token}").status_code == 200)
    written = pedido.log + (pedido.folder / "stdout").read_text("utf-8")
    assert token not in written and email not in written
