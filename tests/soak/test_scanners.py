"""The scanners that take seconds; each outcome tells as well whether the planted hole was found."""

from tests.soak import frame
from tests.soak.scanners import bandit, findings, ssh_audit
from tests.soak.scanners.findings import Finding

HOLE = Finding("bandit", "B301", "services/tokens.py")


def test_bandit_reports_nothing_of_weight_and_finds_what_is_planted() -> None:
    outcome = bandit.run(frame.new_seed())
    assert outcome.holds, frame.row("bandit", outcome)
    assert int(outcome.figures["lines"]) > 10_000
    assert outcome.figures["found"] == 1


def test_what_the_sftp_transport_offers_is_strong_and_a_planted_algorithm_is_found() -> None:
    outcome = ssh_audit.run(frame.new_seed())
    assert outcome.holds, frame.row("ssh-audit", outcome)
    assert outcome.figures["found"] == len(ssh_audit.WAYS)


def test_a_finding_without_a_reason_does_not_hold_nor_does_a_hole_that_is_overlooked() -> None:
    assert not findings.outcome(1, {}, [HOLE], [HOLE], [HOLE]).holds
    assert not findings.outcome(1, {}, [], [], [HOLE]).holds
    assert findings.outcome(1, {}, [], [HOLE], [HOLE]).holds


def test_a_reason_covers_no_more_than_it_says() -> None:
    known = Finding("bandit", "B104", "services/settings.py")
    assert findings.unexplained([known]) == []
    assert findings.unexplained([known, known]) == [known]
