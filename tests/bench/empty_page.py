"""An empty page of the installed framework, served as the shop's pages are; the argument is its port."""

import sys

from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware


@ui.page("/")
def _empty() -> None:
    """Nothing stands on it."""


if __name__ in {"__main__", "__mp_main__"}:
    ui.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        tailwind=False,
        reload=False,
        show=False,
        show_welcome_message=False,
        binding_refresh_interval=None,
        gzip_middleware_factory=lambda inner: GZipMiddleware(inner, minimum_size=1000, compresslevel=5),
        uvicorn_logging_level="warning",
        access_log=False,
    )
