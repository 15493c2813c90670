"""Logging: what the program tells its operator, without anybody's name or address."""

import logging

QUIET = ("asyncssh", "aioftp", "aioftp.client", "aiosqlite", "httpx", "tortoise", "PIL")  # these tell hosts or rows


def start(level: str) -> None:
    """Log to standard error from `level` on."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
