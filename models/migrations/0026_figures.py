"""The figures above the desk's orders are counted in indexes alone, however many orders wait or came this week."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

# Of the orders that nobody has confirmed yet: few as a rule. What waits is sorted by its total there, too.
OPEN = """CREATE INDEX "idx_order_open" ON "order" ("status", "received_at", "duplicate_of_id", "total")
    WHERE "confirmed_at" IS NULL"""


class Migration(migrations.Migration):
    dependencies = [('models', '0025_asked_for')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Order',
            name=None,
            fields=['status', 'confirmed_at', 'received_at'],
        ),
        ops.RunSQL(OPEN, reverse_sql="""DROP INDEX "idx_order_open" """),
        ops.RemoveIndex(
            model_name='Order',
            name=None,
            fields=['created_at'],
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['created_at', 'id', 'received_at', 'currency', 'total']),
        ),
        ops.RemoveIndex(
            model_name='OutboxMessage',
            name=None,
            fields=['order_id'],
        ),
        ops.AddIndex(
            model_name='OutboxMessage',
            index=Index(fields=['order_id', 'purpose']),
        ),
    ]
