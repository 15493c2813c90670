"""Mail faults in short, each once; and the same with a program that forgets what it has tried."""

from tests.soak import frame, mail_faults, tampered


def test_mails_survive_each_fault_or_are_told_as_given_up() -> None:
    seed = frame.new_seed()
    outcome = mail_faults.run(seed, mail_faults.each_fault_once(seed))
    assert outcome.holds, frame.row("mail faults", outcome)
    assert outcome.figures["mails"] == 4 * 3
    assert outcome.figures["given up at once"] == 3


def test_mail_faults_notice_a_program_that_forgets_what_it_has_tried() -> None:
    outcome = mail_faults.run(frame.new_seed(), [("dot", "5xx")], tampering=tampered.forgets_attempts)
    told = frame.row("mail faults", outcome)
    for sentence in ("0 mails of 3 were given up", "mails with other bytes than were written: 3", "3 mails came twice"):
        assert sentence in told
