"""Plain sets: the same as are read segment by segment, wherever pieces of the file are cut."""

import pytest

from translators.x12.delimiters import Delimiters
from translators.x12.plain_sets import compile_plain
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Segment, Set


def take_whole(text: str, _header: Segment, _group: Group) -> str | None:
    """Take each set that holds no other, as a fast pass would."""
    return None if "~ST*" in text else text


def list_sets(data: bytes, size: int, *, quick: bool) -> list[tuple[int, int, str]]:
    """Return ordinal, first byte and text of each set of a file that comes in pieces."""
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    found = []
    for part in read_x12(pieces, quick=take_whole if quick else None):
        if isinstance(part, Set):
            text = part.taken or "~".join("*".join(segment) for segment in part.segments)
            found.append((part.ordinal, part.segments[0].offset, text))
            part.release()
    return found


@pytest.mark.parametrize("newline", ["", "\n", "\r\n"])
@pytest.mark.parametrize("size", [1, 7, 100, 100_000])
def test_sets_are_those_of_the_careful_reading(samples, newline: str, size: int) -> None:
    """Of two groups, the second with a set that has no SE and one that is not plain."""
    good = [samples.build_set(control=f"{number:04d}") for number in range(1, 6)]
    torn, odd = good[1].replace("SE*11*0002~", ""), good[3].replace("HEX BOLT", "HEX>BOLT")
    groups = (
        samples.build_group(*good),
        samples.build_group(good[0], torn, good[2], odd, good[4], control=8),
    )
    data = samples.build_file(*groups).replace(b"~", f"~{newline}".encode())

    careful = list_sets(data, 100_000, quick=False)

    assert 10 == len(careful)
    assert careful == list_sets(data, size, quick=True)


@pytest.mark.parametrize(
    "segment", ["N3*A>B", "N3* A", "N3*A ", "N3*A *B", "N3*A\nB", "N3*A\tB", "N3*É"]
)
def test_what_wants_a_closer_look_is_not_plain(segment: str) -> None:
    """A component, a blank around a value, a line break, and what is no printable ASCII."""
    is_plain = compile_plain(Delimiters())

    assert is_plain(b"ST*850~N3*A B*C~SE*3")
    assert not is_plain(f"ST*850~{segment}~SE*3".encode())
