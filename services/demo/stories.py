"""What became of the requests, made up: verified when, looked at, confirmed, sent on, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from models import EventKind, Status, Verification
from models.text import _
from services import orders
from services.demo import words
from services.demo.requests import Request
from services.demo.terms import TARGET_NAME

# How old a request is, up to so many days, and how likely it has become what by then.
OUTCOMES: tuple[tuple[float, tuple[tuple[Status, float], ...]], ...] = (
    (0.4, ((Status.PENDING, 0.9), (Status.PROCESSED, 0.1))),
    (3, ((Status.PENDING, 0.34), (Status.PROCESSED, 0.46), (Status.TO_BE_REVIEWED, 0.16), (Status.ERROR, 0.04))),
    (7, ((Status.PENDING, 0.1), (Status.PROCESSED, 0.68), (Status.TO_BE_REVIEWED, 0.18), (Status.ERROR, 0.04))),
    (999, ((Status.PROCESSED, 0.98), (Status.ERROR, 0.02))),
)
OTHER_DEVICE_SHARE = 0.06  # of those who are known, but not on this device
CONFIRMED_BY_MAIL_SHARE, NOTE_SHARE, SENT_SHARE = 0.3, 0.07, 0.22
VERIFIED_AFTER, HANDLED_AFTER = (2.5, 0.9), (5.4, 1.0)  # minutes, of a log-normal distribution
UNOPENED_FOR = timedelta(hours=5)
FAILED_TRANSFERS = 3
KNOWN_BY_SIGHT = "school"  # accepted by the seller before they verify


@dataclass(frozen=True)
class Happening:
    """A line of an order's history."""

    kind: EventKind
    actor: str
    at: datetime
    text: str = ""


@dataclass
class Story:
    """What became of one request. `sent_at` is when it went to the target, if it did."""

    request: Request
    verification: Verification = Verification.UNVERIFIED
    status: Status = Status.PENDING
    received_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    opened_at: datetime | None = None
    sent_at: datetime | None = None
    sending_failed: bool = False
    happenings: list[Happening] = field(default_factory=list)

    @property
    def asked_to_verify(self) -> bool:
        """Whether the buyer was mailed a link to verify the address."""
        return self.received_at != self.request.sent_at

    def tell(self, kind: EventKind, actor: str, at: datetime, text: str = "") -> None:
        """Add a line to the history."""
        self.happenings.append(Happening(kind, actor, at, text))


class Telling:
    """Tells the stories one after the other, remembering who has proven their address."""

    def __init__(self, now: datetime, seller: str, manager: str, dice: Random) -> None:
        self.now, self.seller, self.manager, self.dice = now, seller, manager, dice
        self.proven: set[str] = set()

    def tell(self, requests: Sequence[Request]) -> list[Story]:
        """The stories of these requests, the oldest first."""
        stories = [self._story(request) for request in requests]
        confirmed = [story for story in stories if story.confirmed_at and not story.sent_at]
        for story in confirmed[-FAILED_TRANSFERS:]:
            self._send(story, failed=True)
        return stories

    def _story(self, request: Request) -> Story:
        story = Story(request)
        story.tell(EventKind.PLACED, orders.BUYER, request.sent_at)
        self._receive(story)
        if request.is_twin:
            self._review(story, words.TWICE_NOTE, request.sent_at + timedelta(hours=2))
        elif story.received_at:
            self._handle(story, story.received_at)
        if story.opened_at is None and self.now - request.sent_at > UNOPENED_FOR:
            story.opened_at = request.sent_at + timedelta(hours=3)
        return story

    def _receive(self, story: Story) -> None:
        person, sent_at = story.request.person, story.request.sent_at
        if not person.verified:
            return
        is_known_here = story.request.is_twin or self.dice.random() >= OTHER_DEVICE_SHARE
        if person.email in self.proven and is_known_here:
            story.verification, story.received_at = Verification.VERIFIED, sent_at
            story.tell(EventKind.VERIFIED, orders.BUYER, sent_at)
            return
        at = min(sent_at + self._minutes(*VERIFIED_AFTER), sent_at + (self.now - sent_at) / 2)
        story.received_at = at
        if person.trade == KNOWN_BY_SIGHT and story.request.is_first:
            story.verification = Verification.OVERRIDDEN
            story.tell(EventKind.OVERRIDDEN, self.seller, at)
        else:
            self.proven.add(person.email)
            story.verification = Verification.VERIFIED
            story.tell(EventKind.VERIFIED, orders.BUYER, at)

    def _handle(self, story: Story, received_at: datetime) -> None:
        at = received_at + self._minutes(*HANDLED_AFTER)
        wanted = self._outcome(self.now - story.request.sent_at)
        if wanted is Status.PENDING or at >= self.now:
            return
        if wanted is Status.TO_BE_REVIEWED:
            self._review(story, self.dice.choice(words.REVIEW_NOTES), at)
        elif wanted is Status.ERROR:
            self._fail(story, at)
        else:
            self._confirm(story, at)

    def _outcome(self, age: timedelta) -> Status:
        odds = next(odds for days, odds in OUTCOMES if age <= timedelta(days=days))
        return self.dice.choices([status for status, _odd in odds], weights=[odd for _status, odd in odds])[0]

    def _confirm(self, story: Story, at: datetime) -> None:
        story.opened_at = at - timedelta(minutes=3)
        if self.dice.random() < NOTE_SHARE:
            story.tell(EventKind.NOTE, self.seller, at - timedelta(minutes=1), self.dice.choice(words.NOTES))
        by_mail = self.dice.random() < CONFIRMED_BY_MAIL_SHARE
        story.status, story.confirmed_at = Status.PROCESSED, at
        story.confirmed_by = self.manager if by_mail else self.seller
        story.tell(EventKind.CONFIRMED, story.confirmed_by, at)
        if self.dice.random() < SENT_SHARE:
            self._send(story, failed=False)

    def _review(self, story: Story, note: str, at: datetime) -> None:
        self._move(story, Status.TO_BE_REVIEWED, at)
        story.tell(EventKind.NOTE, self.seller, at + timedelta(minutes=2), note)

    def _fail(self, story: Story, at: datetime) -> None:
        self._move(story, Status.ERROR, at)
        story.tell(EventKind.NOTE, self.seller, at + timedelta(minutes=5), self.dice.choice(words.ERROR_NOTES))

    def _move(self, story: Story, status: Status, at: datetime) -> None:
        move = _("{before} → {after}").format(before=_(story.status.label), after=_(status.label))
        story.opened_at, story.status = at - timedelta(minutes=2), status
        story.tell(EventKind.STATUS, self.seller, at, move)

    def _send(self, story: Story, *, failed: bool) -> None:
        assert story.confirmed_at  # noqa: S101 - only confirmed orders are sent
        story.sent_at = story.confirmed_at + (self.now - story.confirmed_at) * 0.1
        story.sending_failed = failed
        story.tell(EventKind.SENT, self.seller, story.sent_at, TARGET_NAME)

    def _minutes(self, mean: float, spread: float) -> timedelta:
        return timedelta(minutes=self.dice.lognormvariate(mean, spread))
