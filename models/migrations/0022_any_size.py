"""The desk's orders stay quick however many there are: an index for each sorting, and one of what is searched for."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

# Three letters each, so that a part of a word is found; the texts themselves stay in the table of orders.
SQLITE = [
    """CREATE VIRTUAL TABLE "order_search"
       USING fts5("search", content='order', content_rowid='id', tokenize='trigram', detail='none')""",
    """INSERT INTO "order_search"("order_search") VALUES ('rebuild')""",
]
# A trigger stands on one line: what executes all migrations at once takes a semicolon at the end of one for the end.
# SQLite drops them with the table: a later migration that makes "order" anew has to make them anew, too (a test tells).
TOLD, FORGOTTEN = (
    """INSERT INTO "order_search"(rowid, "search") VALUES (new."id", new."search"); """,
    """INSERT INTO "order_search"("order_search", rowid, "search") VALUES ('delete', old."id", old."search"); """,
)
TRIGGERS = [
    f"""CREATE TRIGGER "order_search_insert" AFTER INSERT ON "order" BEGIN {TOLD}END""",
    f"""CREATE TRIGGER "order_search_delete" AFTER DELETE ON "order" BEGIN {FORGOTTEN}END""",
    f"""CREATE TRIGGER "order_search_update" AFTER UPDATE OF "search" ON "order" BEGIN {FORGOTTEN}{TOLD}END""",
]
# A server that lacks the extension searches as before: it reads all orders.
POSTGRES = [
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm' AND (installed_version IS NOT "
    "NULL OR has_database_privilege(current_database(), 'CREATE'))) THEN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
    """CREATE INDEX "idx_order_search" ON "order" USING gin ("search" gin_trgm_ops); END IF; END $$""",
]


async def index_searches(_apps, editor):
    """Each engine has its own index of parts of words."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in [*SQLITE, *TRIGGERS] if is_sqlite else POSTGRES:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0021_product_indexes')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Order',
            name=None,
            fields=['company'],
        ),
        ops.RemoveIndex(
            model_name='Order',
            name=None,
            fields=['total'],
        ),
        ops.AddField(
            model_name='Order',
            name='exported_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(
            """UPDATE "order" SET "exported_at" = (
                   SELECT MAX("export"."created_at") FROM "exported_order"
                   JOIN "export" ON "export"."id" = "exported_order"."export_id" AND "export"."undone_at" IS NULL
                   WHERE "exported_order"."order_id" = "order"."id")
               WHERE "id" IN (SELECT "order_id" FROM "exported_order")
            """,
            reverse_sql=ops.RunSQL.noop,
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['status', 'confirmed_at', 'received_at']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['exported_at', 'received_at']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['lines_total', 'id']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['discounts', 'id']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['surcharges', 'id']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['total', 'id']),
        ),
        ops.RunSQL(
            """CREATE INDEX "idx_order_folded_company" ON "order" (LOWER("company"), "id")""",
            reverse_sql="""DROP INDEX "idx_order_folded_company" """,
        ),
        ops.RemoveIndex(
            model_name='OrderLine',
            name=None,
            fields=['sku'],
        ),
        ops.AddIndex(
            model_name='OrderLine',
            index=Index(fields=['sku', 'order_id']),
        ),
        ops.RunPython(index_searches, ops.RunPython.noop),
    ]
