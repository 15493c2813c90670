"""The command that makes a seller, with its password on stdin."""

import asyncio
import io

import pytest

from services import commands, database, parameters, seller_sessions, settings
from tests import door


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is piped into the command."""
    piped = io.StringIO()
    monkeypatch.setattr("sys.stdin", piped)
    return piped


def piped(stdin: io.StringIO, text: str) -> None:
    stdin.seek(0)
    stdin.truncate()
    stdin.write(text)
    stdin.seek(0)


async def signed_in(email: str, password: str) -> str:
    await database.open_database(settings.current().database_url)
    try:
        token = await door.signed_in(email, password)
        session = await seller_sessions.find(token)
        assert session is not None
        return f"{session.seller.email} at {(await parameters.current()).name}"
    finally:
        await database.close_database()


def test_the_seller_can_sign_in_and_has_a_shop(
    migrated_folder: settings.Settings, stdin: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(stdin, "correct horse battery\n")
    assert commands.create_seller("Ana@Norte.example") == 0
    told = capsys.readouterr().out
    assert "ana@norte.example" in told
    assert "battery" not in told
    assert asyncio.run(signed_in("ana@norte.example", "correct horse battery")) == "ana@norte.example at My shop"


def test_a_second_one_with_the_same_address_is_refused_in_one_sentence(
    migrated_folder: settings.Settings, stdin: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(stdin, "correct horse battery\n")
    assert commands.create_seller("ana@norte.example") == 0
    piped(stdin, "another password 1\n")
    assert commands.create_seller("ana@norte.example") == 1
    assert "already" in capsys.readouterr().err


def test_a_short_password_is_refused(
    migrated_folder: settings.Settings, stdin: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(stdin, "short\r\n")
    assert commands.create_seller("ana@norte.example") == 1
    assert "12" in capsys.readouterr().err
