"""Deliveries and buyers are searched by an index of parts of words, as orders are."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

SEARCHED = {
    "buyer": ("search", "email"),
    "outbox_message": ("recipient", "title", "order_number"),
}
NAMES = {"buyer": "buyer_search", "outbox_message": "message_search"}


def on_sqlite(table):
    """Three letters each, so that a part of a word is found; the texts themselves stay in the table.

    A trigger stands on one line, as in 0022, and a later migration that makes a table anew has to make its triggers
    anew, too (a test tells).
    """
    name, columns = NAMES[table], SEARCHED[table]
    listed, new, old = (", ".join(f'{row}"{column}"' for column in columns) for row in ("", "new.", "old."))
    told = f"""INSERT INTO "{name}"(rowid, {listed}) VALUES (new."id", {new}); """
    forgotten = f"""INSERT INTO "{name}"("{name}", rowid, {listed}) VALUES ('delete', old."id", {old}); """
    return [
        f"""CREATE VIRTUAL TABLE "{name}"
       USING fts5({listed}, content='{table}', content_rowid='id', tokenize='trigram', detail='none')""",
        f"""INSERT INTO "{name}"("{name}") VALUES ('rebuild')""",
        f"""CREATE TRIGGER "{name}_insert" AFTER INSERT ON "{table}" BEGIN {told}END""",
        f"""CREATE TRIGGER "{name}_delete" AFTER DELETE ON "{table}" BEGIN {forgotten}END""",
        f"""CREATE TRIGGER "{name}_update" AFTER UPDATE OF {listed} ON "{table}" BEGIN {forgotten}{told}END""",
    ]


# What the searches compare: buyers' texts as they are, as these are folded, and deliveries' in capitals.
FOLDED = ", ".join(f'"{column}" gin_trgm_ops' for column in SEARCHED["buyer"])
CAPITALS = ", ".join(f'UPPER(CAST("{column}" AS VARCHAR)) gin_trgm_ops' for column in SEARCHED["outbox_message"])
# A server that lacks the extension searches as before: it reads all.
POSTGRES = (
    """DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN """
    f"""CREATE INDEX "idx_buyer_search" ON "buyer" USING gin ({FOLDED}); """
    f"""CREATE INDEX "idx_message_search" ON "outbox_message" USING gin ({CAPITALS}); END IF; END $$"""
)


async def index_searches(_apps, editor):
    """Each engine has its own index of parts of words."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in [*on_sqlite("buyer"), *on_sqlite("outbox_message")] if is_sqlite else [POSTGRES]:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0023_buyers_orders')]

    initial = False

    operations = [
        ops.AddField(
            model_name='OutboxMessage',
            name='order_number',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.RunSQL(
            """UPDATE "outbox_message"
               SET "order_number" = COALESCE(
                   (SELECT "number" FROM "order" WHERE "id" = "outbox_message"."order_id"), '')
               WHERE "order_id" IS NOT NULL
            """,
            reverse_sql=ops.RunSQL.noop,
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['standing']),
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['verified_at']),
        ),
        ops.RunPython(index_searches, ops.RunPython.noop),
    ]
