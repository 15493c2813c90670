"""Where the framework does for each page what need not be done: reads signatures anew, names what is not there."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nicegui import helpers
from nicegui.dependencies import esm_modules

USED_MODULES = {"nicegui-echart"}  # of the framework's large elements
MOST_REMEMBERED = 1024  # methods; there are as many as classes define

_framework_expects_arguments = helpers.expects_arguments


def remember() -> None:
    """Look at the signature of a method once; each element is made with four that are the same for all."""
    helpers.expects_arguments = _expects_arguments


def forget_unused() -> None:
    """Name no element in each page that no page of ours has: as many addresses as a page of products compressed."""
    for key in [key for key, module in esm_modules.items() if module.name not in USED_MODULES]:
        del esm_modules[key]


def _expects_arguments(func: Callable[..., Any]) -> bool:
    method = getattr(func, "__func__", None)
    if method is None:
        return _framework_expects_arguments(func)
    return _method_expects_arguments(method)


@lru_cache(maxsize=MOST_REMEMBERED)
def _method_expects_arguments(method: Callable[..., Any]) -> bool:
    """Whether a method wants more than its object; how it is bound to one does not matter for that."""
    return _framework_expects_arguments(method.__get__(object()))
