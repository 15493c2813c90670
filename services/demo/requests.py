"""The requests of four months, made up: who asked for what and when, and what they wrote with it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from models.days import ONE_DAY, day_of, start_of
from models.pricing import WantedLine
from services.demo import words
from services.demo.goods import Good
from services.demo.people import TRADES, WHOLESALE, Person
from services.demo.terms import CAMPAIGNS, WELCOME

DAYS = 120
SATURDAY = 5
A_DAY_AT_FIRST, A_DAY_AT_LAST = 2.6, 4.2  # requests on a working day: the shop grows
NOON, HOURS_AROUND, FIRST_HOUR, LAST_HOUR = 11.6, 2.8, 7.1, 20.7
TODAY_SHARES = (0.31, 0.52, 0.66, 0.78, 0.89, 0.97)  # of the time since this day's work began
WORK_BEGINS = time(7, 30)
STRANGERS_DAYS_AGO = (0.0, 1.2, 6.0, 19.0)  # when those sent their request who never proved their address
TWIN_DAYS_AGO, TWIN_AFTER = 2.0, timedelta(minutes=4, seconds=20)
LINES, LINES_TO_SELL = (1, 1, 2, 2, 3, 3, 4, 5, 6), (2, 3, 4, 5, 6, 7, 8, 10)
VARIANTS = (1, 2, 2, 3)  # of one family
LINE_WORTH, LINE_WORTH_TO_SELL, SPREAD = 84, 180, 0.8
WELCOME_SHARE, CAMPAIGN_SHARE, COMMENT_SHARE, REFERENCE_SHARE = 0.6, 0.14, 0.36, 0.4


@dataclass(frozen=True)
class Request:
    """What somebody sent; `is_first` says that this address had not ordered before."""

    person: Person
    sent_at: datetime
    lines: tuple[WantedLine, ...]
    code: str
    comments: str
    reference: str
    is_first: bool
    is_twin: bool = False  # of the one before


def invent(
    people: Sequence[Person], goods: Sequence[Good], now: datetime, time_zone: str, dice: Random
) -> list[Request]:
    """Make up the requests of the last four months before `now` (aware), the oldest first."""
    moments = _moments(now, time_zone, dice)
    buyers = _buyers(people, moments, now, dice)
    known: set[str] = set()
    requests = []
    for moment, person in zip(moments, buyers, strict=True):
        requests.append(_request(person, moment, goods, day_of(moment, time_zone), person.email not in known, dice))
        known.add(person.email)
    return _with_twin(requests, now)


def _moments(now: datetime, time_zone: str, dice: Random) -> list[datetime]:
    today = day_of(now, time_zone)
    moments = [
        moment
        for age in range(DAYS, 0, -1)
        for moment in _moments_of(today - age * ONE_DAY, 1 - age / DAYS, time_zone, dice)
    ]
    begin = datetime.combine(today, WORK_BEGINS, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    if begin > now - timedelta(hours=1):
        begin = start_of(today, time_zone)
    today_so_far = ((begin + (now - begin) * share).replace(microsecond=0) for share in TODAY_SHARES)
    return [*moments, *today_so_far]


def _moments_of(day: date, progress: float, time_zone: str, dice: Random) -> list[datetime]:
    mean = A_DAY_AT_FIRST + (A_DAY_AT_LAST - A_DAY_AT_FIRST) * progress
    count = max(0, round(dice.gauss(mean, 1.1))) if day.weekday() < SATURDAY else dice.choice((0, 0, 1))
    hours = (min(max(dice.gauss(NOON, HOURS_AROUND), FIRST_HOUR), LAST_HOUR) for _each in range(count))
    midnight = start_of(day, time_zone)
    return sorted(midnight + timedelta(seconds=round(hour * 3600 + dice.uniform(0, 300))) for hour in hours)


def _buyers(people: Sequence[Person], moments: Sequence[datetime], now: datetime, dice: Random) -> list[Person]:
    """Somebody for each moment; each stranger sends one request."""
    regulars = [person for person in people if person.verified]
    chosen = dice.choices(regulars, weights=[person.weight for person in regulars], k=len(moments))
    strangers = [person for person in people if not person.verified]
    for stranger, days in zip(strangers, STRANGERS_DAYS_AGO, strict=True):
        before = now - days * ONE_DAY
        place = max(index for index, moment in enumerate(moments) if moment < before)
        chosen[place - 1] = stranger  # not the very last, which is one to confirm
    return chosen


def _request(  # noqa: PLR0917 - what makes a request
    person: Person, moment: datetime, goods: Sequence[Good], today: date, is_first: bool, dice: Random
) -> Request:
    return Request(
        person=person,
        sent_at=moment,
        lines=_lines(person, goods, dice),
        code=_code(today, is_first, dice),
        comments=_comments(person, dice),
        reference=dice.choice(words.REFERENCES).format(n=dice.randint(104, 8990))
        if dice.random() < REFERENCE_SHARE
        else "",
        is_first=is_first,
    )


def _lines(person: Person, goods: Sequence[Good], dice: Random) -> tuple[WantedLine, ...]:
    sells = person.trade == WHOLESALE
    families: dict[int, list[Good]] = {}
    for good in goods:
        if good.room in TRADES[person.trade]:
            families.setdefault(good.family, []).append(good)
    chosen = dice.sample(list(families.values()), dice.choice(LINES_TO_SELL if sells else LINES))
    worth = math.log(LINE_WORTH_TO_SELL if sells else LINE_WORTH)
    return tuple(
        good.worth(dice.lognormvariate(worth, SPREAD) / math.sqrt(len(taken)))
        for taken in (dice.sample(family, min(len(family), dice.choice(VARIANTS))) for family in chosen)
        for good in taken
    )


def _code(today: date, is_first: bool, dice: Random) -> str:
    if is_first:
        return WELCOME.code if dice.random() < WELCOME_SHARE else ""
    return dice.choice(CAMPAIGNS).code if dice.random() < CAMPAIGN_SHARE else ""


def _comments(person: Person, dice: Random) -> str:
    return dice.choice(words.COMMENTS[person.language]) if dice.random() < COMMENT_SHARE else ""


def _with_twin(requests: Sequence[Request], now: datetime) -> list[Request]:
    """The same once more, minutes later: somebody pressed the button in two tabs."""
    before = now - TWIN_DAYS_AGO * ONE_DAY
    place = max(
        i
        for i, (one, following) in enumerate(pairwise(requests))
        if one.sent_at < before and not one.is_first and following.sent_at > one.sent_at + TWIN_AFTER
    )
    first = requests[place]
    twin = replace(first, sent_at=first.sent_at + TWIN_AFTER, is_twin=True, is_first=False)
    return [*requests[: place + 1], twin, *requests[place + 1 :]]
