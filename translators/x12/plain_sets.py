"""Plain sets: those in which no character wants a closer look, as text, a block of the file at a time."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import lru_cache

from translators.x12.delimiters import Delimiters
from translators.x12.source import BLOCK, Source

LARGEST_SET = 4_194_304  # bytes of one set that are looked for at once
_PRINTABLE = bytes(range(32, 127))


@dataclass(slots=True, frozen=True)
class _Block:
    """Bytes of the file as Latin-1, a letter for a byte; where all is plain, no set needs a test."""

    text: str
    offset: int  # of its first byte in the file
    marks: Delimiters
    is_plain: bool


class PlainSets:
    """The sets of a source that are plain: printable ASCII, one value an element, no blank around it."""

    def __init__(self, source: Source) -> None:
        """Begin where the source stands."""
        self._source = source
        self._block = _Block("", 0, Delimiters(), is_plain=True)

    def list_sets(self, marks: Delimiters) -> Generator[tuple[str, int], None, None]:
        """Yield text and first byte of each ST..SE to come, up to one that is not plain.

        The text is without line breaks and its last terminator. Asking for the next one says that
        the one before is done with; closing does not.
        """
        begin, find_end, is_plain = *_find_sets(marks), compile_plain(marks)
        newline, line_end = marks.newline, marks.segment + marks.newline
        is_led = bool(newline) and self._source.peek(len(newline)) == newline.encode()
        block = self._read(marks)
        at = self._source.offset - block.offset + (len(newline) if is_led else 0)
        try:
            while True:
                text = block.text
                while text.startswith(begin, at) and (end := find_end(text, at)):
                    one = text[at : end.start(1)]
                    if newline:
                        one = one.replace(line_end, marks.segment)
                    if not block.is_plain and not is_plain(one.encode("latin-1")):
                        return
                    yield one, block.offset + at
                    at = end.end()
                self._source.seek(block.offset + at)
                may_be_set = begin.startswith(text[at : at + len(begin)])  # GE is none
                if not may_be_set or len(text) - at >= LARGEST_SET or not self._source.fetch():
                    return
                block, at = self._read(marks), 0
        finally:
            self._source.seek(block.offset + at)

    def _read(self, marks: Delimiters) -> _Block:
        """Return a block that ends where the bytes in memory do; each of them is tested but once."""
        block, start = self._block, self._source.offset
        if self._source.end != block.offset + len(block.text) or marks != block.marks:
            held = self._source.peek_all()
            is_small = len(held) <= 2 * BLOCK  # more is one large set, looked at again and again
            plain = is_small and not marks.newline and compile_plain(marks)(held)
            block = self._block = _Block(held.decode("latin-1"), start, marks, plain)
        return block


@lru_cache(maxsize=64)
def compile_plain(marks: Delimiters) -> Callable[[bytes], bool]:
    """Return what tells whether bytes of sets, no newlines between them, need no closer look."""
    element, mark = marks.element.encode("latin-1"), marks.segment.encode("latin-1")
    inner = (marks.component + marks.repetition).encode("latin-1")
    plain = bytes(one for one in _PRINTABLE + mark + element if one not in inner)
    one, other = re.escape(element), re.escape(mark)
    find_blank = re.compile(b" (?:" + one + b"|" + other + b"|(?<=" + one + b" ))").search
    return lambda data: not data.translate(None, plain) and find_blank(data) is None


@lru_cache(maxsize=64)
def _find_sets(marks: Delimiters) -> tuple[str, Callable[[str, int], re.Match[str] | None]]:
    """Return what a set begins with, and what finds its SE; group 1 is the terminator of that."""
    end, newline = re.escape(marks.segment), re.escape(marks.newline)
    close = f"{end}{newline}SE{re.escape(marks.element)}[^{end}]*({end})(?:{newline})?"
    return f"ST{marks.element}", re.compile(close).search
