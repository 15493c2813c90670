"""How the columns of a kind of file were understood the last time."""

from models import ImportMapping
from services.catalog_import.columns import ColumnMapping, Stored, signature
from services.catalog_import.source import SourceTable


async def remembered(table: SourceTable) -> Stored | None:
    """The mapping a file with this header was imported with, if there was one."""
    known = await ImportMapping.get_or_none(signature=signature(table))
    return known.mapping if known else None


async def remember(table: SourceTable, mapping: ColumnMapping) -> None:
    """Keep the mapping for the next file with this header. Needs a transaction."""
    await ImportMapping.update_or_create({"mapping": mapping.stored()}, signature=signature(table))
