"""The tables of Pedido, and the rules about one row or about plain values."""

from models.audit import AuditEntry, AuditKind
from models.buyer import Buyer, BuyerNote, Device, Standing
from models.buyer_group import BuyerGroup, GroupPrice
from models.cart import Cart, CartLine, CartStatus
from models.catalog_import import CatalogImport, ImportChange, ImportChangeKind, ImportMapping
from models.csv_style import DecimalSign, Delimiter, Encoding, TimeFormat
from models.export import Export, ExportedOrder
from models.export_profile import ExportProfile, Rhythm
from models.file_kind import CSV_DIALECTS, Dialect, Shape
from models.link import Link, LinkPurpose
from models.order import (
    ChargeKind,
    EventKind,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    Status,
    Verification,
)
from models.order_list import OrderList, OrderListLine
from models.outbox import Channel, DeliveryAttempt, MessageStatus, OutboxMessage, Pause, Purpose
from models.product import Category, Picture, Product
from models.saved_view import DefaultView, SavedView
from models.seller import RecoveryCode, Role, Seller, SellerSession
from models.shop import (
    DiscountCode,
    DiscountKind,
    LegalKind,
    LegalText,
    OrderCounter,
    PricesFor,
    Shop,
    StockShown,
    Surcharge,
    SurchargeKind,
)
from models.terms_version import TermsVersion
from models.transfer_target import Protocol, TransferTarget, Trigger

__all__ = [
    "CSV_DIALECTS",
    "AuditEntry",
    "AuditKind",
    "Buyer",
    "BuyerGroup",
    "BuyerNote",
    "Cart",
    "CartLine",
    "CartStatus",
    "CatalogImport",
    "Category",
    "Channel",
    "ChargeKind",
    "DecimalSign",
    "DefaultView",
    "Delimiter",
    "DeliveryAttempt",
    "Device",
    "Dialect",
    "DiscountCode",
    "DiscountKind",
    "Encoding",
    "EventKind",
    "Export",
    "ExportProfile",
    "ExportedOrder",
    "GroupPrice",
    "ImportChange",
    "ImportChangeKind",
    "ImportMapping",
    "LegalKind",
    "LegalText",
    "Link",
    "LinkPurpose",
    "MessageStatus",
    "Order",
    "OrderCharge",
    "OrderCounter",
    "OrderEvent",
    "OrderLine",
    "OrderList",
    "OrderListLine",
    "OutboxMessage",
    "Pause",
    "Picture",
    "PricesFor",
    "Product",
    "Protocol",
    "Purpose",
    "RecoveryCode",
    "Rhythm",
    "Role",
    "SavedView",
    "Seller",
    "SellerSession",
    "Shape",
    "Shop",
    "Standing",
    "Status",
    "StockShown",
    "Surcharge",
    "SurchargeKind",
    "TermsVersion",
    "TimeFormat",
    "TransferTarget",
    "Trigger",
    "Verification",
]
