"""A seller's spreadsheet becomes products: read, recognise, plan, apply, undo."""

from models.catalog_field import Field
from services.catalog_import.applying import apply
from services.catalog_import.columns import ColumnMapping, chosen, recognise
from services.catalog_import.memory import remembered
from services.catalog_import.opening import read
from services.catalog_import.outcomes import VALUE_LABELS, Outcome, RowOutcome, ValueChange
from services.catalog_import.planning import ImportPlan, plan
from services.catalog_import.progress import Progress
from services.catalog_import.reading import MAX_BYTES
from services.catalog_import.source import SourceTable
from services.catalog_import.undoing import UndoReport, last_import, told, undo, undo_last

__all__ = [
    "MAX_BYTES",
    "VALUE_LABELS",
    "ColumnMapping",
    "Field",
    "ImportPlan",
    "Outcome",
    "Progress",
    "RowOutcome",
    "SourceTable",
    "UndoReport",
    "ValueChange",
    "apply",
    "chosen",
    "last_import",
    "plan",
    "read",
    "recognise",
    "remembered",
    "told",
    "undo",
    "undo_last",
]
