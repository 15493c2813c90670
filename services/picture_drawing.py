"""Drawing a picture anew in two sizes, without anything hidden in it: done in a process of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from models.errors import ShopError
from models.text import _
from services.later import Later

if TYPE_CHECKING:
    import PIL
    from PIL import Image, ImageOps
else:
    PIL, Image, ImageOps = Later("PIL"), Later("PIL.Image"), Later("PIL.ImageOps")

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
LARGE, SMALL = 1200, 400  # pixels of the longer side
QUALITY = 82


def answer(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a picture (JPEG, PNG, WebP, or the first frame of a GIF) twice, as WebP: large and small.

    Raises ShopError if it is no such picture, or too large.
    """
    yield from sizes(file.read(MAX_BYTES + 1))


def sizes(content: bytes) -> Iterator[bytes]:
    """The same of a picture's bytes."""
    if len(content) > MAX_BYTES:
        raise ShopError(_("This picture is larger than {n} MB.").format(n=MAX_BYTES // 1_000_000))
    picture = _opened(content)
    for size in (LARGE, SMALL):
        picture.thumbnail((size, size))
        yield _written(picture)


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        picture.draft("RGB", (LARGE, LARGE))
        upright = ImageOps.exif_transpose(picture)
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        return upright.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ShopError(_("This picture has more pixels than can be used here. Please make it smaller.")) from None
    except (PIL.UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ShopError(_("This is not a picture that can be read here (JPEG, PNG, WebP or GIF).")) from None


def _written(picture: Image.Image) -> bytes:
    """Write a clean copy: only its pixels, no camera data, no place, no colour profile."""
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    written = io.BytesIO()
    clean.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()
