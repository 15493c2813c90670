"""Files reach FTP and FTPS folders whole or not at all, encrypted to the right server where that was asked for."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import aioftp
import pytest
import uvloop

from services.transports import TransportError, ftp
from services.transports.ftp import FtpServer, Tls
from services.transports.ftp_connection import FtpConnection
from services.transports.remote_file import RemoteFile
from tests.servers import (
    Door,
    FtpTestServer,
    TlsVersion,
    black_hole,
    certificates,
    free_port,
    proftpd,
    pure_ftpd,
    silent_server,
    speaking,
    vsftpd,
)

pytestmark = pytest.mark.usefixtures("data_folder")  # connections ask the settings where they may go

CONTENT = b"order_number,total\r\n2026-0001,84.20\r\n"
FILE = RemoteFile("incoming", "2026-0001.csv", CONTENT)
KINDS: tuple[Tls, ...] = ("none", "explicit", "implicit")


def at(running: FtpTestServer, tls: Tls = "none") -> FtpServer:
    return FtpServer(
        "localhost",
        running.port,
        running.username,
        running.password,
        tls,
        trusted_certificate_pem=running.certificate_pem,
    )


async def refusal(server: FtpServer, file: RemoteFile = FILE) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await ftp.upload(server, file)
    return caught.value


def found(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[Tls, FtpTestServer]]:
    with ExitStack() as stack:
        yield {tls: stack.enter_context(vsftpd(tls)) for tls in KINDS}


@pytest.fixture(params=KINDS)
def tls(request: pytest.FixtureRequest) -> Tls:
    kind: Tls = request.param
    return kind


@pytest.fixture
def running(servers: dict[Tls, FtpTestServer], tls: Tls) -> FtpTestServer:
    for path in (servers[tls].root / "incoming").iterdir():
        path.unlink()
    return servers[tls]


@pytest.fixture
def server(running: FtpTestServer, tls: Tls) -> FtpServer:
    return at(running, tls)


@pytest.fixture
def incoming(running: FtpTestServer) -> Path:
    return running.root / "incoming"


@pytest.fixture
def plain(servers: dict[Tls, FtpTestServer]) -> FtpServer:
    return at(servers["none"])


@pytest.fixture
def explicit(servers: dict[Tls, FtpTestServer]) -> FtpServer:
    return at(servers["explicit"], "explicit")


async def test_a_file_arrives_whole_and_alone(server: FtpServer, incoming: Path) -> None:
    assert await ftp.upload(server, FILE) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": CONTENT}


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 20_000], ids=["nothing", "5 MB"])
async def test_nothing_and_five_megabytes_arrive_as_they_are(server: FtpServer, incoming: Path, content: bytes) -> None:
    await ftp.upload(server, replace(FILE, content=content))
    assert found(incoming) == {"2026-0001.csv": content}


def test_files_travel_on_the_event_loop_the_web_server_uses(server: FtpServer, incoming: Path) -> None:
    assert uvloop.run(ftp.upload(server, FILE)) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": CONTENT}


async def test_the_folder_may_be_where_the_login_lands(server: FtpServer, running: FtpTestServer) -> None:
    await ftp.upload(server, replace(FILE, folder=""))
    assert (running.root / "2026-0001.csv").read_bytes() == CONTENT


async def test_a_repeated_delivery_finds_its_file_and_leaves_it_alone(server: FtpServer, incoming: Path) -> None:
    await ftp.upload(server, FILE)
    before = (incoming / FILE.name).stat().st_mtime_ns
    assert await ftp.upload(server, FILE) == "already there"
    assert (incoming / FILE.name).stat().st_mtime_ns == before


@pytest.mark.parametrize("other", [CONTENT + b"more", CONTENT.swapcase()], ids=["longer", "same size"])
async def test_another_file_of_that_name_is_a_conflict_and_stays(
    server: FtpServer, incoming: Path, other: bytes
) -> None:
    (incoming / FILE.name).write_bytes(other)
    error = await refusal(server)
    assert error.permanent
    assert error.code == "conflict"
    assert found(incoming) == {"2026-0001.csv": other}


async def test_a_file_that_appears_during_the_upload_is_not_replaced(
    server: FtpServer, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ftp._FtpFolder.write

    async def meanwhile(self: ftp._FtpFolder, name: str, content: bytes) -> None:
        await write(self, name, content)
        (incoming / FILE.name).write_bytes(b"from someone else")

    monkeypatch.setattr(ftp._FtpFolder, "write", meanwhile)
    error = await refusal(server)
    assert error.code == "conflict"
    assert found(incoming) == {"2026-0001.csv": b"from someone else"}


async def test_a_broken_upload_leaves_nothing_under_the_name_and_the_next_try_tidies_up(
    server: FtpServer, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = replace(FILE, content=b"x" * 1_000_000)
    with monkeypatch.context() as slow:
        slow.setattr(ftp, "FtpConnection", partial(FtpConnection, write_speed_limit=100_000))
        slow.setattr(ftp, "WHOLE_SECONDS", 0.5)
        error = await refusal(server, big)
    assert (error.permanent, error.code) == (False, "timeout")
    (leftover,) = found(incoming)
    assert leftover.startswith(".2026-0001.csv.")
    assert leftover.endswith(".part")

    assert await ftp.upload(server, big) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": big.content}


@pytest.mark.parametrize("tls_version", [None, "1.2", "1.3"])
@pytest.mark.parametrize("make", [vsftpd, proftpd, pure_ftpd], ids=["vsftpd", "ProFTPD", "Pure-FTPd"])
def test_a_full_disk_is_worth_another_try_and_is_not_filled_further(
    make: Callable[..., AbstractContextManager[FtpTestServer]], tls_version: TlsVersion | None
) -> None:
    tls: Tls = "none" if tls_version is None else "explicit"
    with make(tls, tls_version=tls_version, largest_file=100_000) as running:
        big = replace(FILE, content=b"x" * 1_000_000)
        (running.root / "incoming" / ".2026-0001.csv.0123abcd.part").touch()
        for run in (asyncio.run, uvloop.run):
            error = run(refusal(at(running, tls), big))
            assert (error.permanent, error.code) == (False, "not-stored")
            assert found(running.root / "incoming") == {}
        assert uvloop.run(ftp.upload(at(running, tls), FILE)) == "uploaded"


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_line_that_is_cut_is_told_as_such(
    server: FtpServer, incoming: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., None]
) -> None:
    monkeypatch.setattr(ftp, "FtpConnection", partial(FtpConnection, write_speed_limit=500_000))
    write = ftp._FtpFolder.write

    async def cut() -> None:
        door = Door(leads_to=server.port)
        await door.open()

        async def written_then_cut(self: ftp._FtpFolder, name: str, content: bytes) -> None:
            asyncio.get_running_loop().call_later(0.2, asyncio.ensure_future, door.shut())
            await write(self, name, content)

        monkeypatch.setattr(ftp._FtpFolder, "write", written_then_cut)
        error = await refusal(replace(server, port=door.port), replace(FILE, content=b"x" * 200_000))
        assert (error.permanent, error.code) == (False, "lost")
        await door.close()

    run(cut())
    assert FILE.name not in found(incoming)


async def test_only_leftovers_of_this_very_name_are_removed(server: FtpServer, incoming: Path) -> None:
    kept = {".2026-0002.csv.0123abcd.part", ".2026-0001.csv.notours.part", "2026-0001.csv.0123abcd.part", "-a"}
    for name in {".2026-0001.csv.0123abcd.part", *kept}:
        (incoming / name).touch()
    await ftp.upload(server, FILE)
    assert set(found(incoming)) == {"2026-0001.csv", *kept}


async def test_the_connection_test_leaves_nothing_behind(server: FtpServer, incoming: Path) -> None:
    await ftp.probe(server, "incoming")
    assert found(incoming) == {}


async def test_a_missing_folder_is_named_and_not_made(server: FtpServer, running: FtpTestServer) -> None:
    error = await refusal(server, replace(FILE, folder="outgoing"))
    assert error.permanent
    assert "The folder outgoing does not exist" in str(error)
    with pytest.raises(TransportError, match="The folder outgoing does not exist"):
        await ftp.probe(server, "outgoing")
    assert not (running.root / "outgoing").exists()


async def test_a_wrong_password_is_not_tried_for_days(server: FtpServer) -> None:
    error = await refusal(replace(server, password="guess"))
    assert error.permanent
    assert error.code == "auth"
    assert str(error).startswith("The FTP server did not accept the user name or password.")


async def test_a_server_that_forbids_writing_is_permanent_and_in_words() -> None:
    with vsftpd(writable=False) as running:
        error = await refusal(at(running))
        assert error.permanent
        assert str(error) == "The server does not allow writing files in the folder incoming."
        with pytest.raises(TransportError, match="does not allow writing"):
            await ftp.probe(at(running), "incoming")


@pytest.mark.parametrize("kind", ["explicit", "implicit"])
async def test_an_unknown_certificate_stops_the_login(servers: dict[Tls, FtpTestServer], kind: Tls) -> None:
    error = await refusal(replace(at(servers[kind], kind), trusted_certificate_pem=""))
    assert error.permanent
    assert error.code == "certificate"
    assert str(error) == "The certificate of localhost comes from nobody known here."


async def test_the_servers_own_certificate_can_be_trusted_alone(explicit: FtpServer) -> None:
    trusting = replace(explicit, trusted_certificate_pem=certificates().server_pem)
    assert await ftp.upload(trusting, replace(FILE, name="trusted.csv")) == "uploaded"


async def test_a_certificate_for_another_name_is_told_apart() -> None:
    with vsftpd("explicit", shown=certificates("elsewhere.example")) as running:
        error = await refusal(at(running, "explicit"))
        assert error.permanent
        assert str(error) == "The certificate does not belong to localhost. Use the name that stands in it."


async def test_an_expired_certificate_is_told_apart() -> None:
    with vsftpd("explicit", shown=certificates(expired=True)) as running:
        error = await refusal(at(running, "explicit"))
        assert error.permanent
        assert str(error) == "The certificate of localhost has expired."


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "é"])
async def test_a_certificate_that_is_none_is_said_to_be_unreadable(explicit: FtpServer, text: str) -> None:
    error = await refusal(replace(explicit, trusted_certificate_pem=text))
    assert error.permanent
    assert "cannot be read" in str(error)


async def test_encryption_is_demanded_not_hoped_for(plain: FtpServer) -> None:
    for kind in ("explicit", "implicit"):
        error = await refusal(replace(plain, tls=kind))
        assert error.permanent
        assert error.code == "tls"


async def test_a_server_that_wants_encryption_is_hinted_at(explicit: FtpServer) -> None:
    error = await refusal(replace(explicit, tls="none"))
    assert error.permanent
    assert "Some servers refuse logins without encryption (FTPS)." in str(error)


async def test_a_server_that_is_down_is_worth_another_try(server: FtpServer) -> None:
    error = await refusal(replace(server, host="127.0.0.1", port=free_port()))
    assert not error.permanent
    assert error.code == "refused"


async def test_nobody_waits_for_ever(server: FtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("CONNECT_SECONDS", "ANSWER_SECONDS", "GOODBYE_SECONDS"):
        monkeypatch.setattr(ftp, limit, 0.2)
    with black_hole() as swallowing, silent_server() as silent:
        for port in (swallowing, silent):
            error = await refusal(replace(server, host="127.0.0.1", port=port))
            assert (error.permanent, error.code) == (False, "timeout")


@pytest.mark.parametrize("text", ["a\r\nDELE x", "a\nDELE x", "\udcff"], ids=ascii)
async def test_a_login_cannot_carry_commands(plain: FtpServer, text: str) -> None:
    for server in (replace(plain, username=text), replace(plain, password=text)):
        error = await refusal(server)
        assert error.permanent
        assert error.code == "settings"


async def test_a_folder_cannot_carry_commands(plain: FtpServer) -> None:
    error = await refusal(plain, replace(FILE, folder="incoming\r\nDELE x"))
    assert error.permanent
    assert error.code == "settings"


async def test_a_server_cannot_send_the_file_elsewhere(tmp_path: Path) -> None:
    """Another make of server, without SIZE and EPSV, that points to a foreign address for the file."""
    (tmp_path / "incoming").mkdir()
    account = aioftp.User("shop", "secret", base_path=tmp_path)
    other = aioftp.Server([account], ipv4_pasv_forced_response_address="10.255.255.1")
    del other.commands_mapping["epsv"]
    await other.start("127.0.0.1", 0)
    try:
        server = FtpServer("127.0.0.1", other.server_port, "shop", "secret", "none")
        assert await ftp.upload(server, FILE) == "uploaded"
        assert await ftp.upload(server, FILE) == "already there"
        (tmp_path / "incoming" / ".2026-0001.csv.0123abcd.part").touch()
        assert await ftp.upload(server, FILE) == "already there"
        await ftp.probe(server, "incoming")
    finally:
        await other.close()
    assert found(tmp_path / "incoming") == {"2026-0001.csv": CONTENT}


async def test_a_greeting_in_an_old_code_page_is_no_obstacle(plain: FtpServer) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write("220 Grüß Gott\r\n".encode("cp1252"))
        await reader.readline()
        writer.write(b"421 too many visitors\r\n")

    async with speaking(greet) as port:
        error = await refusal(replace(plain, host="127.0.0.1", port=port))
    assert not error.permanent
    assert str(error) == "The FTP server cannot do it right now (421)."


async def test_gibberish_is_no_crash(plain: FtpServer) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        answers = {b"USER": b"230 come in", b"SIZE": b"550 none", b"EPSV": b"229 wherever you like"}
        while command := (await reader.readline())[:4]:
            writer.write(answers.get(command, b"200 fine") + b"\r\n")

    async with speaking(babble) as port:
        error = await refusal(replace(plain, host="127.0.0.1", port=port))
    assert not error.permanent
    assert "does not understand" in str(error)


async def test_an_empty_host_does_not_mean_this_computer(plain: FtpServer) -> None:
    error = await refusal(replace(plain, host=""))
    assert error.permanent
    assert error.code == "host"


def test_secrets_do_not_show_in_a_log_line(plain: FtpServer) -> None:
    assert plain.password not in repr(plain)
