"""What each buyer has ordered is counted with each order, so that the desk's buyers are sorted by an index."""

import datetime

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

NEVER = "1970-01-01 00:00:00+00:00"
COUNT_ALL = f"""UPDATE "buyer" SET
    "orders_count" = (SELECT COUNT(*) FROM "order" WHERE "buyer_id" = "buyer"."id"),
    "last_order_at" = COALESCE((SELECT MAX("created_at") FROM "order" WHERE "buyer_id" = "buyer"."id"), '{NEVER}'),
    "orders_value" = COALESCE((
        SELECT SUM("total") FROM "order"
        WHERE "buyer_id" = "buyer"."id" AND "currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1)), 0)"""


def value(order):
    """What an order counts in the shop's currency."""
    return f"""CASE WHEN {order}."currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1) THEN {order}."total" ELSE 0 END"""


# A trigger stands on one line: what executes all migrations at once takes a semicolon at the end of one for the end.
# SQLite drops them with the table: a later migration that makes "order" anew has to make them anew, too (a test tells).
COME = (
    """UPDATE "buyer" SET "orders_count" = "orders_count" + 1, "last_order_at" = {latest}, "orders_value" = """
    f""""orders_value" + {value("new")} WHERE "id" = new."buyer_id"; """
)
GONE = (
    """UPDATE "buyer" SET "orders_count" = "orders_count" - 1, "last_order_at" = COALESCE((SELECT MAX("created_at") """
    f"""FROM "order" WHERE "buyer_id" = old."buyer_id"), '{NEVER}'), "orders_value" = """
    f""""orders_value" - {value("old")} WHERE "id" = old."buyer_id"; """
)
CHANGED = """UPDATE OF "buyer_id", "total", "currency", "created_at" ON "order" """
ON_SQLITE = COME.format(latest="""MAX("last_order_at", new."created_at")""")
ON_POSTGRES = COME.format(latest="""GREATEST("last_order_at", new."created_at")""")
SQLITE = [
    f"""CREATE TRIGGER "order_buyer_insert" AFTER INSERT ON "order" BEGIN {ON_SQLITE}END""",
    f"""CREATE TRIGGER "order_buyer_delete" AFTER DELETE ON "order" BEGIN {GONE}END""",
    f"""CREATE TRIGGER "order_buyer_update" AFTER {CHANGED}BEGIN {GONE}{ON_SQLITE}END""",
]
POSTGRES = [
    """CREATE FUNCTION "count_order" () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN """
    f"""IF TG_OP <> 'INSERT' THEN {GONE}END IF; IF TG_OP <> 'DELETE' THEN {ON_POSTGRES}END IF; RETURN NULL; END $$""",
    f"""CREATE TRIGGER "order_buyer" AFTER INSERT OR DELETE OR {CHANGED}FOR EACH ROW EXECUTE FUNCTION "count_order" ()""",
]


async def count_with_each_order(_apps, editor):
    """Each engine has its own triggers."""
    is_sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in [COUNT_ALL, *(SQLITE if is_sqlite else POSTGRES)]:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [('models', '0022_any_size')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Buyer',
            name='last_order_at',
            field=fields.DatetimeField(default=datetime.datetime.fromisoformat('1970-01-01T00:00:00+00:00'), db_default=NEVER, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Buyer',
            name='orders_count',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Buyer',
            name='orders_value',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.RunPython(count_with_each_order, ops.RunPython.noop),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['orders_count', 'id']),
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['last_order_at', 'id']),
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['orders_value', 'id']),
        ),
        ops.RunSQL(
            """CREATE INDEX "idx_buyer_folded_company" ON "buyer" (LOWER("company"), "id")""",
            reverse_sql="""DROP INDEX "idx_buyer_folded_company" """,
        ),
    ]
