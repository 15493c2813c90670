"""Many products at once: what a buyer pasted, dropped or scanned, found in the catalogue before anything is added."""

from services.quick_order.files import MAX_BYTES, read_file, sample
from services.quick_order.pasted import MAX_TEXT
from services.quick_order.preview import Kind, Preview, Row, again, of_quantities, preview

__all__ = [
    "MAX_BYTES",
    "MAX_TEXT",
    "Kind",
    "Preview",
    "Row",
    "again",
    "of_quantities",
    "preview",
    "read_file",
    "sample",
]
