"""Order numbers: prefix, year, running number."""

DIGITS = 5


def order_number(prefix: str, year: int, running: int) -> str:
    """For example `2026-00318`, or `NT-2026-00318` with the prefix `NT-`. Gaps are normal."""
    return f"{prefix}{year}-{running:0{DIGITS}d}"
