"""What a scanner reports, and what comes of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.soak.frame import Figure, Outcome
from tests.soak.scanners.known import KNOWN, Known

MOST_NAMED = 12


@dataclass(frozen=True)
class Finding:
    """Something that a scanner thinks is wrong: its name for it, and where."""

    scanner: str
    rule: str
    place: str

    def __str__(self) -> str:
        return f"{self.scanner} reports: {self.rule}, at {self.place}"


def unexplained(found: Iterable[Finding]) -> list[Finding]:
    """The findings that there is no reason for in the list, and those that come more often than the list says."""
    left = Counter({known: known.times for known in KNOWN if known.times})
    rest = []
    for finding in found:
        reasons = [known for known in KNOWN if _fits(known, finding) and (not known.times or left[known] > 0)]
        if reasons:
            left[reasons[0]] -= 1
        else:
            rest.append(finding)
    return rest


def outcome(
    seed: int,
    figures: Mapping[str, Figure],
    found: Sequence[Finding],
    planted: Sequence[Finding],
    holes: Sequence[Finding],
    *,
    trouble: Sequence[str] = (),
) -> Outcome:
    """What came of it: no finding without a reason, none of the planted `holes` overlooked, no other trouble.

    A hole is found when its rule is reported at its place, or below it.
    """
    rest = unexplained(found)
    overlooked = [hole for hole in holes if not any(_is_found(hole, finding) for finding in planted)]
    broken = [str(finding) for finding in rest[:MOST_NAMED]]
    broken += [f"and {len(rest) - MOST_NAMED} more"] if len(rest) > MOST_NAMED else []
    broken += [f"{hole.scanner} overlooks what was planted: {hole.rule}, at {hole.place}" for hole in overlooked]
    shown = {"reported": len(found), "of that explained": len(found) - len(rest)}
    told = {**figures, **shown, "planted": len(holes), "found": len(holes) - len(overlooked)}
    return Outcome(seed, told, [*broken, *trouble[:MOST_NAMED]])


def _fits(known: Known, finding: Finding) -> bool:
    return finding.scanner == known.scanner and all(
        fnmatchcase(said, pattern) for said, pattern in ((finding.rule, known.rule), (finding.place, known.place))
    )


def _is_found(hole: Finding, finding: Finding) -> bool:
    return finding.rule == hole.rule and finding.place.startswith(hole.place)
