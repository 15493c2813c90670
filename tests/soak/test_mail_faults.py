"""Mail faults in short, each once; and the same with programs that ask again, or under a new name."""

from tests.soak import frame, mail_faults, tampered


def test_mails_survive_each_fault_or_are_told_as_given_up() -> None:
    seed = frame.new_seed()
    outcome = mail_faults.run(seed, mail_faults.each_fault_once(seed))
    assert outcome.holds, frame.row("mail faults", outcome)
    assert outcome.figures["mails"] == 4 * 3
    assert outcome.figures["given up at once"] == 3


def test_the_experiment_notices_a_program_that_takes_neither_no_nor_yes_for_an_answer() -> None:
    outcome = mail_faults.run(frame.new_seed(), [("rcpt", "5xx")], tampering=tampered.without_final_answers)
    assert outcome.broken == [
        "5xx at rcpt: 0 mails of 3 were given up at the first attempt",
        "5xx at rcpt: 3 mails came twice",
    ], frame.row("mail faults", outcome)


def test_the_experiment_notices_mails_that_come_again_under_another_name() -> None:
    outcome = mail_faults.run(frame.new_seed(), [("dot", "4xx")], tampering=tampered.with_new_names)
    assert any("mails that nobody wrote" in sentence for sentence in outcome.broken), frame.row("mail faults", outcome)
