"""The QR code of the shop's link: a drawing and a picture of one and the same code, which says the address."""

import io

import segno
from PIL import Image

from pages.desk import share
from services.settings import Settings


def test_the_picture_is_the_code_of_the_public_address(data_folder: Settings) -> None:
    data_folder.public_url = "https://orders.norte.example"
    picture = Image.open(io.BytesIO(share._drawn("png"))).convert("1")
    side, scale, border = picture.width // share.PNG_SCALE, share.PNG_SCALE, share.QUIET_MODULES
    seen = [[picture.getpixel((x * scale, y * scale)) == 0 for x in range(side)] for y in range(side)]
    told = segno.make("https://orders.norte.example", micro=False, error="m").matrix
    assert [row[border:-border] for row in seen[border:-border]] == [[bool(cell) for cell in row] for row in told]
    assert not any(any(row) for row in seen[:border])
    assert share._drawn("svg").startswith(b"<?xml")
