"""The first run, in this order: a shop is set up once, by the link that the program prints."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e import axe, seeding, selling
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.form_token import FormToken


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A program that nobody has set up yet."""
    with running_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_before_it_buyers_are_told_to_come_back(buyer: Person, pedido: ShopProcess) -> None:
    for path in ("/", "/cart", "/checkout", "/product/x", "/account", "/request/x"):
        answer = httpx.get(pedido.address + path)
        assert (answer.status_code, "being set up" in answer.text) == (503, True), path
    buyer.expects("status of 503")
    expect(buyer.visit("/").get_by_role("heading")).to_have_text("Soon here")


def test_before_it_no_other_page_fails(pedido: ShopProcess) -> None:
    for path in ("/sign-in", "/verify/x", "/legal/privacy", "/desk", "/desk/sign-in", "/nope", "/orders/csv/x"):
        answer = httpx.get(pedido.address + path, follow_redirects=True)
        assert answer.status_code in {200, 404, 410, 503}, (path, answer.status_code)
        assert "<h1>" in answer.text


@pytest.mark.parametrize("code", ["", "?code=", "?code=wrong", "?code=" + "x" * 5000, "?code=%00"])
def test_a_wrong_code_opens_nothing(pedido: ShopProcess, code: str) -> None:
    answer = httpx.get(f"{pedido.address}/setup{code}")
    assert answer.status_code == 410
    assert "This link opens nothing" in answer.text and "<form" not in answer.text
    assert (
        httpx.post(
            auth=FormToken(), url=f"{pedido.address}/setup", data={"code": code.removeprefix("?code=")[:99]}
        ).status_code
        == 410
    )


def test_answers_that_cannot_be_taken_are_told_at_their_fields_and_kept(buyer: Person, pedido: ShopProcess) -> None:
    page = buyer.page
    page.goto(pedido.set_up_link)
    assert axe.findings(page) == []
    page.locator("form.form").evaluate("form => (form.noValidate = true)")
    page.get_by_label("Shop name").fill("Norte Tools")
    page.get_by_label("Your e-mail").fill("nobody")
    page.get_by_label("Password").fill("short")
    buyer.expects("status of 422")
    page.get_by_role("button", name="Set up the shop").click()
    expect(page.get_by_label("Password")).to_have_accessible_description(re.compile("12 to 128 characters"))
    expect(page.get_by_label("Your e-mail")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Shop name")).to_have_value("Norte Tools")
    assert pedido.read("SELECT count(*) FROM seller") == [(0,)]


def test_the_printed_link_makes_shop_and_owner_once(buyer: Person, pedido: ShopProcess) -> None:
    answers = {**seeding.SHOP, "name": "Norte <b>Tools</b>"}
    selling.set_up(buyer.page, pedido.set_up_link, **answers)
    expect(buyer.page.get_by_role("heading", name="Purchase orders")).to_be_visible()
    steps = buyer.page.get_by_role("region", name="Left to do")
    expect(steps.get_by_role("listitem")).to_have_count(4)
    buyer.expects("status of 410")
    buyer.page.goto(pedido.set_up_link)
    expect(buyer.page.get_by_role("heading", name="This link opens nothing")).to_be_visible()
    again = {"code": pedido.set_up_link.partition("=")[2], **answers, "email": "thief@elsewhere.example"}
    assert httpx.post(auth=FormToken(), url=f"{pedido.address}/setup", data=again).status_code == 410
    assert pedido.read("SELECT email FROM seller") == [(seeding.OWNER,)]


def test_an_empty_catalogue_says_that_it_is_being_prepared(buyer: Person) -> None:
    page = buyer.visit("/")
    expect(page.get_by_text("The catalogue is being prepared")).to_be_visible()
    expect(page.get_by_role("link", name="Norte <b>Tools</b>, Start page")).to_be_visible()


def test_after_a_restart_no_new_link_is_printed(pedido: ShopProcess) -> None:
    link = pedido.set_up_link
    pedido.stop()
    pedido.start()
    assert pedido.set_up_link == link
    assert httpx.get(link).status_code == 410
