"""Fetching a picture from the web: only from public addresses, never more than a picture weighs."""

from __future__ import annotations

import asyncio
import functools
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from models.errors import ShopError
from models.text import _
from services import later
from services.later import Later
from services.picture_drawing import MAX_BYTES
from services.transports.outbound import is_public, look_up

if TYPE_CHECKING:
    import httpx
else:
    httpx = Later("httpx")

MAX_REDIRECTS = 4
SECONDS, CONNECT_SECONDS = 20.0, 8.0
WHOLE_SECONDS = 60.0
ACCEPT = "image/webp,image/png,image/jpeg,image/gif"


async def download(url: str) -> bytes:
    """Return the bytes at a web address. Raises ShopError with a short reason."""
    await later.imported("httpx")
    trust = await asyncio.to_thread(_trust)
    timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
    client = httpx.AsyncClient(verify=trust, timeout=timeout, trust_env=False)
    try:
        async with asyncio.timeout(WHOLE_SECONDS), client:
            for _attempt in range(MAX_REDIRECTS + 1):
                found = await _get(client, url)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
    except (httpx.HTTPError, TimeoutError, OSError):
        raise ShopError(_("The picture's server could not be reached.")) from None
    except (httpx.InvalidURL, ValueError):  # a port beyond all ports, brackets around nothing, letters of no domain
        raise ShopError(_("The picture's address is not a web address.")) from None
    raise ShopError(_("The picture's address leads from one to the next."))


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates to trust, read once: reading them takes tens of milliseconds."""
    return httpx.create_ssl_context()


async def _get(client: httpx.AsyncClient, url: str) -> bytes | str:
    """The bytes at `url`, or the address it redirects to. The connection goes to the very address that was checked."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ShopError(_("The picture's address is not a web address."))
    address = await _public_address(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    host = f"[{address}]" if ":" in address else address
    pinned = urlunsplit((parts.scheme, f"{host}:{parts.port}" if parts.port else host, parts.path, parts.query, ""))
    request = client.build_request(
        "GET",
        pinned,
        headers={"Host": parts.netloc.rpartition("@")[2], "Accept": ACCEPT, "Accept-Encoding": "identity"},
        extensions={"sni_hostname": parts.hostname},
    )
    answer = await client.send(request, stream=True)
    try:
        if answer.has_redirect_location:
            return answer.headers["location"]
        if answer.status_code != httpx.codes.OK:
            raise ShopError(_("The picture's server answered {code}.").format(code=answer.status_code))
        return await _limited(answer)
    finally:
        await answer.aclose()


async def _limited(answer: httpx.Response) -> bytes:
    """The bytes as they come: unpacked, a small answer could become a large one."""
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise ShopError(_("This picture is larger than {n} MB.").format(n=MAX_BYTES // 1_000_000))
    return bytes(content)


async def _public_address(host: str, port: int) -> str:
    """An address of `host`; raises ShopError if one of them lies in a private network."""
    found = await look_up(host, port)
    addresses = [str(address[0]) for *_rest, address in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise ShopError(_("The picture's address is not on the public web."))
    return addresses[0]
