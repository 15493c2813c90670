"""Export profiles: files of orders as somebody wants them again and again, by hand, on a target or on a schedule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.models import Model

from models.csv_style import DecimalSign, Delimiter, Encoding, Style, TimeFormat
from models.days import DAYS_OF_A_WEEK
from models.file_kind import Dialect, Shape
from models.file_layout import Layout
from models.order import Status
from models.order_columns import Column
from models.shop import Shop
from models.text import N_
from models.transfer_target import TransferTarget

MAX_PROFILE_NAME = 80
MAX_TITLE = 80


class Rhythm(StrEnum):
    """How often a profile runs by itself."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {"never": N_("Only by hand"), "daily": N_("Every day"), "weekly": N_("Every week")}[self.value]


class ExportProfile(Model):
    """What a file holds and looks like, what becomes of its orders, and when it goes where by itself.

    `since` is when its schedule was set: only what was received from then on is new to it. `ran_at` is when the
    schedule last looked for what is new, `trouble` why that failed.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=MAX_PROFILE_NAME)
    shape = fields.CharEnumField(Shape, description="what a row is", max_length=8)
    dialect = fields.CharEnumField(Dialect, description="for whom it is written", max_length=12)
    columns: fields.Field[list[list[str]]] = fields.JSONField(default=list)  # [name, title], in their order
    delimiter = fields.CharEnumField(Delimiter, description="of a CSV", max_length=12)
    decimal_sign = fields.CharEnumField(DecimalSign, description="of a CSV", max_length=12)
    encoding = fields.CharEnumField(Encoding, description="of a CSV", max_length=12)
    has_mark = fields.BooleanField(default=False)
    times = fields.CharEnumField(TimeFormat, description="how times are written", max_length=12)
    file_name = fields.CharField(max_length=120)
    per_order = fields.BooleanField(default=False)  # a file for each order, together in a zip
    status_after = fields.CharEnumField(Status, description="of its orders, afterwards", max_length=16, null=True)
    rhythm = fields.CharEnumField(Rhythm, description="how often", max_length=8, default=Rhythm.NEVER)
    weekday = fields.IntField(default=0)  # Monday is 0
    at = fields.CharField(max_length=5, default="07:00")  # on the shop's clock
    recipients: fields.Field[list[str]] = fields.JSONField(default=list)
    target: fields.ForeignKeyNullableRelation[TransferTarget] = fields.ForeignKeyField(
        "models.TransferTarget", null=True, on_delete=fields.SET_NULL, related_name="scheduled_profiles"
    )
    since = fields.DatetimeField(null=True)
    ran_at = fields.DatetimeField(null=True)
    trouble = fields.CharField(max_length=500, default="")
    last_seq = fields.IntField(default=0)
    is_restored = fields.BooleanField(default=False)  # a backup brought it back: what it sends first is held
    created_at = fields.DatetimeField(auto_now_add=True)

    target_id: int | None

    class Meta:
        table = "export_profile"
        ordering = ("name", "id")

    def layout(self, shop: Shop) -> Layout:
        """What its files look like."""
        style = Style(
            for_people=self.dialect is not Dialect.MACHINE,
            delimiter=self.delimiter.sign,
            decimal_sign=self.decimal_sign.sign,
            time_zone=shop.time_zone,
            times=self.times,
            encoding=self.encoding,
            has_mark=self.has_mark,
        )
        columns = tuple(Column(name, title) for name, title in self.columns)
        return Layout(self.shape, self.dialect, columns, style, self.name)

    def last_slot(self, time_zone: str, now: datetime) -> datetime | None:
        """When its schedule last wanted it to run, at `now` (aware) at the latest; None if it has none.

        A time that the clocks skip is told by the clock before they moved; of one that comes twice, the first counts.
        """
        if self.rhythm is Rhythm.NEVER:
            return None
        zone, at = ZoneInfo(time_zone), time.fromisoformat(self.at)
        day = now.astimezone(zone).date()
        for back in range(DAYS_OF_A_WEEK + 1):
            candidate = day - timedelta(days=back)
            if self.rhythm is Rhythm.WEEKLY and candidate.weekday() != self.weekday:
                continue
            slot = datetime.combine(candidate, at, tzinfo=zone).astimezone(UTC)
            if slot <= now:
                return slot
        return None

    def is_due(self, time_zone: str, now: datetime) -> bool:
        """Whether it should run by itself: a time for it has passed since it did, however many, once.

        A clock that was set back does not keep it waiting: nothing it took out is new to it any more.
        """
        slot = self.last_slot(time_zone, now)
        return slot is not None and self.ran_at is not None and (self.ran_at < slot or self.ran_at > now)
