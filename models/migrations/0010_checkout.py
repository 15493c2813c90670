"""Addresses, a VAT number and a wished day of orders, and of buyers; devices that forget; messages to buyers."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from models.only_words import OnlyWords
from models.order import EventKind
from models.outbox import Purpose

LENGTHS = {
    'delivery_city': 80,
    'delivery_country': 2,
    'delivery_postcode': 16,
    'delivery_street': 160,
    'invoice_city': 80,
    'invoice_country': 2,
    'invoice_postcode': 16,
    'invoice_street': 160,
    'vat_number': 24,
}

class Migration(migrations.Migration):
    dependencies = [('models', '0009_lists')]

    initial = False

    operations = [
        *(
            ops.AddField(
                model_name=model,
                name=name,
                field=fields.CharField(default='', db_default='', max_length=length),
            )
            for model in ('Buyer', 'Order')
            for name, length in LENGTHS.items()
        ),
        ops.AddField(
            model_name='Device',
            name='forgot_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Order',
            name='requested_date',
            field=fields.DateField(null=True),
        ),
        OnlyWords(
            model_name='OrderEvent',
            name='kind',
            field=fields.CharEnumField(enum_type=EventKind, max_length=12),
        ),
        OnlyWords(
            model_name='OutboxMessage',
            name='purpose',
            field=fields.CharEnumField(description='what it is for', enum_type=Purpose, max_length=16),
        ),
    ]
