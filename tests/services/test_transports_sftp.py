"""Files reach SFTP folders whole or not at all, only on the server that was accepted."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
import uvloop

from services.transports import TransportError, sftp
from services.transports.remote_file import RemoteFile
from services.transports.sftp import SftpServer
from tests.servers import (
    PasswordSftpServer,
    SshTestServer,
    black_hole,
    cut_after,
    free_port,
    mod_sftp,
    openssh,
    password_sftp,
    silent_after,
    silent_server,
    speaking,
)

pytestmark = pytest.mark.usefixtures("data_folder")  # connections ask the settings where they may go

PATIENCE_SECONDS = 20
CONTENT = b"order_number,total\r\n2026-0001,84.20\r\n"
FILE = RemoteFile("incoming", "2026-0001.csv", CONTENT)


def at(running: SshTestServer) -> SftpServer:
    return SftpServer(
        "localhost", running.port, running.username, private_key=running.client_key, host_key=running.host_key
    )


def with_password(running: PasswordSftpServer, password: str) -> SftpServer:
    return SftpServer("localhost", running.port, running.username, password, host_key=running.host_key)


async def refusal(server: SftpServer, file: RemoteFile = FILE) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await sftp.upload(server, file)
    return caught.value


def found(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def sshd() -> Iterator[SshTestServer]:
    with openssh() as running:
        yield running


@pytest.fixture
def running(sshd: SshTestServer) -> SshTestServer:
    for path in (sshd.root / "incoming").iterdir():
        path.unlink()
    return sshd


@pytest.fixture
def incoming(running: SshTestServer) -> Path:
    return running.root / "incoming"


async def test_a_file_arrives_whole_and_alone(running: SshTestServer, incoming: Path) -> None:
    assert await sftp.upload(at(running), FILE) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": CONTENT}


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 20_000])
async def test_nothing_and_five_megabytes_arrive_as_they_are(
    running: SshTestServer, incoming: Path, content: bytes
) -> None:
    await sftp.upload(at(running), replace(FILE, content=content))
    assert found(incoming) == {"2026-0001.csv": content}


async def test_the_folder_may_be_where_the_login_lands_or_an_absolute_one(running: SshTestServer) -> None:
    for folder in ("", f"{running.root}"):
        await sftp.upload(at(running), replace(FILE, folder=folder, name=f"{len(folder)}.csv"))
        assert (running.root / f"{len(folder)}.csv").read_bytes() == CONTENT


def test_files_travel_on_the_event_loop_the_web_server_uses(running: SshTestServer, incoming: Path) -> None:
    assert uvloop.run(sftp.upload(at(running), FILE)) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": CONTENT}


async def test_a_repeated_delivery_finds_its_file_and_leaves_it_alone(running: SshTestServer, incoming: Path) -> None:
    await sftp.upload(at(running), FILE)
    before = (incoming / FILE.name).stat()
    assert await sftp.upload(at(running), FILE) == "already there"
    assert (incoming / FILE.name).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("other", [CONTENT + b"more", CONTENT.swapcase()], ids=["longer", "same size"])
async def test_another_file_of_that_name_is_a_conflict_and_stays(
    running: SshTestServer, incoming: Path, other: bytes
) -> None:
    (incoming / FILE.name).write_bytes(other)
    error = await refusal(at(running))
    assert error.permanent
    assert error.code == "conflict"
    assert str(error).startswith("Conflict: another file named 2026-0001.csv")
    assert found(incoming) == {"2026-0001.csv": other}


async def test_a_file_that_appears_during_the_upload_is_not_replaced(
    running: SshTestServer, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = sftp._SftpFolder.rename

    async def just_too_late(self: sftp._SftpFolder, name: str, new_name: str) -> None:
        (incoming / FILE.name).write_bytes(b"from someone else")
        await rename(self, name, new_name)

    monkeypatch.setattr(sftp._SftpFolder, "rename", just_too_late)
    error = await refusal(at(running))
    assert error.code == "conflict"
    assert found(incoming) == {"2026-0001.csv": b"from someone else"}


async def test_a_cut_line_leaves_nothing_under_the_name_and_the_next_try_tidies_up(
    running: SshTestServer, incoming: Path
) -> None:
    big = replace(FILE, content=b"x" * 2_000_000)
    async with cut_after(500_000, running.port) as port:
        error = await refusal(replace(at(running), port=port), big)
    assert not error.permanent
    (leftover,) = found(incoming)
    assert leftover.startswith(".2026-0001.csv.")
    assert leftover.endswith(".part")

    assert await sftp.upload(at(running), big) == "uploaded"
    assert found(incoming) == {"2026-0001.csv": big.content}


async def test_a_server_that_falls_silent_half_way_is_left_when_its_time_is_over(
    running: SshTestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "WHOLE_SECONDS", 2.0)
    monkeypatch.setattr(sftp, "GOODBYE_SECONDS", 0.5)
    async with asyncio.timeout(PATIENCE_SECONDS), silent_after(500_000, running.port) as port:
        error = await refusal(replace(at(running), port=port), replace(FILE, content=b"x" * 2_000_000))
    assert (error.code, error.permanent) == ("timeout", False)


async def test_a_full_disk_is_worth_another_try_and_is_not_filled_further() -> None:
    with openssh(largest_file=100_000) as running:
        (running.root / "incoming" / ".2026-0001.csv.0123abcd.part").touch()
        error = await refusal(at(running), replace(FILE, content=b"x" * 1_000_000))
        assert (error.permanent, error.code) == (False, "not-stored")
        assert found(running.root / "incoming") == {}
        assert await sftp.upload(at(running), FILE) == "uploaded"


async def test_another_make_of_server_keeps_to_the_same_rules() -> None:
    with mod_sftp() as running:
        server = with_password(running, running.password)
        assert (await sftp.fetch_host_key("localhost", running.port)).line == running.host_key
        assert [await sftp.upload(server, FILE) for _attempt in range(2)] == ["uploaded", "already there"]
        error = await refusal(server, replace(FILE, content=CONTENT.swapcase()))
        assert (error.permanent, error.code) == (True, "conflict")
        await sftp.probe(server, "incoming")
        assert found(running.root / "incoming") == {FILE.name: CONTENT}


async def test_only_leftovers_of_this_very_name_are_removed(running: SshTestServer, incoming: Path) -> None:
    kept = {".2026-0002.csv.0123abcd.part", ".2026-0001.csv.notours.part", "2026-0001.csv.0123abcd.part", "-a"}
    for name in {".2026-0001.csv.0123abcd.part", *kept}:
        (incoming / name).touch()
    await sftp.upload(at(running), FILE)
    assert set(found(incoming)) == {"2026-0001.csv", *kept}


@pytest.mark.parametrize("name", ["", ".", "..", "../up.csv", "a/b.csv", "a\\b.csv", "a\nb.csv", "a\0.csv", "x" * 201])
async def test_a_name_that_could_lead_elsewhere_is_refused(running: SshTestServer, incoming: Path, name: str) -> None:
    error = await refusal(at(running), replace(FILE, name=name))
    assert error.permanent
    assert error.code == "name"
    assert found(incoming) == {}


async def test_a_missing_folder_is_named_and_not_made(running: SshTestServer) -> None:
    error = await refusal(at(running), replace(FILE, folder="outgoing"))
    assert error.permanent
    assert "The folder outgoing does not exist" in str(error)
    assert not (running.root / "outgoing").exists()


async def test_a_server_that_forbids_writing_is_permanent_and_in_words() -> None:
    with openssh(read_only=True) as running:
        error = await refusal(at(running))
        assert error.permanent
        assert str(error) == "The server does not allow writing files in the folder incoming."
        with pytest.raises(TransportError, match="does not allow writing"):
            await sftp.probe(at(running), "incoming")


async def test_the_connection_test_leaves_nothing_behind(running: SshTestServer, incoming: Path) -> None:
    await sftp.probe(at(running), "incoming")
    assert found(incoming) == {}


async def test_the_connection_test_names_a_missing_folder(running: SshTestServer) -> None:
    with pytest.raises(TransportError, match="The folder outgoing does not exist") as caught:
        await sftp.probe(at(running), "outgoing")
    assert caught.value.permanent


async def test_the_host_key_shown_is_the_servers_own(running: SshTestServer) -> None:
    shown = await sftp.fetch_host_key("localhost", running.port)
    digest = hashlib.sha256(base64.b64decode(running.host_key.split()[1])).digest()
    assert shown.line == running.host_key
    assert shown.fingerprint == "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
    assert shown.algorithm == "ssh-ed25519"


async def test_no_file_goes_out_before_a_host_key_is_accepted(running: SshTestServer, incoming: Path) -> None:
    error = await refusal(replace(at(running), host_key=""))
    assert error.permanent
    assert error.code == "host-key-missing"
    assert "accept it first" in str(error)
    assert found(incoming) == {}


@pytest.mark.parametrize("accepted", ["nonsense", "ssh-ed25519 AAAA", "* ssh-ed25519"])
async def test_an_unreadable_host_key_accepts_nobody(running: SshTestServer, accepted: str) -> None:
    error = await refusal(replace(at(running), host_key=accepted))
    assert error.permanent
    assert error.code == "host-key-missing"


async def test_a_changed_host_key_stops_everything(running: SshTestServer, incoming: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    error = await refusal(replace(at(running), host_key=other))
    assert error.permanent
    assert error.code == "host-key"
    assert "has changed" in str(error)
    assert found(incoming) == {}


async def test_a_server_with_several_host_keys_is_asked_for_the_accepted_one(running: SshTestServer) -> None:
    assert await sftp.upload(replace(at(running), host_key=running.second_host_key), FILE) == "uploaded"


async def test_a_password_opens_the_door_and_a_wrong_one_is_not_tried_for_days() -> None:
    async with password_sftp() as running:
        assert await sftp.upload(with_password(running, running.password), FILE) == "uploaded"
        assert found(running.root / "incoming") == {"2026-0001.csv": CONTENT}
        error = await refusal(with_password(running, "guess"))
        assert error.permanent
        assert str(error) == "The SFTP server did not accept the login."


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # such boxes know no other exchange of keys
async def test_a_box_that_knows_nothing_but_old_algorithms_gets_its_files() -> None:
    old = {"kex_algs": ["diffie-hellman-group14-sha1"], "encryption_algs": ["aes128-ctr"], "mac_algs": ["hmac-sha1"]}
    async with password_sftp(knows=old) as running:
        assert (await sftp.fetch_host_key("localhost", running.port)).line == running.host_key
        assert await sftp.upload(with_password(running, running.password), FILE) == "uploaded"


async def test_a_login_with_broken_letters_is_no_crash() -> None:
    async with password_sftp() as running:
        for text in ("\udcff", "a\0b", "a\r\nb"):
            for server in (with_password(running, text), replace(with_password(running, "x"), username=text)):
                assert (await refusal(server)).permanent


async def test_a_key_the_server_does_not_know_is_not_tried_for_days(running: SshTestServer) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    error = await refusal(replace(at(running), private_key=stranger))
    assert error.permanent
    assert error.code == "auth"


async def test_a_login_needs_a_password_or_a_key(running: SshTestServer) -> None:
    error = await refusal(replace(at(running), private_key=" "))
    assert error.permanent
    assert str(error) == "Enter a password or a private key for the SFTP server."


async def test_the_keys_and_settings_of_the_account_pedido_runs_under_are_left_out(
    running: SshTestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / ".ssh"
    own.mkdir()
    (own / "id_ed25519").write_text(running.client_key)
    (own / "config").write_text("Host *\n  Port 1\n  User nobody\n")
    (own / "known_hosts").write_text(f"[localhost]:{running.port} {running.host_key}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()

    assert await sftp.upload(at(running), FILE) == "uploaded"
    assert (await refusal(replace(at(running), private_key=stranger))).code == "auth"
    assert (await refusal(replace(at(running), host_key=""))).code == "host-key-missing"


async def test_a_private_key_with_a_passphrase_is_opened_with_it(running: SshTestServer) -> None:
    locked = asyncssh.import_private_key(running.client_key).export_private_key("pkcs8-pem", "open sesame").decode()
    server = replace(at(running), private_key=locked)
    assert await sftp.upload(replace(server, key_passphrase="open sesame"), FILE) == "uploaded"
    for wrong in ("", "guess"):
        error = await refusal(replace(server, key_passphrase=wrong))
        assert error.permanent
        assert error.code == "key"


async def test_a_private_key_that_is_none_is_said_to_be_unreadable(running: SshTestServer) -> None:
    error = await refusal(replace(at(running), private_key="-----BEGIN NONSENSE-----"))
    assert error.permanent
    assert str(error).startswith("The private key cannot be read.")


async def test_a_server_that_is_down_is_worth_another_try(running: SshTestServer) -> None:
    error = await refusal(replace(at(running), host="127.0.0.1", port=free_port()))
    assert not error.permanent
    assert error.code == "refused"


async def test_nobody_waits_for_ever(running: SshTestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "CONNECT_SECONDS", 0.3)
    with black_hole() as swallowing, silent_server() as silent:
        for port in (swallowing, silent):
            error = await refusal(replace(at(running), host="127.0.0.1", port=port))
            assert (error.permanent, error.code) == (False, "timeout")
            with pytest.raises(TransportError, match="did not answer in time"):
                await sftp.fetch_host_key("127.0.0.1", port)


async def test_a_server_of_another_kind_is_recognised(running: SshTestServer) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-1.5-out-of-a-museum\r\n")

    async with speaking(greet) as port:
        error = await refusal(replace(at(running), host="127.0.0.1", port=port))
    assert error.permanent
    assert str(error) == f"127.0.0.1 does not speak SFTP on port {port}."


async def test_an_empty_host_does_not_mean_this_computer(running: SshTestServer) -> None:
    error = await refusal(replace(at(running), host=""))
    assert error.permanent
    with pytest.raises(TransportError, match="missing or not valid"):
        await sftp.fetch_host_key("", running.port)


def test_secrets_do_not_show_in_a_log_line(running: SshTestServer) -> None:
    server = SftpServer("localhost", 22, "shop", "hunter2", "PRIVATE", "hunter3", running.host_key)
    assert not any(secret in repr(server) for secret in ("hunter2", "PRIVATE", "hunter3"))
