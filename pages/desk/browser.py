"""A seller's browser: the cookies it keeps, where it comes from, and its name in words."""

from fastapi import Request
from fastapi.responses import Response

from models.text import _
from pages.desk import guard
from pages.peers import visitor_address
from services import seller_sessions, seller_sign_in, settings
from services.seller_sign_in import Arrival, SignedIn

# The first that fits: browsers call themselves by the names of others, too.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrom": "Chrome",
    "CriOS": "Chrome",
}
BROWSERS |= {"Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}


def arrival(request: Request) -> Arrival:
    """Who knocks at the desk's door."""
    agent = request.headers.get("user-agent", "")
    return Arrival(visitor_address(request), request.cookies.get(_known_device_cookie(), ""), name_of(agent))


def name_of(agent: str) -> str:
    """What a browser's `User-Agent` means, in words: "Firefox on Linux"."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), _("A browser"))
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return _("{browser} on {system}").format(browser=browser, system=system) if system else browser


def keep_signed_in(answer: Response, signed_in: SignedIn) -> None:
    """Let a browser keep the session, and the mark by which it is known next time."""
    keep_session(answer, signed_in.token)
    seconds = int(seller_sign_in.KNOWN_DEVICE_LIFETIME.total_seconds())
    _keep(answer, _known_device_cookie(), signed_in.known_device, seconds, path=guard.SIGN_IN_PATH)


def keep_session(answer: Response, token: str) -> None:
    """Let a browser keep the session."""
    _keep(answer, guard.cookie_name(), token, int(seller_sessions.LIFETIME.total_seconds()))


def forget_session(answer: Response) -> None:
    """Let a browser forget the session."""
    secure = settings.current().is_https
    answer.delete_cookie(guard.cookie_name(), path="/", secure=secure, httponly=True, samesite="lax")


def _keep(answer: Response, name: str, text: str, seconds: int, *, path: str = "/") -> None:
    secure = settings.current().is_https
    answer.set_cookie(name, text, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def _known_device_cookie() -> str:
    return "__Secure-pedido_known" if settings.current().is_https else "pedido_known"
