"""Exports: the one way orders become files, for the desk, the mails and the transfer targets alike."""

from models.file_name import file_name
from services.exports.forgetting import forget_deliveries, forget_searches, holding
from services.exports.growing import BrokenOffError
from services.exports.kept import FILES_KEPT, Content, KeptFile, find, forget_contents, forget_files, open_again
from services.exports.listing import PAGE_SIZE, ExportPage, page
from services.exports.making import Making, local_time, mend, stop
from services.exports.making import find as find_making
from services.exports.marking import ErasedMeanwhileError
from services.exports.recording import NEW, begin, begin_new, download, download_new, undo
from services.exports.rendering import layout, lines_csv, order_csv, render
from services.exports.sheets import LINE_FIELDS, ORDER_FIELDS

__all__ = [
    "FILES_KEPT",
    "LINE_FIELDS",
    "NEW",
    "ORDER_FIELDS",
    "PAGE_SIZE",
    "BrokenOffError",
    "Content",
    "ErasedMeanwhileError",
    "ExportPage",
    "KeptFile",
    "Making",
    "begin",
    "begin_new",
    "download",
    "download_new",
    "file_name",
    "find",
    "find_making",
    "forget_contents",
    "forget_deliveries",
    "forget_files",
    "forget_searches",
    "holding",
    "layout",
    "lines_csv",
    "local_time",
    "mend",
    "open_again",
    "order_csv",
    "page",
    "render",
    "stop",
    "undo",
]
