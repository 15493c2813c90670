"""The schedules of export profiles: what is due runs, and what was missed is made up for, once."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from models import ExportProfile, Rhythm, Shop
from models.errors import NotFoundError, ShopError, StorageError
from services import alarms, live, parameters, profile_exports
from services.database import unit_of_work
from services.exports import ErasedMeanwhileError
from services.profile_exports import UsedMeanwhileError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 20.0
AGAIN_AFTER = timedelta(minutes=15)  # what could not be exported is tried again
MAX_TROUBLE = 500

_failed_at: dict[int, datetime] = {}  # by profile


async def run() -> None:
    """Run what is due, for as long as the program runs."""
    while True:
        try:
            await run_due()
        except Exception:  # the loop goes on whatever happens
            logger.exception("The schedules of exports could not be looked at; that is tried again")
        await asyncio.sleep(EVERY_SECONDS)


async def run_due(now: datetime | None = None) -> None:
    """Run each profile that is due at `now` (aware; the present if left out)."""
    at = now or datetime.now(UTC)
    if not await parameters.exists():
        return
    shop = await parameters.current()
    for profile in await ExportProfile.exclude(rhythm=Rhythm.NEVER):
        if profile.is_due(shop.time_zone, at) and not _waits(profile.id, at):
            await _run(profile, shop, at)


def _waits(profile_id: int, now: datetime) -> bool:
    """Whether it failed a moment ago."""
    failed_at = _failed_at.get(profile_id)
    return failed_at is not None and timedelta() <= now - failed_at < AGAIN_AFTER


async def _run(profile: ExportProfile, shop: Shop, now: datetime) -> None:
    try:
        await profile_exports.run(profile.id, shop, now=now)
        _failed_at.pop(profile.id, None)
    except (NotFoundError, ErasedMeanwhileError, UsedMeanwhileError):
        return  # deleted just now, or it is tried again in a moment
    except StorageError as error:
        logger.warning("A scheduled export could not be written; it is tried again: %s", error)
        _failed_at[profile.id] = now
    except ShopError as error:
        await _note(profile, str(error)[:MAX_TROUBLE])
        _failed_at[profile.id] = now
    except Exception:  # a bug: other profiles are not to wait for it
        logger.exception("A scheduled export failed in a way nobody foresaw; it is tried again")
        _failed_at[profile.id] = now


async def _note(profile: ExportProfile, trouble: str) -> None:
    await _write_trouble(profile, trouble)
    live.delivery_changed(None)  # the list of exports tells of it


@unit_of_work
async def _write_trouble(profile: ExportProfile, trouble: str) -> None:
    if trouble != profile.trouble and await ExportProfile.filter(id=profile.id).update(trouble=trouble):
        await alarms.export_failed(profile.name, trouble)
