"""What SQLite keeps for the indexes of what is searched for, as the file holds it."""

from models import Order
from services import text_search
from services.text_search import Index


async def kept(*indexes: Index) -> bytes:
    """Parts of words that some indexes know, all if none is named, three letters each; nothing on PostgreSQL."""
    connection = Order._meta.db
    if connection.capabilities.dialect != "sqlite":
        return b""
    blocks: list[bytes] = []
    for index in indexes or text_search.EVERY:
        _count, rows = await connection.execute_query(f'SELECT block FROM "{index.table}_data" WHERE id > 10')
        blocks += [bytes(row["block"]) for row in rows]
    return b"".join(blocks)
