"""X12 made wrong: envelopes, segments and elements of a good interchange with one set, one at a time."""

from collections.abc import Iterator

from translators.spoiled.spoiled import Spoiled, list_bad_texts, list_spoiled_files
from translators.x12.delimiters import Delimiters, read_delimiters
from translators.x12.grammar import Grammar, SegmentUse

Lines = list[list[str]]
_AROUND = frozenset(("ISA", "GS", "ST", "SE", "GE", "IEA"))
_ENVELOPE = (  # segment, element, what it becomes, as it is told
    ("ISA", 6, "SOMEBODYELSE   ", "names a sender nobody knows"),
    ("ISA", 8, "SOMEBODYELSE   ", "names another receiver"),
    ("ISA", 15, "X", "is neither P nor T"),
    ("GS", 8, "002001", "names a version that is not agreed"),
    ("SE", 1, "99", "counts other segments than there are"),
    ("GE", 2, "999", "is not the number of its GS"),
)


def list_spoiled_x12(data: bytes, grammar: Grammar) -> Iterator[Spoiled]:
    """Yield the interchange with one fault each: envelope first, then segments, then elements."""
    marks = read_delimiters(data)[0]
    lines = _split(data, marks)
    yield from _spoil_envelope(lines, marks)
    yield from _spoil_segments(lines, marks, grammar)
    yield from _spoil_elements(lines, marks)
    yield from list_spoiled_files(data, "x12")


def _split(data: bytes, marks: Delimiters) -> Lines:
    texts = data.decode("utf-8", "replace").split(marks.segment)
    return [text.strip("\r\n").split(marks.element) for text in texts if text.strip("\r\n")]


def _write(lines: Lines, marks: Delimiters) -> bytes:
    end = marks.segment + marks.newline
    return "".join(marks.element.join(line) + end for line in lines).encode()


def _spoil_envelope(lines: Lines, marks: Delimiters) -> Iterator[Spoiled]:
    for tag, position, text, told in _ENVELOPE:
        at = next((at for at, line in enumerate(lines) if line[0] == tag), None)
        if at is not None:
            yield _replace(lines, marks, (at, position), text, f"{tag}{position:02d} {told}")
    without = [line for line in lines if line[0] != "IEA"]
    yield Spoiled("The IEA is missing", _write(without, marks), "IEA", _show(lines[-1], marks))


def _spoil_segments(lines: Lines, marks: Delimiters, grammar: Grammar) -> Iterator[Spoiled]:
    must = [
        node.id
        for node in grammar.root.nodes
        if isinstance(node, SegmentUse) and node.requirement == "M" and node.id not in _AROUND
    ]
    body = [at for at, line in enumerate(lines) if line[0] not in _AROUND]
    for at in [at for at in body if lines[at][0] in must]:
        tag, shown = lines[at][0], _show(lines[at], marks)
        yield _change(lines, marks, at, [], f"{tag} is left out, which must be there")
        yield _change(lines, marks, at, [lines[at]] * 2, f"{tag} stands twice")
        moved = [*lines[:at], *lines[at + 1 : body[-1] + 1], lines[at], *lines[body[-1] + 1 :]]
        yield Spoiled(f"{tag} stands at the end", _write(_count(moved), marks), tag, shown)
    for at in body[:1]:
        more = [*lines[at], *[""] * 40, "1"]
        yield _change(lines, marks, at, [more], f"{lines[at][0]} has more elements than it may")
        strange = [lines[at], ["ZZZ", "1"]]
        yield _change(lines, marks, at, strange, "A segment ZZZ stands there, which nobody knows")


def _spoil_elements(lines: Lines, marks: Delimiters) -> Iterator[Spoiled]:
    seen = set[tuple[str, int]]()
    for at, line in enumerate(lines):
        for position, text in enumerate(line[1:], 1):
            if line[0] in _AROUND or not text or (line[0], position) in seen:
                continue
            seen.add((line[0], position))
            for bad in list_bad_texts(text):
                if marks.component in bad.text or marks.element in bad.text:
                    continue
                title = f"{line[0]}{position:02d} {bad.told}"
                yield _replace(lines, marks, (at, position), bad.text, title)


def _replace(
    lines: Lines, marks: Delimiters, where: tuple[int, int], text: str, title: str
) -> Spoiled:
    at, position = where
    line = [*lines[at], *[""] * (position + 1 - len(lines[at]))]
    line[position] = text
    while len(line) > 1 and not line[-1]:
        line.pop()
    changed = [*lines[:at], line, *lines[at + 1 :]]
    part = f"{line[0]}{position:02d}"
    return Spoiled(title, _write(changed, marks), part, _show(lines[at], marks), _show(line, marks))


def _change(lines: Lines, marks: Delimiters, at: int, new: Lines, title: str) -> Spoiled:
    """Return the file with other segments in the place of one, and the SE counting them."""
    changed = _count([*lines[:at], *new, *lines[at + 1 :]])
    shown = "".join(f"{_show(line, marks)} " for line in new).strip()
    return Spoiled(title, _write(changed, marks), lines[at][0], _show(lines[at], marks), shown)


def _count(lines: Lines) -> Lines:
    first = next(at for at, line in enumerate(lines) if line[0] == "ST")
    return [
        ["SE", str(at - first + 1), *line[2:]] if line[0] == "SE" else line
        for at, line in enumerate(lines)
    ]


def _show(line: list[str], marks: Delimiters) -> str:
    return marks.element.join(line) + marks.segment
