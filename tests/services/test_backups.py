"""Backups: whole while the shop works, refused in words when they are not, and nothing in them goes out twice."""

import asyncio
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

from models import (
    Buyer,
    Dialect,
    MessageStatus,
    OutboxMessage,
    Protocol,
    Purpose,
    RecoveryCode,
    Seller,
    SellerSession,
    Shape,
    Shop,
    TransferTarget,
    Trigger,
    Verification,
)
from models.errors import NotFoundError, ShopError
from services import (
    backups,
    commands,
    database,
    engines,
    exports,
    held,
    housekeeping,
    keys,
    mails,
    outbox,
    outbox_worker,
    privacy,
    restoring,
    settings,
)
from services.exports.writing import OWN_FOLDER
from tests import order_rows
from tests.servers import smtp_server

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TIMES = 10
A_YEAR = timedelta(days=366)


async def in_database(work: Callable[[], Awaitable[None]]) -> None:
    await database.connect(settings.current().database_url)
    try:
        await work()
    finally:
        await database.close_database()


@database.unit_of_work
async def ordered(number: int) -> None:
    order = await order_rows.order(number=f"2026-{number:05}")
    await order_rows.message(order, MessageStatus.PENDING)


async def a_shop() -> None:
    """A shop with saved passwords, a seller who is signed in, a picture, an export, and a mail that waits."""
    shop = await Shop.create(
        id=1,
        name="Norte Tools",
        management_emails=["orders@norte.example"],
        mail_host="mail.norte.example",
        mail_username="shop",
        mail_password=keys.encrypt("of the mail server"),
    )
    await TransferTarget.create(
        name="ERP",
        protocol=Protocol.SFTP,
        host="erp.example",
        port=22,
        username="erp",
        folder="in",
        password=keys.encrypt("of the ERP"),
        trigger=Trigger.RECEIVED,
    )
    secret = keys.encrypt("JBSWY3DPEHPK3PXP")
    seller = await Seller.create(email="nuria@norte.example", password_hash="", totp_secret=secret)
    await RecoveryCode.create(seller=seller, code_hash="1")
    await SellerSession.create(seller=seller, token_hash="1", expires_at=NOW + timedelta(days=9999))
    for number, status in enumerate((MessageStatus.SENT, MessageStatus.SENDING, MessageStatus.CAPTURED), start=1):
        await order_rows.message(await order_rows.order(number=f"2026-{number:05}"), status)
    await outbox.write_mail(Purpose.TEST, mails.test(shop), "orders@norte.example", shop)
    (settings.current().media / "saw.webp").write_bytes(b"a picture")
    (settings.current().exports / "1.csv").write_bytes(b"an export")
    (settings.current().exports / "2.csv.12.part").write_bytes(b"half an exp")
    own = settings.current().exports / f"3.csv.part{OWN_FOLDER}"
    own.mkdir()
    (own / "sheet").write_bytes(b"half a workbook")


@pytest.fixture
def backup(data_folder: settings.Settings, empty_database: Path) -> Path:
    """A backup of a shop, beside its data folder."""
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    asyncio.run(in_database(a_shop))
    return backups.write(data_folder.data.parent / "backup.zip").path


@pytest.fixture
def new_folder(backup: Path) -> settings.Settings:
    """Settings of an empty folder, which a backup may be restored into."""
    return settings.load(data=backup.parent / "new")


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute(query).fetchall()


def refused(capsys: pytest.CaptureFixture[str], path: Path, key_file: Path | None = None) -> str:
    """What `restore` says when it refuses; the data folder is then as empty as it was."""
    assert commands.restore(path, key_file) == 1
    data = settings.current().data
    assert not data.exists() or not list(data.iterdir())
    return capsys.readouterr().err


def test_backups_made_while_orders_arrive_hold_each_order_acknowledged_before(
    data_folder: settings.Settings, empty_database: Path
) -> None:
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    acknowledged = 0
    taken: list[tuple[Path, int]] = []

    async def buyers() -> None:
        nonlocal acknowledged
        while len(taken) < TIMES:
            await ordered(acknowledged + 1)
            acknowledged += 1

    async def load() -> None:
        buying = asyncio.create_task(buyers())
        for number in range(TIMES):
            await asyncio.sleep(0.05)
            before = acknowledged
            made = await asyncio.to_thread(backups.write, data_folder.data.parent / f"{number}.zip")
            taken.append((made.path, before))
        await buying

    asyncio.run(in_database(load))
    assert taken[0][1] < taken[-1][1], "no order arrived meanwhile"
    for path, before in taken:
        restored_in = settings.load(data=path.with_suffix(""))
        restored = restoring.restore(path, None)
        file = restored_in.data / "pedido.db"
        assert rows(file, "PRAGMA integrity_check") == [("ok",)]
        assert restored.orders >= before
        numbers = [number for (number,) in rows(file, 'SELECT number FROM "order" ORDER BY id')]
        assert numbers == [f"2026-{number:05}" for number in range(1, restored.orders + 1)]
        assert rows(file, "SELECT status FROM outbox_message") == [("held",)] * restored.orders


def test_a_backup_brings_back_rows_pictures_and_exports_but_never_the_key(
    backup: Path, new_folder: settings.Settings
) -> None:
    with zipfile.ZipFile(backup) as packed:
        assert sorted(packed.namelist()) == ["about.json", "exports/1.csv", "media/saw.webp", "pedido.db"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    restored = restoring.restore(backup, None)
    assert (restored.orders, restored.held) == (3, 2)
    assert (new_folder.media / "saw.webp").read_bytes() == b"a picture"
    assert (new_folder.exports / "1.csv").read_bytes() == b"an export"
    assert sorted(path.name for path in new_folder.data.iterdir()) == ["exports", "lock", "media", "pedido.db"]


def test_a_restore_ends_the_sessions_and_holds_what_had_not_gone_out(
    backup: Path, new_folder: settings.Settings
) -> None:
    restoring.restore(backup, None)
    file = new_folder.data / "pedido.db"
    assert rows(file, "SELECT count(*) FROM seller_session") == [(0,)]
    assert rows(file, "SELECT count(*) FROM seller") == [(1,)]
    statuses = rows(file, "SELECT status, count(*) FROM outbox_message GROUP BY status ORDER BY status")
    assert statuses == [("captured", 1), ("held", 2), ("sent", 1)]


def test_after_a_restore_nothing_goes_out_until_it_is_released(backup: Path, new_folder: settings.Settings) -> None:
    restoring.restore(backup, None)
    with smtp_server() as server:
        settings.load(data=new_folder.data, smtp_url=f"smtp://127.0.0.1:{server.port}")

        async def work() -> None:
            worker = asyncio.create_task(outbox_worker.run())
            await asyncio.sleep(1)
            assert server.messages == []
            [message] = await OutboxMessage.filter(purpose=Purpose.TEST)
            assert await held.release([message.id]) == 1
            async with asyncio.timeout(10):
                while not server.messages:  # noqa: ASYNC110 - what is waited for happens in the server
                    await asyncio.sleep(0.02)
            assert await held.count() == 1
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

        asyncio.run(in_database(work))
        assert len(server.messages) == 1


def test_without_holding_them_they_would_go_out_again(backup: Path, new_folder: settings.Settings) -> None:
    """The control of the test above."""
    restoring.restore(backup, None)
    with smtp_server() as server:
        settings.load(data=new_folder.data, smtp_url=f"smtp://127.0.0.1:{server.port}")

        async def work() -> None:
            await OutboxMessage.filter(status=MessageStatus.HELD).exclude(content=b"").update(status="pending")
            worker = asyncio.create_task(outbox_worker.run())
            await asyncio.sleep(1)
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

        asyncio.run(in_database(work))
        assert len(server.messages) == 1


async def test_all_that_is_held_is_released_at_once_and_a_second_time_refused(shop: Shop) -> None:
    for _number in range(3):
        await order_rows.message(await order_rows.order(), MessageStatus.HELD)
    assert await held.release() == 3
    assert await OutboxMessage.filter(status=MessageStatus.PENDING, expires_at__gt=datetime.now(UTC)).count() == 3
    with pytest.raises(ShopError, match="held"):
        await held.release()


def test_with_the_key_file_the_saved_passwords_are_read_again(backup: Path, new_folder: settings.Settings) -> None:
    key_file = backup.parent / "data" / "key"
    assert restoring.restore(backup, key_file).passwords_lost == 0
    [(stored,)] = rows(new_folder.data / "pedido.db", "SELECT mail_password FROM shop")
    assert keys.decrypt(str(stored)) == "of the mail server"
    assert rows(new_folder.data / "pedido.db", "SELECT count(*) FROM seller WHERE totp_secret <> ''") == [(1,)]
    assert stat.S_IMODE((new_folder.data / "key").stat().st_mode) == 0o600


def test_without_the_key_file_the_saved_passwords_are_forgotten(backup: Path, new_folder: settings.Settings) -> None:
    assert restoring.restore(backup, None).passwords_lost == 2
    file = new_folder.data / "pedido.db"
    assert rows(file, "SELECT mail_username, mail_password FROM shop") == [("shop", "")]
    assert rows(file, "SELECT username, password FROM transfer_target") == [("erp", "")]
    assert rows(file, "SELECT totp_secret FROM seller") == [("",)], "or nobody would get in with it any more"
    assert rows(file, "SELECT count(*) FROM recovery_code") == [(0,)]


def test_another_key_file_is_refused_and_so_is_one_that_is_none(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file = backup.with_name("other-key")
    key_file.write_bytes(Fernet.generate_key())
    assert "this key file" in refused(capsys, backup, key_file)
    key_file.write_bytes(b"a shopping list")
    assert "not a key file" in refused(capsys, backup, key_file)
    assert "other-key" in refused(capsys, backup, key_file)


def test_a_file_that_is_no_backup_is_refused(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    other = backup.with_name("other.zip")
    other.write_bytes(b"a shopping list")
    assert "not a whole backup" in refused(capsys, other)
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("letter.txt", "Dear Sir")
    assert "not a whole backup" in refused(capsys, other)
    assert "No such file" in refused(capsys, backup.with_name("nothing.zip"))


def test_a_backup_cut_short_at_any_length_is_refused(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    content = backup.read_bytes()
    for length in (0, 1, len(content) // 3, len(content) // 2, len(content) - 1):
        backup.write_bytes(content[:length])
        assert "not a whole backup" in refused(capsys, backup)


def test_a_backup_with_a_changed_byte_or_a_name_that_leads_elsewhere_is_refused(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(backup.read_bytes())
    changed = backup.with_name("changed.zip")
    content[len(content) // 2] ^= 0xFF
    changed.write_bytes(content)
    assert "not a whole backup" in refused(capsys, changed)
    with zipfile.ZipFile(backup, "a") as packed:
        packed.writestr("media/../../outside.txt", "gotcha")
    assert "not a whole backup" in refused(capsys, backup)
    assert not (backup.parent / "outside.txt").exists()


def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.load(data=backup.parent / "data")
    with closing(sqlite3.connect(settings.current().data / "pedido.db")) as opened, opened:
        opened.execute("INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('models', '9999_moon', '')")
    newer = backups.write(backup.with_name("newer.zip")).path
    settings.load(data=new_folder.data)
    assert "newer Pedido" in refused(capsys, newer)


def test_a_folder_that_holds_something_is_left_alone(
    backup: Path, new_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    new_folder.data.mkdir()
    (new_folder.data / "letter.txt").write_text("Dear Sir")
    assert commands.restore(backup, None) == 1
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in new_folder.data.iterdir()] == ["letter.txt"]


def test_a_backup_never_overwrites_a_file(backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = backup.read_bytes()
    assert commands.backup(backup) == 1
    assert "never overwrites" in capsys.readouterr().err
    assert backup.read_bytes() == content


def test_a_backup_that_cannot_be_written_leaves_nothing(
    backup: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_pack", full)
    before = sorted(path.name for path in backup.parent.iterdir())
    assert commands.backup(backup.with_name("another.zip")) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(path.name for path in backup.parent.iterdir()) == before


def test_where_there_is_no_shop_there_is_no_backup(
    data_folder: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.backup(None) == 1
    assert "no shop" in capsys.readouterr().err
    assert backups.last() is None


def test_fourteen_backups_are_kept() -> None:
    assert backups.KEPT == 14


async def test_one_backup_a_day_is_made_and_the_last_ones_are_kept(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "KEPT", 2)
    assert backups.last() is None
    for day in range(backups.KEPT + 1):
        at = NOW + timedelta(days=day)
        assert await backups.make_daily(at)
        assert await backups.make_daily(at + timedelta(hours=2)) is None
    kept = sorted(settings.current().backups.iterdir())
    assert len(kept) == backups.KEPT
    last = backups.last()
    assert last is not None
    assert (last.path, last.made_at) == (kept[-1], at)
    assert backups.find(kept[0].name).path == kept[0]


@pytest.mark.sqlite_only  # the folder of backups is the same
async def test_backups_made_by_hand_do_not_push_the_daily_ones_out(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "KEPT", 1)
    await backups.make_daily(NOW)
    made = await backups.make()
    assert len(list(settings.current().backups.iterdir())) == 2
    assert backups.last() == made


async def test_housekeeping_backs_up_each_day_once_there_is_a_shop(database: None) -> None:
    await housekeeping.back_up(NOW)
    assert backups.last() is None
    await Shop.create(id=1, name="Norte Tools", management_emails=[])
    for hours in (0, 1, 24):
        await housekeeping.back_up(NOW + timedelta(hours=hours))
    days = [path.name[:16] for path in sorted(settings.current().backups.iterdir())]
    assert days == ["daily-2026-11-22", "daily-2026-11-23"]


@pytest.mark.sqlite_only  # the folder of backups is the same
async def test_only_finished_backups_are_found_by_name(database: None) -> None:
    await backups.make_daily(NOW)
    (settings.current().backups / "daily-2026-11-22.zip").write_bytes(b"not one of ours")
    for name in ("../data/pedido.db", "pedido.db", "daily-2026-11-22.zip", ""):
        with pytest.raises(NotFoundError):
            backups.find(name)


def test_the_desk_is_to_warn_two_days_after_the_last_one() -> None:
    backup = backups.Backup(Path("b"), NOW, 1)
    days_later = [NOW + timedelta(days=days) for days in (1, 3)]
    assert [backups.is_too_old(backup, NOW, later) for later in days_later] == [False, True]
    assert [backups.is_too_old(None, NOW, later) for later in days_later] == [False, True]


async def first_version(url: str) -> None:
    """A database as the first version made it."""
    try:
        await migrate(config=engines.config(url), target="models.0001_initial")
    finally:
        await Tortoise.close_connections()


def test_a_copy_is_kept_before_a_migration_and_three_at_most(data_folder: settings.Settings) -> None:
    asyncio.run(first_version(data_folder.database_url))
    assert list(data_folder.data.glob("*before*")) == [], "a new database needs none"
    for number in range(database.COPIES_KEPT):
        (data_folder.data / f"pedido.db.before-0001_{number}").touch()
    asyncio.run(database.bring_up_to_date(data_folder.database_url))
    kept = sorted(path for path in data_folder.data.glob("*before*"))
    assert len(kept) == database.COPIES_KEPT
    assert kept[-1].name == "pedido.db.before-0002_held"
    assert rows(kept[-1], "SELECT name FROM tortoise_migrations") == [("0001_initial",)]
    asyncio.run(database.bring_up_to_date(data_folder.database_url))
    assert sorted(data_folder.data.glob("*before*")) == kept, "nothing to migrate, nothing to copy"


async def marta_has_ordered() -> None:
    """A buyer, who is erased after the backup was made, and another."""
    await Shop.create(id=1, name="Norte Tools")
    for email in ("marta@sol.example", "pau@luna.example"):
        buyer = await Buyer.create(email=email, name=email.partition("@")[0], verified_at=NOW)
        order = await order_rows.order(
            number=f"2026-{buyer.id}",
            buyer=buyer,
            email=email,
            name=buyer.name,
            company="",
            verification=Verification.VERIFIED,
            created_at=NOW - 99 * A_YEAR,
        )
        await order_rows.message(order, MessageStatus.PENDING, recipient=email, content=b"Dear " + email.encode())
        shop = await Shop.get(id=1)
        await exports.download([order.id], Shape.ORDERS, Dialect.MACHINE, shop, by="nuria@norte.example")


async def erase_marta() -> None:
    marta = await Buyer.get(email="marta@sol.example")
    await privacy.erase(marta.id, by="nuria@norte.example")


@pytest.fixture
def erased_since(data_folder: settings.Settings, empty_database: Path) -> tuple[Path, Path]:
    """A backup with a buyer who was erased afterwards, and the list of erasures; the settings are of a new folder."""
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    asyncio.run(in_database(marta_has_ordered))
    file = backups.write(data_folder.data.parent / "backup.zip").path
    asyncio.run(in_database(erase_marta))
    erasures = data_folder.data.parent / "kept-apart.jsonl"
    shutil.copy(data_folder.data / "erasures.jsonl", erasures)
    settings.load(data=data_folder.data.parent / "new")
    return file, erasures


def test_a_restored_backup_applies_the_erasures_made_since(
    erased_since: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file, erasures = erased_since
    assert commands.restore(file, None, erasures) == 0

    assert "1 buyer was erased since" in capsys.readouterr().out
    data = settings.current().data
    assert rows(data / "pedido.db", "SELECT name FROM buyer ORDER BY id") == [("Erased",), ("pau",)]
    assert rows(data / "pedido.db", 'SELECT email FROM "order" ORDER BY id') == [("",), ("pau@luna.example",)]
    assert rows(data / "pedido.db", "SELECT recipient, status FROM outbox_message") == [("pau@luna.example", "held")]
    [kept] = (data / "exports").iterdir()
    assert "marta" not in kept.read_text("utf-8")
    everything = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"marta" not in everything
    assert b"pau@luna" in everything
    assert (data / "erasures.jsonl").read_bytes() == erasures.read_bytes()


def test_a_restore_without_the_list_says_what_to_do(
    erased_since: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The control of the test before, too: without the list she is back."""
    file, _erasures = erased_since
    assert commands.restore(file, None) == 0
    assert "with --erasures and the file erasures.jsonl" in capsys.readouterr().out
    assert rows(settings.current().data / "pedido.db", "SELECT name FROM buyer ORDER BY id") == [("marta",), ("pau",)]
    assert len(list((settings.current().data / "exports").iterdir())) == 2


@pytest.mark.parametrize("content", ["nonsense\n", "{}\n", "[1]\n", "\x00\n"])
def test_what_is_no_list_of_erasures_is_refused(
    erased_since: tuple[Path, Path], capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file, erasures = erased_since
    erasures.write_text(content)
    assert commands.restore(file, None, erasures) == 1
    assert "not a list of erasures" in capsys.readouterr().err
    assert not list(settings.current().data.iterdir())
    erasures.unlink()
    assert commands.restore(file, None, erasures) == 1
    assert not list(settings.current().data.iterdir())


async def long_given_up() -> None:
    await Shop.create(id=1, name="Norte Tools")
    order = await order_rows.order()
    await order_rows.message(order, MessageStatus.FAILED)
    await order_rows.message(order, MessageStatus.FAILED, content=b"a mail")


def test_what_was_given_up_so_long_ago_that_it_is_forgotten_cannot_be_released(
    data_folder: settings.Settings, empty_database: Path
) -> None:
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    asyncio.run(in_database(long_given_up))
    file = backups.write(data_folder.data.parent / "backup.zip").path
    settings.load(data=data_folder.data.parent / "new")
    assert commands.restore(file, None) == 0
    statuses = rows(settings.current().data / "pedido.db", "SELECT status, content FROM outbox_message ORDER BY id")
    assert statuses == [("failed", b""), ("held", b"a mail")]
