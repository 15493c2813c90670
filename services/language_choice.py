"""The language somebody chose: kept with the buyer or the seller who is signed in, and spoken on other devices, too."""

from models import Buyer, Seller
from models.text import LANGUAGES
from services import seller_sessions, visitors
from services.database import unit_of_work


async def keep(language: str, *, device_token: str, session_token: str) -> None:
    """Keep a language of ours for whoever comes with these cookies; strangers have it in a cookie alone."""
    visitor, session = await visitors.load(device_token), await seller_sessions.find(session_token)
    if language in LANGUAGES and (visitor.buyer or session):
        await _write(language, visitor.buyer.id if visitor.buyer else 0, session.seller_id if session else 0)


@unit_of_work
async def _write(language: str, buyer_id: int, seller_id: int) -> None:
    await Buyer.filter(id=buyer_id).update(language=language)
    await Seller.filter(id=seller_id).update(language=language)
