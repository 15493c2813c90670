"""Upload bombs in short, and the same with a program that reads files itself, and with one that takes any stream."""

from tests.soak import frame, tampered, upload_bombs


def test_every_bomb_is_refused_and_nobody_notices() -> None:
    outcome = upload_bombs.run(upload_bombs.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("upload-bombs", outcome)
    assert outcome.figures["bombs"] == len(upload_bombs.BOMBS)


def test_the_bombs_go_off_in_a_program_that_reads_files_itself() -> None:
    size = upload_bombs.Size(["14 million rows"])
    told = frame.row("upload-bombs", upload_bombs.run(size, frame.new_seed(), tampering=tampered.reads_at_home))
    assert "somebody waited" in told
    assert "MB more" in told


def test_a_stream_is_noticed_that_nobody_cuts_off() -> None:
    size = upload_bombs.Size(["10 GB"])
    told = frame.row("upload-bombs", upload_bombs.run(size, frame.new_seed(), tampering=tampered.takes_any_stream))
    assert "MB of it were taken" in told
