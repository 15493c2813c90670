"""The disk the data folder is on: how much room is left."""

import shutil

from services import settings

LITTLE_BYTES = 500_000_000


def free_bytes() -> int:
    """How many bytes can still be written in the data folder."""
    return shutil.disk_usage(settings.current().data).free


def is_nearly_full() -> bool:
    """Whether it is time to warn the seller."""
    return free_bytes() < LITTLE_BYTES
