"""The commands of the command line, each returning its exit code."""

import asyncio
import getpass
import sys
from pathlib import Path

from models import Shop
from models.errors import ShopError
from models.text import _, ngettext
from services import (
    backups,
    catalog_import,
    copying,
    database,
    demo,
    engines,
    first_run,
    moving,
    parameters,
    passwords,
    restoring,
    seller_links,
    sellers,
    settings,
)
from services.catalog_import import report
from services.privacy import erasure_list

COMMAND_LINE = "command line"  # who did it, in the records
ASKED = "-"  # instead of an address: a command line can be seen by everybody on the machine
TOLD_ROWS = 100_000  # a table so large is told of meanwhile, too


def create_seller(email: str) -> int:
    """Make a seller; the password is asked for, or is the first line of stdin when that is not a terminal."""
    settings.current().make_folders()
    try:
        seller_email = asyncio.run(_create_seller(email, _password()))
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    _say(_("{email} may sign in at {address} now.").format(email=seller_email, address=_desk()))
    return 0


async def _create_seller(email: str, password: str) -> str:
    await database.open_database(settings.current().database_url)
    try:
        seller = await sellers.create(email, password)
        await first_run.make_bare_shop(seller.email)
        return seller.email
    finally:
        await database.close_database()


def new_password(email: str) -> int:
    """Print a link by which a seller chooses a new password: for who sits at the machine and has no mail."""
    settings.current().make_folders()
    try:
        _say(asyncio.run(_reset_link(email)))
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    return 0


async def _reset_link(email: str) -> str:
    await database.open_database(settings.current().database_url)
    try:
        return await seller_links.reset_link(email)
    finally:
        await database.close_database()


def import_file(path: Path, maps: list[str], *, apply: bool) -> int:
    """Print what a catalogue file would change, and write it with `apply`; `maps` are like `price=3`."""
    settings.current().make_folders()
    try:
        asyncio.run(_import_file(path, maps, apply=apply))
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    except OSError as error:
        _say(f"{path}: {error.strerror}", to_stderr=True)
        return 1
    return 0


async def _import_file(path: Path, maps: list[str], *, apply: bool) -> None:
    table = await catalog_import.read(path.name, await asyncio.to_thread(path.read_bytes))
    await database.open_database(settings.current().database_url)
    try:
        recognised = catalog_import.recognise(table, await catalog_import.remembered(table))
        mapping = catalog_import.chosen(recognised, table, maps)
        shop = await parameters.current() if await parameters.exists() else Shop()
        plan = await catalog_import.plan(table, mapping, currency=shop.currency, language=shop.language)
        _say("\n".join(report.lines(plan)))
        _say("")
        if not apply:
            _say(_("Nothing was written. Add --apply to write it."))
            return
        await catalog_import.apply(plan, by=COMMAND_LINE)
        words = ngettext("Done: {n} row is in the catalogue.", "Done: {n} rows are in the catalogue.", plan.imported)
        _say(words.format(n=plan.imported))
    finally:
        await database.close_database()


def backup(path: Path | None) -> int:
    """Write a backup to `path`, or into the data folder; the shop may be running."""
    try:
        made = backups.write(path.absolute()) if path else backups.make_at_once()
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    _say(_("{file}: {n} bytes, read back and found whole.").format(file=made.path, n=made.size))
    return 0


def restore(path: Path, key_file: Path | None, erasures: Path | None = None) -> int:
    """Bring a backup back into an empty data folder."""
    try:
        restored = restoring.restore(path.absolute(), key_file, erasures)
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    made_at = f"{restored.made_at:%Y-%m-%d %H:%M} UTC"
    orders = ngettext("{n} order", "{n} orders", restored.orders).format(n=restored.orders)
    _say(_("The shop is as it was on {time}: {orders}.").format(time=made_at, orders=orders))
    if restored.held:
        words = ngettext(
            "{n} delivery had not gone out then. It is held until you release it: {address}",
            "{n} deliveries had not gone out then. They are held until you release them: {address}",
            restored.held,
        )
        _say(words.format(n=restored.held, address=f"{_desk()}/deliveries?status=held"))
    if erasures is None:
        _say(
            _(
                "If buyers were erased since {time}, they are back. To erase them again, restore once more into an "
                "empty folder with --erasures and the file {name} of the lost data folder."
            ).format(time=made_at, name=erasure_list.FILE)
        )
    else:
        words = ngettext(
            "{n} buyer was erased since, and is erased here, too.",
            "{n} buyers were erased since, and are erased here, too.",
            restored.erased,
        )
        _say(words.format(n=restored.erased))
    if restored.passwords_lost:
        _say(_("Passwords of servers could not be read without the key file: enter them again at the desk."))
    return 0


def move(address: str) -> int:
    """Copy the shop to the empty database at `address`, and say what to set; with `-` the address is asked for."""
    source = settings.current().database_url
    try:
        target = _asked(_("The address to move to: ")) if address == ASKED else address
        moved = moving.move(target, _progress)
    except ShopError as error:
        _say(str(error), to_stderr=True)
        return 1
    except OSError as error:
        _say(f"{error.filename or engines.shown(target)}: {error.strerror or error}", to_stderr=True)
        return 1
    rows = sum(sums.rows for sums in moved.values())
    _say(
        _("{n} rows in {m} tables were moved and compared: the same numbers, sums and texts.").format(
            n=rows, m=len(moved)
        )
    )
    _say(_("Now set {setting} and start the shop.").format(setting=f"PEDIDO_DATABASE_URL={engines.shown(target)}"))
    _say(
        _(
            "It is still at {address}, too, as it was. Never serve it from there again: what waits to be sent would "
            "go out twice."
        ).format(address=engines.shown(source))
    )
    return 0


def _progress(table: str, rows: int) -> None:
    if rows % copying.ROWS_AT_ONCE or rows % TOLD_ROWS == 0:
        _say(f"{table}: {rows}")


def make_demo() -> None:
    """Fill the data folder with the sample shop, if it is not there yet, and say how to sign in.

    Raises SettingsError if the folder belongs to another shop.
    """
    settings.current().make_folders()
    try:
        asyncio.run(_make_demo())
    except ShopError as error:
        raise settings.SettingsError(f"PEDIDO_DATA: {error}") from None
    _say(
        _("Sign in to the desk as {email} with the password {password}").format(
            email=demo.SELLER, password=demo.PASSWORD
        )
    )
    _say(_("The sample shop is kept in {folder}; delete that folder to start afresh.").format(folder=_shown_folder()))


async def _make_demo() -> None:
    await database.open_database(settings.current().database_url)
    try:
        if not await demo.is_made():
            _say(_("Making the sample shop: drawing pictures, writing four months of orders. This takes a moment."))
            await demo.make()
    finally:
        await database.close_database()


def _shown_folder() -> str:
    """The data folder as people see it from where they are."""
    folder = settings.current().data
    return f"./{folder.relative_to(Path.cwd())}" if folder.is_relative_to(Path.cwd()) else str(folder)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(_("Password (at least {n} characters): ").format(n=passwords.MIN_LENGTH))
    if getpass.getpass(_("The same again: ")) != password:
        raise ShopError(_("The two passwords are not the same. Nothing was made."))
    return password


def _asked(question: str) -> str:
    """What is typed, unseen, or the first line of stdin when that is not a terminal."""
    return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _desk() -> str:
    return f"{settings.current().public_url}/desk"


def _say(words: str, *, to_stderr: bool = False) -> None:
    (sys.stderr if to_stderr else sys.stdout).write(words + "\n")
