"""A sample shop: a catalogue with pictures, four months of requests, and what became of them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from models import LegalKind, LegalText, Seller, Shop
from models.errors import ShopError
from models.pricing import PriceList
from models.text import _
from services import legal, legal_defaults, parameters, passwords
from services import terms as terms_of_sale
from services.database import unit_of_work
from services.demo import books, catalogue, downloads, goods, people, requests, terms
from services.demo.post import Post
from services.demo.requests import DAYS
from services.demo.stories import Telling

SELLER = "demo@norte.example"
PASSWORD = "norte-tools-demo"  # noqa: S105 - printed at every start: anybody may try the demo
MANAGERS = ["orders@norte.example", "warehouse@norte.example"]
NAME, CURRENCY = "Norte Tools", "EUR"
SEED = 2026
TERMS_CHANGED_AFTER = timedelta(days=61)
SMALL_ORDERS = (
    "\n\nSmall orders\n\nOrders below 300.00 carry a surcharge: 30.00 below 100.00, 15.00 below 200.00 and 5.00 below "
    "300.00. Sea freight to the islands is 12.00 an order."
)

SHOP: dict[str, Any] = {
    "name": NAME,
    "color": "#0f6b5c",
    "cover_text": "Tools and fixings for people who build. Ask today, on site the day after tomorrow.",
    "texts": {
        "cover_text:es": "Herramientas y fijaciones para quien construye. Pida hoy, en obra pasado mañana.",
        "cover_text:de": "Werkzeug und Befestigung für alle, die bauen. Heute angefragt, übermorgen auf der Baustelle.",
        "cover_text:fr": "Outils et fixations pour ceux qui bâtissent. Demandé aujourd’hui, sur place après-demain.",
    },
    "contact": "Norte Tools S.L.\nCalle del Taller 18\n28021 Madrid, Spain\n+34 910 000 100\norders@norte.example",
    "language": "en",
    "currency": CURRENCY,
    "time_zone": "Europe/Madrid",
    "price_note": "plus VAT",
    "order_prefix": "",
    "management_emails": MANAGERS,
    "mail_sender": "orders@norte.example",
    "mail_reply_to": "orders@norte.example",
}


async def is_made() -> bool:
    """Whether the open database holds the sample shop. Raises ShopError if it holds another one."""
    if not await parameters.exists():
        return False
    if not await Seller.exists(email=SELLER):
        raise ShopError(_("This data folder belongs to a shop that is not the sample shop. Nothing was changed."))
    return True


async def make(now: datetime | None = None) -> bool:
    """Fill the open database and the media folder with the sample shop as it is at `now` (aware), or now.

    Returns False if it was there already. The shop itself comes last, with its orders, in one step: what was cut off
    before is completed by the next call. Only the exports, which are made of them, come after. Raises ShopError if
    there is another shop.
    """
    if await is_made():
        return False
    await catalogue.fill(CURRENCY, SELLER)
    logo = await catalogue.draw_logo(NAME)
    made_at = (now or datetime.now(UTC)).replace(microsecond=0)
    shop = await _open(logo, await passwords.hashed(PASSWORD), made_at)
    await downloads.make(shop, SELLER, made_at)
    return True


@unit_of_work
async def _open(logo: str, password_hash: str, now: datetime) -> Shop:
    opened_at = now - timedelta(days=DAYS + 7)
    shop = await Shop.create(id=parameters.SHOP_ID, logo=logo, created_at=opened_at, **SHOP)
    await Seller.create(email=SELLER, password_hash=password_hash, created_at=opened_at)
    privacy = await _publish(shop, opened_at)
    target = await terms.write(parameters.today(shop, now))
    dice = Random(SEED)  # noqa: S311 - the same sample shop every time, nothing secret
    made_up = requests.invent(people.load(), await goods.load(), now, shop.time_zone, dice)
    stories = Telling(now, SELLER, MANAGERS[0], dice).tell(made_up)
    entered = await books.enter(stories, shop, await terms_of_sale.load(PriceList(shop.currency)), privacy)
    await Post(shop, target, now, dice).send(entered)
    return shop


async def _publish(shop: Shop, opened_at: datetime) -> LegalText:
    """Publish the legal texts as of the day the shop opened, the terms once more since; return the privacy policy."""
    for kind in LegalKind:
        await legal.write(kind, shop.language, legal_defaults.text(kind, shop.name))
    await LegalText.all().update(created_at=opened_at)
    longer = legal_defaults.text(LegalKind.TERMS, shop.name) + SMALL_ORDERS
    latest = await legal.write(LegalKind.TERMS, shop.language, longer)
    await LegalText.filter(id=latest.id).update(created_at=opened_at + TERMS_CHANGED_AFTER)
    return await LegalText.get(kind=LegalKind.PRIVACY)
