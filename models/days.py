"""Days in the shop's time zone, as the UTC times at which they begin."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
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
