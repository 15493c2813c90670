"""What is remembered of the framework's methods is what it would find out anew."""

from collections.abc import Callable

import pytest
from nicegui import helpers, observables
from nicegui.dependencies import esm_modules

from pages import framework


class Bound:
    """Methods of each kind."""

    def none(self) -> None: ...
    def one(self, first: int) -> None: ...
    def optional(self, first: int = 1, *more: int, **named: int) -> None: ...
    @classmethod
    def of_class(cls, first: int) -> None: ...
    @classmethod
    def of_class_alone(cls) -> None: ...
    @staticmethod
    def alone(first: int) -> None: ...


METHODS = ("none", "one", "optional", "of_class", "of_class_alone", "alone")


def ways() -> list[Callable[..., object]]:
    own = lambda first: first  # noqa: E731
    return [getattr(Bound(), name) for name in METHODS] + [own, lambda: None, print]


def test_a_signature_is_read_as_the_framework_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "expects_arguments", helpers.expects_arguments)
    before = [helpers.expects_arguments(way) for way in ways()]
    framework.remember()
    for _time in range(2):
        assert [observables.helpers.expects_arguments(way) for way in ways()] == before  # type: ignore[attr-defined]
    assert before[:6] == [False, True, False, True, False, True]


def test_a_page_names_the_elements_alone_that_ours_have() -> None:
    kept = dict(esm_modules)
    try:
        framework.forget_unused()
        assert {module.name for module in esm_modules.values()} <= {"nicegui-echart"}
    finally:
        esm_modules.update(kept)
