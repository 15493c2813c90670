"""Days in the shop's time zone, as the UTC times at which they begin."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
SATURDAY = 5  # as `date.weekday` counts
DAYS_OF_A_WEEK = 7
DATE_LOCALES = {"en": "en_GB"}  # where the bare language would write dates in another country's way


def date_locale(language: str) -> str:
    """The locale in which the shop's `language` writes dates and times."""
    return DATE_LOCALES.get(language, language)


def day_of(moment: datetime, time_zone: str) -> date:
    """The date on the shop's calendar at `moment` (aware); `time_zone` is a name like "Europe/Madrid"."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def start_of(day: date, time_zone: str) -> datetime:
    """The first moment of `day`, in UTC. Where midnight is skipped, the day begins when the clocks have moved."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def end_of(day: date, time_zone: str) -> datetime:
    """The first moment after `day`, in UTC; a day of changing clocks has 23 or 25 hours."""
    return start_of(day + ONE_DAY, time_zone)


def monday_of(day: date) -> date:
    """The first day of the week `day` is in."""
    return day - timedelta(days=day.weekday())


def is_working(day: date) -> bool:
    """Whether `day` is from Monday to Friday."""
    return day.weekday() < SATURDAY


def working_days_before(moment: datetime, days: int, time_zone: str) -> datetime:
    """When so many working days were left until `moment` (aware), in UTC; Saturdays and Sundays do not pass at all.

    What came on a Friday at ten has waited for two working days on Tuesday at ten.
    """
    local = moment.astimezone(ZoneInfo(time_zone))
    if not is_working(local.date()):  # as late as the working week ended
        local = datetime.combine(monday_of(local.date()) + timedelta(days=SATURDAY), time.min, tzinfo=local.tzinfo)
    for _day in range(days):
        local -= ONE_DAY
        while not is_working(local.date()):
            local -= ONE_DAY
    return local.astimezone(UTC)
