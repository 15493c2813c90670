"""The story of a file that is put into a remote folder, whole or not at all, never over another."""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Protocol

from models.text import _
from services.transports import TransportError

Outcome = Literal["uploaded", "already there"]
Action = Literal["look", "read", "write", "rename", "delete"]

LONGEST_NAME = 200  # the temporary name is longer and has to fit into 255
TEST_CONTENT = b"Pedido tested its connection with this file. It may be deleted.\n"


@dataclass(frozen=True)
class RemoteFile:
    """A file and where it belongs. `folder` is absolute, or relative to where the login lands ("" is that folder)."""

    folder: str
    name: str
    content: bytes = field(repr=False)


class OpenFolder(Protocol):
    """What the story needs from an open folder. Every method raises `TransportError`, nothing else."""

    async def size(self, name: str) -> int | None:
        """Bytes in the file, None when there is none."""

    async def read(self, name: str) -> bytes: ...
    async def write(self, name: str, content: bytes) -> None: ...
    async def rename(self, name: str, new_name: str) -> None: ...
    async def remove(self, name: str) -> None: ...
    async def names(self) -> list[str]: ...


async def deliver(folder: OpenFolder, file: RemoteFile) -> Outcome:
    """Put `file` into `folder` under a new temporary name, check it, then give it its name."""
    _check_name(file.name)
    is_there = await _is_there(folder, file)
    await _remove_leftovers(folder, file.name)  # before a new one is written: they may be what fills the disk
    return "already there" if is_there else await _upload(folder, file)


async def try_out(folder: OpenFolder) -> None:
    """Write, check, rename, read back and delete a small file; the error says in words which step failed."""
    mark = secrets.token_hex(4)
    name, final = f".pedido-test-{mark}.part", f".pedido-test-{mark}.txt"
    try:
        await _write_whole(folder, name, TEST_CONTENT)
        await folder.rename(name, final)
        name = final
        if await folder.read(name) != TEST_CONTENT:
            raise _incomplete(name)
    except TransportError:
        await _remove_quietly(folder, name)
        raise
    await folder.remove(name)


async def _upload(folder: OpenFolder, file: RemoteFile) -> Outcome:
    temporary = f".{file.name}.{secrets.token_hex(4)}.part"
    try:
        await _write_whole(folder, temporary, file.content)
        outcome = await _take_final_name(folder, temporary, file)
    except TransportError:
        await _remove_quietly(folder, temporary)
        raise
    if outcome == "already there":  # by now
        await _remove_quietly(folder, temporary)
    return outcome


async def _write_whole(folder: OpenFolder, name: str, content: bytes) -> None:
    await folder.write(name, content)
    if await folder.size(name) != len(content):
        raise _incomplete(name)


async def _take_final_name(folder: OpenFolder, temporary: str, file: RemoteFile) -> Outcome:
    # FTP servers differ: some replace a file on rename, some refuse. So look again just before, and after a refusal.
    if await _is_there(folder, file):
        return "already there"
    try:
        await folder.rename(temporary, file.name)
    except TransportError:
        if await _is_there(folder, file):
            return "already there"
        raise
    return "uploaded"


async def _is_there(folder: OpenFolder, file: RemoteFile) -> bool:
    size = await folder.size(file.name)
    if size is None:
        return False
    if size == len(file.content) and await folder.read(file.name) == file.content:
        return True
    sentence = _("Conflict: another file named {name} is already in the folder. Files are never overwritten.")
    raise TransportError(sentence.format(name=file.name), permanent=True, code="conflict")


async def _remove_leftovers(folder: OpenFolder, name: str) -> None:
    """Delete the temporary files that broken attempts at this very name left; if that fails, the delivery goes on."""
    leftover = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}\.part")
    with suppress(TransportError):
        for found in await folder.names():
            if leftover.fullmatch(found):
                await folder.remove(found)


async def _remove_quietly(folder: OpenFolder, name: str) -> None:
    with suppress(TransportError):
        await folder.remove(name)


def _check_name(name: str) -> None:
    if not 0 < len(name.encode(errors="replace")) <= LONGEST_NAME or name in {".", ".."} or "/" in name or "\\" in name:
        raise TransportError(_("The file name is empty, too long or holds a slash."), permanent=True, code="name")
    if not name.isprintable():
        raise TransportError(_("The file name holds characters that cannot be sent."), permanent=True, code="name")


def _incomplete(name: str) -> TransportError:
    sentence = _("The file {name} did not arrive whole.").format(name=name)
    return TransportError(sentence, permanent=False, code="incomplete")


def not_allowed(action: Action, folder: str) -> TransportError:
    """The words for a server that forbids `action` in `folder`."""
    sentences: dict[Action, str] = {
        "look": _("The server does not allow looking into the folder {folder}."),
        "read": _("The server does not allow reading files in the folder {folder}."),
        "write": _("The server does not allow writing files in the folder {folder}."),
        "rename": _("The server does not allow renaming files in the folder {folder}."),
        "delete": _("The server does not allow deleting files in the folder {folder}."),
    }
    return TransportError(sentences[action].format(folder=shown(folder)), permanent=True, code="not-allowed")


def missing_folder(folder: str) -> TransportError:
    """The words for a folder that is not there; it is never made by Pedido."""
    sentence = _("The folder {folder} does not exist on the server, or this login may not enter it.")
    return TransportError(sentence.format(folder=shown(folder)), permanent=True, code="no-folder")


def no_space(folder: str) -> TransportError:
    """The words for a full disk or a used-up quota: worth another try, someone may tidy up."""
    sentence = _("There is no space left in the folder {folder}.").format(folder=shown(folder))
    return TransportError(sentence, permanent=False, code="full")


def not_stored(folder: str) -> TransportError:
    """The words for a server that broke off while it stored a file, and does not say why."""
    sentence = _("The server could not store the file in the folder {folder}. Is its disk full?")
    return TransportError(sentence.format(folder=shown(folder)), permanent=False, code="not-stored")


def shown(folder: str) -> str:
    """A folder as people read it."""
    return folder or _("(where the login lands)")
