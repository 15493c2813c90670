"""Transfers in short: three files to each of eleven kinds of server, each fault once, and the watcher's own test."""

import pytest

from services.transports import ftp, sftp
from services.transports.remote_file import OpenFolder, Outcome, RemoteFile
from tests.soak import frame
from tests.soak.file_servers import KINDS
from tests.soak.transfer_faults import transfer_faults
from tests.soak.transfers import transfers


def test_every_file_arrives_whole_on_every_kind_of_server_and_is_never_seen_incomplete() -> None:
    outcome = transfers(frame.new_seed(), files=3)
    assert outcome.holds, (outcome.line, outcome.broken)
    assert outcome.figures["servers"] == 11
    assert outcome.figures["equal when read back"] == 33
    assert int(outcome.figures["with a file on its way"]) > 0


def test_whatever_goes_wrong_ends_as_it_should() -> None:
    outcome = transfer_faults(frame.new_seed(), everywhere=False)
    assert outcome.holds, (outcome.line, outcome.broken)
    assert outcome.figures["tried"] == 8


async def written_straight(folder: OpenFolder, file: RemoteFile) -> Outcome:
    """A delivery without the guard: no temporary name."""
    await folder.write(file.name, file.content)
    return "uploaded"


def test_the_watcher_sees_files_that_grow_under_their_final_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for transport in (ftp, sftp):
        monkeypatch.setattr(transport, "deliver", written_straight)
    kinds = [KINDS[0], KINDS[-1]]
    outcome = transfers(frame.new_seed(), files=1, kinds=kinds)
    assert outcome.broken == [f"{kind.name}: 2026-0001.csv was seen incomplete" for kind in kinds]
