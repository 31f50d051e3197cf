"""Two files side by side: what differs, and where."""

from translators.side_by_side import Pair, compare, split_pieces, without_alike

FIRST = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261127*1015*U*00401*000000001*0*P*>~\nGS*PR~ST*855~\nBAK*00*AC*1~SE*3~"


def test_x12_is_compared_by_segment() -> None:
    """Line ends make no difference; a changed segment stands beside what it was."""
    second = FIRST.replace(b"~\n", b"~").replace(b"AC*1", b"AC*2")
    (changed,) = (pair for pair in compare(FIRST, second) if pair.sign != "=")

    assert Pair("≠", "BAK*00*AC*1", "BAK*00*AC*2", 4, 4) == changed


def test_lines_that_are_only_in_one_are_told() -> None:
    """What is gone and what is new have no partner; alike neighbours are shown with them."""
    pairs = compare(b"a,b\n1,2\n3,4\n5,6\n", b"a,b\n1,2\n5,6\n7,8\n")

    assert ["=", "=", "-", "=", "+"] == [pair.sign for pair in pairs]
    assert ["1,2", "3,4", "5,6", ""] == [pair.first for pair in without_alike(pairs)]


def test_bytes_are_one_piece() -> None:
    """Of a workbook only its size is told."""
    assert ["7 bytes of binary"] == split_pieces(b"%PDF-1\x00")
