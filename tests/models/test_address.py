"""E-mail addresses: what is taken, and what is refused because it redirects mail or writes headers."""

import pytest

from models.address import checked_address, checked_addresses


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.com", "ana@example.com"),
        (" Ana.Gil+shop@EXAMPLE.com ", "Ana.Gil+shop@example.com"),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("orders@norte.test", "orders@norte.test"),
    ],
)
def test_plain_addresses_are_taken(typed: str, stored: str) -> None:
    assert checked_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "ana@localhost",
        "ana@[127.0.0.1]",
        '"ana gil"@example.com',
        "Ana <ana@example.com>",
        "ana@example.com\nBcc: eve@example.com",
        "ana@example.com,eve@example.com",
        "=?utf-8?q?ana=0D=0ABcc?=@example.com",
        "ana(comment)@example.com",
        "ana%other.example@example.com",
        "aña@example.com",
        "ana..gil@example.com",
        f"{'a' * 250}@example.com",
    ],
)
def test_crafted_and_broken_addresses_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        checked_address(typed)


def test_a_list_is_read_line_by_line_or_by_commas_and_each_address_counts_once() -> None:
    typed = "ana@example.com, ben@example.com;\n\nANA@example.com\nchris@example.com"
    assert checked_addresses(typed) == ["ana@example.com", "ben@example.com", "chris@example.com"]


def test_a_list_with_one_bad_address_names_it() -> None:
    with pytest.raises(ValueError, match="nobody"):
        checked_addresses("ana@example.com\nnobody")
