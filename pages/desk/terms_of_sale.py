"""Terms of sale: where orders go, what is charged or taken off, what that comes to, and the legal texts."""

from fastapi import Request

from models import LegalKind
from models.text import _
from pages.components.elements import box, link_button
from pages.desk import charge_sections, legal_section, target_section, transfer_target
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.terms_trial_section import TermsTrial
from pages.frame import page_head

PATH = "/desk/terms-of-sale"


def register() -> None:
    """Declare the page, and the page of one transfer target under it."""
    desk_page(PATH, show)
    transfer_target.register()


async def show(visit: Visit, _request: Request) -> None:
    """Build the page."""
    with frame(visit, _("Terms of sale"), PATH):
        with page_head(_("Terms of sale")):
            link_button(_("Versions of the rules"), "/desk/rules", "quiet")
        with box("stack loose"):
            await target_section.build()
            with box("half-half"):
                with box("stack loose"):
                    await charge_sections.Surcharges(visit.shop).build()
                    await charge_sections.Zones(visit.shop).build()
                await charge_sections.DiscountCodes(visit.shop).build()
            await TermsTrial(visit.shop).build()
            with box("half-half"):
                for kind in LegalKind:
                    await legal_section.LegalSection(kind, visit.shop).build()
