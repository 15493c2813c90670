"""Terms of sale: where orders go, what is charged or taken off, and the legal texts."""

from models import LegalKind
from models.text import _
from pages.components.elements import box
from pages.desk import charge_sections, guard, legal_section, target_section, transfer_target
from pages.frame import desk_frame, page_head
from services import parameters, settings

PATH = "/desk/terms-of-sale"


def register() -> None:
    """Declare the page, and the page of one transfer target under it."""
    guard.desk_page(PATH)(show)
    transfer_target.register()


async def show() -> None:
    """Build the page."""
    shop = await parameters.current()
    seller = await guard.seller()
    with desk_frame(
        parameters.look(shop),
        title=_("Terms of sale"),
        active=PATH,
        seller_email=seller.email,
        shop_url=settings.current().public_url,
    ):
        with page_head(_("Terms of sale")):
            pass
        with box("stack loose"):
            await target_section.build()
            with box("half-half"):
                await charge_sections.Surcharges(shop).build()
                with box("stack loose"):
                    await charge_sections.Zones(shop).build()
                    await charge_sections.DiscountCodes(shop).build()
            with box("half-half"):
                for kind in LegalKind:
                    await legal_section.LegalSection(kind, shop).build()
