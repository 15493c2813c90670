"""Products by name; no index begins with `active`, which nearly all of them are."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0020_export_profiles')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Product',
            name=None,
            fields=['active', 'sort_name'],
        ),
        ops.RemoveIndex(
            model_name='Product',
            name=None,
            fields=['active', 'price'],
        ),
        ops.AddIndex(
            model_name='Product',
            index=Index(fields=['sort_name']),
        ),
    ]
