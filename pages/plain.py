"""Plain HTML pages: no framework, no JavaScript, never kept by the browser."""

import base64
import hashlib
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.text import _
from pages import forms, languages, theme
from pages.theme import Shop
from services import parameters

TEMPLATES = Path(__file__).parent / "templates"


async def shop() -> Shop:
    """The shop as plain pages show it, set up or not."""
    return parameters.look(await parameters.current() if await parameters.exists() else None)


def render(name: str, shop: Shop, *, title: str, status: int = 200, **values: object) -> HTMLResponse:
    """Answer with the template `name`, which extends `base.html`; `values` are escaped where they are shown.

    `title` is the tab's and, unless the template says otherwise, the page's heading. Its forms get their token here.
    """
    head = theme.head_html(shop, title)
    frame = {"shop": shop, "title": title, "head": head, "brand": theme.dotted(shop.name)}
    choice = {"back": languages.address.get() if status == 200 else "", "spoken_languages": languages.NAMES}
    page = _environment.get_template(name).render({**frame, **choice, **values})
    return HTMLResponse(forms.with_token(page), status_code=status, headers=_headers(shop))


def _headers(shop: Shop) -> dict[str, str]:
    style = hashlib.sha256(theme.brand_variables(shop.color).encode()).digest()
    policy = (
        "default-src 'none'; img-src 'self' data:; "
        f"style-src 'self' 'sha256-{base64.b64encode(style).decode()}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "same-origin",  # a form's Origin is kept, so that its sender can be checked
        "x-robots-tag": "noindex",
    }


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    return environment


_environment = _make_environment()
