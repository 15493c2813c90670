"""Where a visit comes from: a page of this shop, or somebody else's."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from services import settings

ELSEWHERE = {"cross-site", "same-site"}


def is_own(headers: Headers) -> bool:
    """Whether a browser sends this from a page of ours; what says nothing of where it comes from is no browser's.

    Ours are the public address, and whatever host the visit itself is for: phones reach a shop in the same house under
    several names.
    """
    origin = headers.get("origin")
    if headers.get("sec-fetch-site") in ELSEWHERE:
        return False
    return origin is None or is_ours(origin, headers.get("host", ""))


def is_ours(origin: str, host: str) -> bool:
    """Whether an `Origin` header names this shop, which is visited as `host`."""
    if origin == settings.current().public_url:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc == host
