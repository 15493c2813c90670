"""What a seller does at the desk, step by step."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import Person, settle

SOON_MS = 3000  # what is live is there within a second; here four browsers share two cores


def set_up(page: Page, link: str, **answers: str) -> None:
    """Open the set-up link, answer its questions (fields by their name) and arrive at the desk."""
    page.goto(link)
    for name, answer in answers.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)
    page.get_by_role("button", name="Set up the shop").click()
    page.wait_for_url("**/desk")
    settle(page)


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the sign-in page in front of the seller."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def drop_file(zone: Locator, file: Path) -> None:
    """Let a file fall on a drop zone, as from the desktop."""
    encoded = base64.b64encode(file.read_bytes()).decode()
    transfer = zone.page.evaluate_handle(
        """([name, encoded]) => {
            const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name));
            return transfer;
        }""",
        [file.name, encoded],
    )
    zone.dispatch_event("drop", {"dataTransfer": transfer})


def import_catalogue(person: Person, file: Path) -> str:
    """Drop a catalogue file on the import page, look at it, import it; return what is said afterwards."""
    page = person.visit("/desk/import")
    drop_file(page.locator(".drop").first, file)
    page.get_by_role("button", name=re.compile(r"^Import \d+ product")).click()
    done = page.get_by_text(re.compile("^Imported"))
    expect(done).to_be_visible()
    return done.inner_text()


def new_target(person: Person, protocol: str, **answers: str) -> Page:
    """Enter a transfer target (fields by their name) and stay on its page."""
    page = person.visit("/desk/terms-of-sale")
    page.get_by_role("button", name="New transfer target").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=protocol, exact=True).check()
    dialog.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/targets/new*")
    settle(page)
    for name, answer in answers.items():
        field = page.locator(f"form [name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/targets/\d+$"))
    settle(page)
    return page


def accept_host_key(page: Page) -> str:
    """Fetch and accept the host key of the target in front; return its fingerprint."""
    page.get_by_role("button", name="Fetch host key").click()
    shown = page.get_by_text(re.compile("^SHA256:"))
    fingerprint = shown.inner_text()
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("Accepted. Test the connection now.")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=fingerprint)).to_be_visible()
    return fingerprint


def test_connection(page: Page) -> None:
    """Press Test connection and read that it works."""
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("It works: a small file was written, checked and deleted.")).to_be_visible()


def row_of(page: Page, number: str) -> Locator:
    """The row of an order in the table of purchase orders."""
    return page.get_by_role("row").filter(has_text=number)


def tick(page: Page, number: str, words: str) -> Locator:
    """What the tick before an order's buyer says to screen readers."""
    return row_of(page, number).get_by_text(re.compile(f"^{words}$", re.IGNORECASE))


def act_on(page: Page, numbers: list[str], action: str) -> Locator:
    """Select orders and choose an action; return the dialog that asks about it."""
    for number in numbers:
        row_of(page, number).get_by_role("checkbox").check()
    return choose_action(page, action)


def choose_action(page: Page, action: str) -> Locator:
    """Choose an action for what is selected; return the dialog that asks about it."""
    page.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("menuitem", name=action).click()
    return page.get_by_role("dialog")


def answer(dialog: Locator, *choices: str, confirm: str) -> None:
    """Choose among a dialog's radio buttons and press its button."""
    for choice in choices:
        dialog.get_by_role("radio", name=choice, exact=True).check()
    dialog.get_by_role("button", name=confirm).click()


def download(page: Page, dialog: Locator, shape: str, dialect: str) -> tuple[str, bytes]:
    """Answer the download's dialog and return the file's name and bytes."""
    with page.expect_download() as started:
        answer(dialog, shape, dialect, confirm="Download")
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()
