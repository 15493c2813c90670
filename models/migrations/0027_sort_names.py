"""Orders and buyers are sorted by who it is without case and accents: "Óptica" stands between "Nautica" and "Pintura"."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.buyer import sort_name_of

AT_ONCE = 5000
MARKS = {"sqlite": ("?", "?"), "postgres": ("$1", "$2")}


async def give_names(_apps, editor):
    """Of those who are there already."""
    for table in ("order", "buyer"):
        await _give_names(editor.client, table)


async def _give_names(client, table):
    name, row_id = MARKS[client.capabilities.dialect]
    give = f"""UPDATE "{table}" SET "sort_name" = {name} WHERE "id" = {row_id}"""
    next_ones = f"""SELECT "id", "company", "name" FROM "{table}" WHERE "id" > {{}} ORDER BY "id" LIMIT {AT_ONCE}"""
    last = 0
    while rows := await client.execute_query_dict(next_ones.format(last)):
        await client.execute_many(give, [[sort_name_of(row["company"], row["name"]), row["id"]] for row in rows])
        last = rows[-1]["id"]


class Migration(migrations.Migration):
    dependencies = [('models', '0026_figures')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Buyer',
            name='sort_name',
            field=fields.CharField(default='', db_default='', max_length=120),
        ),
        ops.AddField(
            model_name='Order',
            name='sort_name',
            field=fields.CharField(default='', db_default='', max_length=120),
        ),
        ops.RunPython(give_names, ops.RunPython.noop),
        ops.RunSQL(
            """DROP INDEX "idx_buyer_folded_company" """,
            reverse_sql="""CREATE INDEX "idx_buyer_folded_company" ON "buyer" (LOWER("company"), "id")""",
        ),
        ops.RunSQL(
            """DROP INDEX "idx_order_folded_company" """,
            reverse_sql="""CREATE INDEX "idx_order_folded_company" ON "order" (LOWER("company"), "id")""",
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['sort_name', 'id']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['sort_name', 'id']),
        ),
    ]
