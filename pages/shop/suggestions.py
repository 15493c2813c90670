"""What the search field suggests while somebody types: a route, because it must not wait for the live connection."""

from fastapi import Request
from fastapi.responses import JSONResponse
from nicegui import app

from models.catalog_search import Search
from models.errors import NotFoundError
from models.text import _, ngettext, spoken
from pages.peers import visitor_address
from pages.shop import shop_page, show, visitor
from services import catalog, throttle

PATH = "/suggestions"
NO_STORE = {"Cache-Control": "no-store"}  # what is told depends on who asks


def register() -> None:
    """Serve `/suggestions?q=`."""
    app.add_api_route(PATH, suggestions, methods=["GET"])


async def suggestions(request: Request) -> JSONResponse:
    """The first products a search finds, each as a card, with the sentence that tells of them and of all others."""
    throttle.spend(throttle.SUGGEST, visitor_address(request))
    search = Search.parse({"q": request.query_params.get("q", "")})
    try:
        visit = await shop_page.arrive(visitor.token_of(request))
    except NotFoundError:
        return JSONResponse({"products": []}, headers=NO_STORE)
    products, total = await catalog.suggestions(search.words, visit.prices) if search.words else ((), 0)
    count = show.number(total, spoken())
    said = ngettext("{n} product found", "{n} products found", total) if total else _("Nothing found")
    shown = {
        "products": [show.card(product, visit.shop) for product in products],
        "all": show.catalog_address(search),
        "said": said.format(n=count),
        "showAll": _("Show all {n}").format(n=count) if total > len(products) else "",
    }
    return JSONResponse(shown, headers=NO_STORE)
