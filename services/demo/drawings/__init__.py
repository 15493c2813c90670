"""The pictures of the demo shop, drawn by hand in code: flat shapes on soft grounds."""

from collections.abc import Callable
from functools import partial

from PIL import Image

from services.demo.drawings import cutting, fixings, measuring, site, storage, tools, workwear
from services.demo.drawings.canvas import Canvas
from services.demo.drawings.colors import (
    BLUE,
    BRASS,
    CLAY,
    COAL,
    GREEN,
    GREY,
    IRON,
    LEAF,
    MIST,
    NAVY,
    ORANGE,
    PAPER,
    RED,
    SAGE,
    SAND,
    STONE,
    YELLOW,
)

# The file name a product's row in `products.csv` names, how it is drawn, and on which ground.
ALBUM: dict[str, tuple[Callable[[], Canvas], str]] = {
    "folding-rule.jpg": (measuring.folding_rule, SAGE),
    "tape-measure.jpg": (measuring.tape_measure, SAND),
    "spirit-level.jpg": (measuring.spirit_level, MIST),
    "line-laser.jpg": (measuring.line_laser, STONE),
    "carpenter-pencils.jpg": (measuring.pencils, SAND),
    "try-square.jpg": (measuring.try_square, SAGE),
    "chalk-line.jpg": (measuring.chalk_line, STONE),
    "hand-saw.jpg": (cutting.hand_saw, MIST),
    "pull-saw.jpg": (cutting.pull_saw, CLAY),
    "saw-blade.jpg": (cutting.saw_blade, MIST),
    "chisel-set.jpg": (cutting.chisels, SAGE),
    "snap-off-knife.jpg": (cutting.knife, MIST),
    "drill-bits.jpg": (cutting.drill_bits, STONE),
    "hammer.jpg": (tools.hammer, SAND),
    "mallet.jpg": (tools.mallet, MIST),
    "screwdrivers.jpg": (tools.screwdrivers, STONE),
    "hex-keys.jpg": (tools.hex_keys, CLAY),
    "bits.jpg": (tools.bits, SAND),
    "pliers.jpg": (tools.pliers, SAGE),
    "spanners.jpg": (tools.spanners, CLAY),
    "wood-screws.jpg": (partial(fixings.screws, BRASS), SAGE),
    "drywall-screws.jpg": (partial(fixings.screws, COAL, slim=True), SAND),
    "stainless-screws.jpg": (partial(fixings.screws, IRON), CLAY),
    "wall-plugs-grey.jpg": (partial(fixings.wall_plugs, GREY), SAND),
    "wall-plugs-red.jpg": (partial(fixings.wall_plugs, RED), MIST),
    "nails.jpg": (fixings.nails, SAGE),
    "bolts.jpg": (fixings.bolts, SAND),
    "washers.jpg": (fixings.washers, CLAY),
    "cable-ties.jpg": (fixings.cable_ties, STONE),
    "work-glove.jpg": (partial(workwear.glove, GREEN), SAND),
    "winter-glove.jpg": (partial(workwear.glove, ORANGE), MIST),
    "helmet-yellow.jpg": (partial(workwear.helmet, YELLOW), STONE),
    "helmet-white.jpg": (partial(workwear.helmet, PAPER), MIST),
    "helmet-blue.jpg": (partial(workwear.helmet, BLUE), SAND),
    "safety-glasses.jpg": (workwear.glasses, SAGE),
    "ear-defenders.jpg": (workwear.ear_defenders, SAND),
    "t-shirt-navy.jpg": (partial(workwear.t_shirt, NAVY), SAND),
    "t-shirt-green.jpg": (partial(workwear.t_shirt, LEAF), STONE),
    "t-shirt-grey.jpg": (partial(workwear.t_shirt, GREY), MIST),
    "hi-vis-vest.jpg": (workwear.vest, MIST),
    "safety-boots.jpg": (workwear.boot, SAGE),
    "hard-case.jpg": (storage.hard_case, SAND),
    "tool-bag.jpg": (storage.tool_bag, MIST),
    "organiser-box.jpg": (storage.organiser, SAGE),
    "euro-crate.jpg": (storage.crate, CLAY),
    "storage-bins.jpg": (storage.open_bins, STONE),
    "bucket.jpg": (storage.bucket, SAGE),
    "paint-roller.jpg": (site.paint_roller, SAND),
    "brushes.jpg": (site.brushes, STONE),
    "masking-tape.jpg": (site.masking_tape, CLAY),
    "step-ladder.jpg": (site.ladder, SAND),
    "work-lamp.jpg": (site.work_lamp, MIST),
    "cable-reel.jpg": (site.cable_reel, SAGE),
    "rope.jpg": (site.rope, SAND),
    "ratchet-strap.jpg": (site.strap, MIST),
}


def draw(name: str) -> Image.Image:
    """The picture of this name, 1200 × 900."""
    drawing, ground = ALBUM[name]
    return drawing().finished(ground)
