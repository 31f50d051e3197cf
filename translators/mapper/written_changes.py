"""Written changes: how a document differs that two mappings write of the same entity."""

from collections.abc import Iterator

from translators.mapper.changes import Change, Kind
from translators.mapper.written import Elements, Written
from translators.side_by_side import compare, split_pieces, without_alike
from translators.writing import write_file
from translators.x12.delimiters import read_delimiters

MARK = "*"  # between elements; no envelope is written, so no partner's own
Makes = str | dict[str, str]


def list_written_changes(
    old: tuple[Written, Makes], new: tuple[Written, Makes]
) -> Iterator[Change]:
    """Yield each element, column or line that differs between what two mappings write."""
    (before, made), (after, makes) = old, new
    if isinstance(makes, str):
        yield from _compare_segments(_lines_of(before), _lines_of(after))
    elif before.rows and made == makes and len(after.rows) == len(before.rows):
        for one, other in zip(before.rows, after.rows, strict=True):
            for name in dict.fromkeys([*one, *other]):
                yield from _change(name, one.get(name, ""), other.get(name, ""))
    else:
        yield from _compare_lines(_bytes_of(before, made), _bytes_of(after, makes))


def list_changes_of_sent(sent: bytes, new: tuple[Written, Makes]) -> Iterator[Change]:
    """Yield each element or line that differs from a file as it was sent; its envelope is left out."""
    after, makes = new
    if isinstance(makes, str):
        yield from _compare_segments(_lines_inside(sent), _lines_of(after))
    else:
        yield from _compare_lines(sent, _bytes_of(after, makes))


def _lines_of(written: Written) -> str:
    return "\n".join(MARK.join(map(_joined, segment)) for segment in written.segments)


def _lines_inside(sent: bytes) -> str:
    """Return the segments between ST and SE of an interchange."""
    marks, _ = read_delimiters(sent, max(sent.find(b"ISA"), 0))
    pieces = [piece.replace(marks.element, MARK) for piece in split_pieces(sent)]
    starts = [at for at, piece in enumerate(pieces) if piece.startswith(f"ST{MARK}")]
    ends = [at for at, piece in enumerate(pieces) if piece.startswith(f"SE{MARK}")]
    inside = pieces[starts[0] + 1 : ends[0]] if starts and ends else []
    return "\n".join(piece.replace(marks.component, ":") for piece in inside)


def _compare_segments(before: str, after: str) -> Iterator[Change]:
    for pair in without_alike(compare(before.encode(), after.encode()), around=0):
        one, other = pair.first.split(MARK), pair.second.split(MARK)
        if one[0] != other[0]:
            yield from _change(one[0], pair.first, "")
            yield from _change(other[0], "", pair.second)
            continue
        for at in range(1, max(len(one), len(other))):
            before_it, after_it = (row[at] if at < len(row) else "" for row in (one, other))
            yield from _change(f"{one[0]}{at:02d}", before_it, after_it)


def _joined(element: Elements) -> str:
    return element if isinstance(element, str) else ":".join(element)


def _compare_lines(old: bytes, new: bytes) -> Iterator[Change]:
    for pair in without_alike(compare(old, new), around=0):
        yield from _change("line", pair.first, pair.second)


def _bytes_of(written: Written, makes: Makes) -> bytes:
    return b"" if isinstance(makes, str) else write_file(written, makes).data


def _change(path: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        kind: Kind = "changed" if old and new else "added" if new else "removed"
        yield Change(path=path, kind=kind, old=old, new=new)
