"""The commands of the command line, each returning its exit code."""

import asyncio
import getpass
import sys

from models.errors import ShopError
from models.text import _
from services import database, first_run, sellers, settings


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


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(_("Password (at least {n} characters): ").format(n=sellers.MIN_PASSWORD_LENGTH))
    if getpass.getpass(_("The same again: ")) != password:
        raise ShopError(_("The two passwords are not the same. Nothing was made."))
    return password


def _desk() -> str:
    return f"{settings.current().public_url}/desk"


def _say(words: str, *, to_stderr: bool = False) -> None:
    (sys.stderr if to_stderr else sys.stdout).write(words + "\n")
