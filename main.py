"""Pedido: settings, wiring, start."""

import argparse
import asyncio
import gc
import importlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from models.catalog_field import Field
from services import data_folder, engines, settings

DEMO_FOLDER = Path("demo-data")
PRUNE_SECONDS = 5
UNCONNECTED_SECONDS = 25  # a visitor without a socket by then is a bot or a link preview: forget its page
# New objects until garbage is looked for among the newest; how often until among those that were new a moment ago, and
# how often this until among all. With a thousand open pages everybody waits 40 ms for the second, and most of a second
# for the last. It finds next to nothing, as pages leave nothing behind (see `framework.take_apart`, `connections`), so
# it is seldom, after 30,000 pages or so. It would come sooner if they did.
GARBAGE = (2000, 3, 500)
PAGES: tuple[str, ...] = (
    "pages.media",
    "pages.metrics",
    "pages.language_choice",
    "pages.shop.catalog",
    "pages.shop.product",
    "pages.shop.quick_order",
    "pages.shop.suggestions",
    "pages.shop.lists",
    "pages.shop.again",
    "pages.shop.cart",
    "pages.shop.checkout",
    "pages.shop.request",
    "pages.shop.request_file",
    "pages.shop.account",
    "pages.shop.profile",
    "pages.shop.verify",
    "pages.shop.sign_in",
    "pages.shop.mailed_links",
    "pages.shop.legal",
    "pages.desk.setup",
    "pages.desk.sign_in",
    "pages.desk.new_password",
    "pages.desk.account",
    "pages.desk.credentials",
    "pages.desk.dashboard",
    "pages.desk.order",
    "pages.desk.edit_order",
    "pages.desk.new_order",
    "pages.desk.products",
    "pages.desk.product",
    "pages.desk.catalog_import",
    "pages.desk.import_history",
    "pages.desk.categories",
    "pages.desk.buyers",
    "pages.desk.buyer",
    "pages.desk.groups",
    "pages.desk.group",
    "pages.desk.deliveries",
    "pages.desk.exports",
    "pages.desk.reports",
    "pages.desk.export_profile",
    "pages.desk.downloads",
    "pages.desk.audit",
    "pages.desk.share",
    "pages.desk.parameters",
    "pages.desk.self_test",
    "pages.desk.mail_texts",
    "pages.desk.terms_of_sale",
    "pages.desk.rules",
)


def wire() -> None:
    """Register every page and route, and what runs as long as the server does."""
    from nicegui import Client, app

    from pages import connections, framework, http, socket_door, theme
    from services import (
        catalog_upkeep,
        database,
        duty,
        export_schedule,
        exports,
        housekeeping,
        live,
        loop_watch,
        outbox_worker,
        pictures,
        signals,
    )

    framework.remember()
    framework.forget_unused()
    framework.fetch_early()
    framework.load_once()
    framework.build_quietly()
    framework.tell_what_is_needed()
    framework.shorten_pages()
    framework.sleep_longer()
    framework.wake_at_connection()
    framework.take_apart()
    framework.escape_at_once()
    theme.serve()
    http.register()
    socket_door.tighten()
    connections.let_go()
    for name in PAGES:
        importlib.import_module(name).register()
    app.timer(PRUNE_SECONDS, lambda: Client.prune_instances(client_age_threshold=UNCONNECTED_SECONDS))
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[Any]:
        gc.freeze()  # all that was loaded stays: looking for garbage in it would hold up a page for a while
        gc.enable()
        gc.set_threshold(*GARBAGE)
        url = settings.current().database_url
        await database.open_database(url)
        works = [outbox_worker.run(), loop_watch.run(), catalog_upkeep.prepare()]
        jobs = (pictures.run, housekeeping.run, export_schedule.run)
        workers = []
        if engines.is_postgres(url):  # there may be other processes of this shop
            workers += [await signals.begin(live.everything_changed, pictures.wake)]
            works += [duty.run(jobs)]
        else:
            works += [job() for job in jobs]
        workers += [asyncio.create_task(work) for work in works]
        try:
            await announce()
            async with inner(application) as state:
                yield state
                live.forget_pages()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await exports.stop()
            await database.close_database()

    app.router.lifespan_context = lifespan


async def announce() -> None:
    """Print where the shop is, and the set-up link while there is no seller."""
    from services import sellers, setup_code

    address = settings.current().public_url
    print(f"Pedido is at {address} – the desk is at {address}/desk", flush=True)
    if not await sellers.any_exists():
        print(f"Set it up here (one hour, once): {address}/setup?code={await setup_code.issue()}", flush=True)


def serve() -> None:
    """Run the web server until it is stopped."""
    gc.disable()  # until all is loaded: nothing of it goes, and to look for garbage takes a seventh of the start
    chosen = settings.current()
    chosen.make_data_folder()
    # Before what takes seconds: a second process is refused at once.
    data_folder.claim(chosen.data, shared=engines.is_postgres(chosen.database_url))
    chosen.make_folders()
    sys.modules["aiohttp"] = None  # type: ignore[assignment] # the framework's socket can do without: 15 MB for clients
    from nicegui import ui
    from starlette.middleware.gzip import GZipMiddleware

    from pages import connections, socket_door
    from services import keys, logs

    logs.start(chosen.log_level, chosen.log_format)
    keys.check()
    settings.check_address(chosen)
    wire()
    ui.run(
        host=chosen.host,
        port=chosen.port,
        title="Pedido",
        dark=None,
        tailwind=False,
        reload=False,
        show=False,
        show_welcome_message=False,
        reconnect_timeout=30,
        message_history_length=200,
        binding_refresh_interval=None,
        gzip_middleware_factory=lambda inner: GZipMiddleware(inner, minimum_size=1000, compresslevel=5),
        timeout_graceful_shutdown=5,
        uvicorn_logging_level="warning",
        http=connections.HttpConnection,
        access_log=False,  # addresses hold secret tokens
        server_header=False,
        proxy_headers=False,  # who a visitor is and where the shop stands is for pages/peers.py and the settings to say
        ws_max_size=socket_door.MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # a small message could unfold to a large one
    )


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python main.py", description="Pedido: a catalogue and order desk.")
    names = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands (without one: serve the shop)")

    def command(name: str, words: str) -> argparse.ArgumentParser:
        return names.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")

    command("demo", f"serve a sample shop in a data folder of its own ({DEMO_FOLDER}); prints the seller's login")
    create_seller = command("create-seller", "make a seller; asks for the password, or reads it from standard input")
    create_seller.add_argument("email", help="the address the seller signs in with")
    new_password = command("new-password", "print a link by which a seller chooses a new password, good for an hour")
    new_password.add_argument("email", help="the address the seller signs in with")
    importing = command("import", "show what a catalogue file would change; write it with --apply")
    importing.add_argument("file", type=Path, help="a CSV or XLSX file")
    importing.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help=f"which column holds a field, by name or number: price=3; the fields: {', '.join(Field)}, ignore",
    )
    importing.add_argument("--apply", action="store_true", help="write what was shown")
    backup = command("backup", "write everything but the key to one file; the shop may be running")
    backup.add_argument("file", type=Path, nargs="?", help="a new file; without it, one in the data folder")
    restore = command("restore", "bring a backup back into an empty data folder")
    restore.add_argument("file", type=Path, help="a file that backup wrote")
    restore.add_argument("--key-file", type=Path, help="the key that saved passwords are encrypted with")
    restore.add_argument("--erasures", type=Path, help="the list of erased buyers of the lost data folder")
    move = command("move", "move the shop, which must not be running, from SQLite to PostgreSQL or back")
    move.add_argument(
        "--to",
        required=True,
        metavar="ADDRESS",
        help="an empty database, as PEDIDO_DATABASE_URL names it; - to be asked for it, as it holds a password",
    )
    return parser.parse_args()


def serve_demo() -> None:
    """Run the web server with the sample shop."""
    from services import commands

    chosen = settings.load(data=os.environ.get("PEDIDO_DATA") or DEMO_FOLDER)
    chosen.make_data_folder()
    data_folder.claim(chosen.data)
    commands.make_demo()
    serve()


def run(chosen: argparse.Namespace) -> int:
    """Run a command and return its exit code."""
    from services import commands

    settings.load()
    match chosen.command:
        case "create-seller":
            return commands.create_seller(chosen.email)
        case "new-password":
            return commands.new_password(chosen.email)
        case "import":
            return commands.import_file(chosen.file, chosen.map, apply=chosen.apply)
        case "backup":
            return commands.backup(chosen.file)
        case "move":
            return commands.move(chosen.to)
        case _:
            return commands.restore(chosen.file, chosen.key_file, chosen.erasures)


def main() -> int:
    """Do what the command line asks for and return the exit code."""
    chosen = arguments()
    try:
        if chosen.command == "demo":
            serve_demo()
        elif chosen.command:
            return run(chosen)
        else:
            settings.load()
            serve()
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ in {"__main__", "__mp_main__"}:
    sys.exit(main())
