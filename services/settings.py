"""Settings from the environment or a `.env` file, each with a default; the README lists them."""

import asyncio
import re
import socket
import sqlite3
from contextlib import closing
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services import engines
from services.later import Later
from services.transports.smtp_server import SmtpServer

if TYPE_CHECKING:
    import asyncpg
else:
    asyncpg = Later("asyncpg")

ENV_PREFIX = "PEDIDO_"
WEB_ADDRESS = re.compile(r"https?://([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/?")
POSTGRES_ADDRESS = re.compile(r"postgres(ql)?://[^\s/@]+@([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/[^\s/?#]+(\?[^\s#]+)?")

LONGEST_CONNECT_SECONDS = 10.0
SHORTEST_TOKEN = 20  # characters


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what is wrong."""


class Settings(BaseSettings):
    """How this process runs. Paths are made absolute; empty values mean the default."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    database_url: str = ""
    public_url: str = ""
    key_file: Path | None = None
    smtp_url: str = ""
    trusted_proxies: str = ""
    outbound: Literal["any", "public"] = "any"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    metrics_token: str = ""

    @field_validator("port", mode="before")
    @classmethod
    def _port_exists(cls, port: object) -> object:
        if not str(port).strip().isdecimal() or not 1 <= int(str(port)) <= 65535:
            raise ValueError("must be a number from 1 to 65535")
        return port

    @field_validator("data", "key_file")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("data")
    @classmethod
    def _fits_into_an_address(cls, path: Path) -> Path:
        if {"?", "#"} & set(str(path)):  # the database is opened by an address, which would end there
            raise ValueError(f"the folder {path} must not have ? or # in its name")
        return path

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url:
            check_database_address(url)
        return url

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and not WEB_ADDRESS.fullmatch(url):
            raise ValueError("must be an address like https://orders.example.com, without a path")
        return url.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        for part in _parts(text):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part} is no address or network like 10.0.0.5 or 10.0.0.0/8") from None
        return text

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: str) -> str:
        if url:
            SmtpServer.from_url(url)
        return url

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, token: str) -> str:
        if token and (len(token) < SHORTEST_TOKEN or not token.isascii()):
            raise ValueError(f"must have {SHORTEST_TOKEN} plain characters at least")
        return token

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: str) -> str:
        return level.upper()

    def model_post_init(self, context: object) -> None:
        self.data = self.data.absolute()
        self.database_url = self.database_url or f"sqlite://{self.data / 'pedido.db'}"
        self.public_url = self.public_url or f"http://{_in_url(self.host)}:{self.port}"
        self.key_file = self.key_file or self.data / "key"

    @property
    def media(self) -> Path:
        """The folder of the pictures."""
        return self.data / "media"

    @property
    def exports(self) -> Path:
        """The folder of the exports' bytes."""
        return self.data / "exports"

    @property
    def backups(self) -> Path:
        """The folder of the backups made here."""
        return self.data / "backups"

    @cached_property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """The proxies that may tell where a visitor comes from."""
        return [ip_network(part, strict=False) for part in _parts(self.trusted_proxies)]

    @property
    def is_https(self) -> bool:
        """Whether buyers reach the shop encrypted, so that cookies may be marked Secure."""
        return self.public_url.startswith("https://")

    def make_folders(self) -> None:
        """Make the data folders. Raises SettingsError if they or the database cannot be written."""
        self.make_data_folder()
        for folder in (self.media, self.exports):
            folder.mkdir(exist_ok=True)
        check_database(self.database_url)

    def make_data_folder(self) -> None:
        """Make the data folder alone. Raises SettingsError if it cannot be written."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            probe = self.data / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise SettingsError(f"PEDIDO_DATA: the folder {self.data} cannot be written: {error.strerror}.") from None


def check_database_address(url: str) -> None:
    """Raise ValueError if this is no address of a database."""
    if not (url.startswith("sqlite:///") or POSTGRES_ADDRESS.fullmatch(url)):
        raise ValueError("must be sqlite:/// and a file, or postgres://USER:PASSWORD@HOST:PORT/NAME")


def check_database(url: str, name: str = "PEDIDO_DATABASE_URL") -> None:
    """Raise SettingsError if the database cannot be opened and written; opening it for good would hang instead.

    `name` is what the address was given as.
    """
    if engines.is_postgres(url):
        return _check_server(url, name)
    path = engines.file_of(url)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise SettingsError(f"{name}: the database {path} cannot be used: {error}.") from None


def _check_server(url: str, name: str) -> None:
    async def knock() -> None:
        await (await asyncpg.connect(url, timeout=LONGEST_CONNECT_SECONDS)).close()

    try:
        asyncio.run(knock())
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        place = url.rpartition("@")[2].partition("?")[0]  # without the password
        reason = str(error).partition("\n")[0].rstrip(".") or "no answer"
        raise SettingsError(f"{name}: the database {place} cannot be used: {reason}.") from None


_current: Settings | None = None


def load(**overrides: Any) -> Settings:
    """Read the settings and make them the current ones. Raises SettingsError with one clear sentence."""
    global _current  # noqa: PLW0603 - one process has one set of settings
    try:
        _current = Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ENV_PREFIX + str(first["loc"][0]).upper()
        reason = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise SettingsError(f"{name}: {reason}.") from None
    return _current


def current() -> Settings:
    """The settings of this process; `load` comes first."""
    if _current is None:
        raise RuntimeError("settings.load() comes first")
    return _current


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _in_url(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - what listens everywhere is reached here by this name
        return "localhost"
    return f"[{host}]" if ":" in host else host


def check_address(settings: Settings) -> None:
    """Raise SettingsError if the host and port cannot be listened on."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise SettingsError(f"PEDIDO_HOST: {settings.host!r} is not an address of this machine.") from None
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(f"PEDIDO_HOST, PEDIDO_PORT: cannot listen on {where}: {error.strerror}.") from None
