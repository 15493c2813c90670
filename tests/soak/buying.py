"""What buyers and the seller do in the shop without a browser, step by step."""

import re

from tests.soak.wire import Device, LostError, OpenPage

ANSWERS = {
    "name": "Marta Gil",
    "company": "",
    "phone": "",
    "buyer_reference": "",
    "comments": "",
    "privacy_accepted": True,
}
ORDER_NUMBER = re.compile(r"\b\d{4}-\d{5}\b")
ASKED_TO_TRY_AGAIN = "nothing was sent or changed. Please try again"


class RefusedError(Exception):
    """The shop said no, in words."""


async def put_in_cart(device: Device, sku: str, quantity: int = 1) -> None:
    """Open a product's page, press Add to cart, and see that it is in the cart."""
    async with device.open(f"/product/{sku}") as page:
        product = page.props("product_panel")["variants"][0]["id"]

        def is_in_cart() -> bool:
            return str(product) in page.props("product_panel")["quantities"]

        if not is_in_cart():
            await page.send("product_panel", "add", {"id": product, "quantity": quantity})
            await page.until(is_in_cart)


async def press_send(page: OpenPage, email: str, reference: str = "") -> str:
    """Fill in the order form, press Send request, and return the address of what was sent."""
    before = page.props("form")["attempt"]
    await page.send("form", "send", ANSWERS | {"email": email, "buyer_reference": reference})
    await page.until(lambda: page.went_to or page.props("form")["attempt"] > before)
    if page.went_to:
        return page.went_to
    form = page.props("form")
    if ASKED_TO_TRY_AGAIN in form["summary"]:
        raise LostError(form["summary"])
    raise RefusedError(f"{form['summary']} {form['errors']}")


async def send_request(device: Device, email: str, sku: str = "FR-200", reference: str = "") -> str:
    """Order one product; return the address of the request, which tells the buyer that it was sent.

    `reference` is the buyer's own word for it. Call it again when the shop was lost meanwhile: what was sent is not
    sent again.
    """
    async with device.open("/checkout") as page:
        if page.path.startswith("/request/"):  # it had been sent, only the answer was lost
            return page.path
        if page.path == "/checkout":
            return await press_send(page, email, reference)
    await put_in_cart(device, sku)
    async with device.open("/checkout") as page:
        return await press_send(page, email, reference)


async def press_button(device: Device, path: str) -> str:
    """Open a plain page behind a mailed link and press its button; return the page that follows."""
    for answer in (await device.get(path), await device.post(path)):
        if answer.status_code != 200:
            raise RefusedError(f"{path.rpartition('/')[0]}: {answer.status_code}")
    return answer.text
