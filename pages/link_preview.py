"""What a link to a page shows in a chat: title, sentence and picture, in the first HTML (previews run no scripts)."""

import html
import re

from nicegui import ui

from services import settings

MOST_DESCRIBED = 200
TAGS = re.compile(r"<[^>]*>")


def describe(
    *, title: str, site: str, path: str, description: str = "", picture: str = "", kind: str = "website"
) -> None:
    """Tell of the page being built; `path` and `picture` are addresses of ours, all else is any text."""
    address = settings.current().public_url
    told = {
        "og:type": kind,
        "og:site_name": site,
        "og:title": title,
        "og:url": address + path,
        "og:description": shortened(description),
        "og:image": address + picture if picture else "",
        "twitter:card": "summary_large_image" if picture else "summary",
    }
    tags = [_tag("property", name, text) for name, text in told.items() if text]
    if told["og:description"]:
        tags.append(_tag("name", "description", told["og:description"]))
    ui.add_head_html("".join(tags))


def plain_text(markup: str) -> str:
    """The words of a description that is HTML."""
    return html.unescape(TAGS.sub(" ", markup))


def shortened(text: str) -> str:
    """The beginning of a text, in whole words."""
    words = " ".join(text.split())
    if len(words) <= MOST_DESCRIBED:
        return words
    return words[:MOST_DESCRIBED].rsplit(" ", 1)[0] + " …"


def _tag(by: str, name: str, text: str) -> str:
    return f'<meta {by}="{name}" content="{html.escape(text)}">'
