"""What is asked for when something is deleted, or told of a product, is found without reading all orders and messages."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0024_searches')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['duplicate_of_id']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['terms_version_id']),
        ),
        ops.RemoveIndex(
            model_name='OrderLine',
            name=None,
            fields=['product_id'],
        ),
        ops.AddIndex(
            model_name='OrderLine',
            index=Index(fields=['product_id', 'order_id']),
        ),
        ops.RemoveIndex(
            model_name='OutboxMessage',
            name=None,
            fields=['target_id'],
        ),
        ops.AddIndex(
            model_name='OutboxMessage',
            index=Index(fields=['target_id', 'status']),
        ),
        ops.AddIndex(
            model_name='OutboxMessage',
            index=Index(fields=['recipient']),
        ),
    ]
