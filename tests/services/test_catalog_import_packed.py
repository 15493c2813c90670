"""Very many planned products are kept in little memory."""

from services.catalog_import.packed import TOGETHER, Packed


def test_what_is_packed_is_the_sequence_it_was_made_of() -> None:
    values = [{"n": n, "name": f"Saw {n}"} for n in range(2 * TOGETHER + 3)]
    packed = Packed(values)
    assert (len(packed), list(packed)) == (len(values), values)
    assert [packed[n] for n in (0, TOGETHER - 1, TOGETHER, -1)] == [values[n] for n in (0, TOGETHER - 1, TOGETHER, -1)]
    assert packed[TOGETHER - 2 : TOGETHER + 2] == values[TOGETHER - 2 : TOGETHER + 2]
    assert packed[2 * TOGETHER : 9 * TOGETHER] == values[2 * TOGETHER :]
    assert not Packed()


def test_what_is_packed_does_not_change_with_what_comes_out() -> None:
    packed = Packed([{"n": n} for n in range(TOGETHER)])
    packed[0]["n"] = 7
    assert packed[0] == {"n": 0}
