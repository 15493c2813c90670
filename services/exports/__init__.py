"""Exports: the one way orders become files, for the desk, the mails and the transfer targets alike."""

from models.file_name import file_name
from services.exports.forgetting import forget_deliveries, forget_searches, holding
from services.exports.kept import FILES_KEPT, Content, forget_contents, forget_files, open_again
from services.exports.listing import PAGE_SIZE, ExportPage, page
from services.exports.making import ErasedMeanwhileError, local_time
from services.exports.recording import NEW, download, download_new, undo
from services.exports.rendering import layout, order_csv, render
from services.exports.sheets import LINE_FIELDS, ORDER_FIELDS

__all__ = [
    "FILES_KEPT",
    "LINE_FIELDS",
    "NEW",
    "ORDER_FIELDS",
    "PAGE_SIZE",
    "Content",
    "ErasedMeanwhileError",
    "ExportPage",
    "download",
    "download_new",
    "file_name",
    "forget_contents",
    "forget_deliveries",
    "forget_files",
    "forget_searches",
    "holding",
    "layout",
    "local_time",
    "open_again",
    "order_csv",
    "page",
    "render",
    "undo",
]
