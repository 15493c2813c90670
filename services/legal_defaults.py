"""The legal texts a new shop starts with, to be read and adapted by the seller."""

from models import LegalKind
from models.text import _


def text(kind: LegalKind, shop_name: str) -> str:
    """The first version of a text, in the language that is spoken here."""
    return (_privacy() if kind is LegalKind.PRIVACY else _terms()).format(shop=shop_name)


def _privacy() -> str:
    return _(
        "What we collect\n\n"
        "When you send a request to {shop}, we store what you enter: your name, company, e-mail address, telephone "
        "number, your own reference, comments and delivery zone, together with the products you ask for and the "
        "time.\n\n"
        "What we use it for\n\n"
        "We use this information to answer your request, to prepare and carry out the order, and to keep the records "
        "that commercial and tax law asks for. The legal basis is the preparation and performance of a contract "
        "(Article 6(1)(b) GDPR) and our legal obligations (Article 6(1)(c) GDPR).\n\n"
        "Who receives it\n\n"
        "Your request is read by our staff and may be passed on to our own order system and to the carrier who "
        "delivers to you. We do not sell it and do not use it for advertising.\n\n"
        "How long we keep it\n\n"
        "Requests whose e-mail address is never verified are deleted after a few weeks. Orders are kept as long as the "
        "law requires and are made anonymous after that.\n\n"
        "Cookies\n\n"
        "This shop sets one cookie, which remembers your cart and whether you are signed in on this device, and "
        "another one if you choose a language. There is no tracking and there are no cookies of others.\n\n"
        "Your rights\n\n"
        "You may ask us at any time which information we hold about you, have it corrected, moved or erased, restrict "
        "or object to its use, and complain to a data protection authority. Write to {shop} at the address given "
        "in this shop."
    )


def _terms() -> str:
    return _(
        "Requests and orders\n\n"
        "The products in this shop are an invitation to send a request. Your request does not bind you or us. A "
        "contract is made when {shop} confirms your order by e-mail.\n\n"
        "Customers\n\n"
        "We sell to businesses. By sending a request you tell us that you act for your trade or profession.\n\n"
        "Prices\n\n"
        "The prices, discounts and surcharges shown when you send your request apply to it. Obvious mistakes may be "
        "corrected before we confirm the order.\n\n"
        "Payment and delivery\n\n"
        "Nothing is paid in this shop. Terms of payment, delivery time and carrier are agreed when the order is "
        "confirmed.\n\n"
        "Retention of title\n\n"
        "Goods remain our property until they have been paid in full.\n\n"
        "Defects\n\n"
        "Please check goods on arrival and tell us about visible defects without delay. The law applies otherwise."
    )
