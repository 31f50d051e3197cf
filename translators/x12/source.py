"""Source: the bytes of a file, segment by segment, with only a block of them in memory."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from translators.x12.delimiters import ISA_LENGTH, ISA_WINDOW, Delimiters, IsaRead, read_isa

BLOCK = 65_536
LONGEST_SEGMENT = 65_536  # bytes; the longest real one is a few hundred (B-13)
_ISA = re.compile(rb"(?i)(?<![A-Za-z0-9])ISA(?=[^A-Za-z0-9\s])")
_WRAP = re.compile(rb"[\r\n]")
FILLING = b" \t\r\n\x00\x1a\x0b\x0c\xef\xbb\xbf"  # what may stand around interchanges unremarked


class Source:
    """Bytes that arrive in pieces; `offset` is where in the file the unread ones begin."""

    def __init__(self, data: bytes | Iterable[bytes]) -> None:
        """Start at the first byte."""
        pieces = (data,) if isinstance(data, bytes | bytearray) else data
        self._pieces = (part for piece in pieces for part in _cut(piece))
        self._buffer = b""
        self._at = 0  # where in it the unread bytes begin: to cut it each time would copy the rest
        self._ended = False
        self.offset = 0
        self.line = 1  # on which the unread bytes begin
        self._breaks: array[int] | None = None  # where bytes of line breaks were taken out
        self._break_size = 1
        self.latin_at: int | None = None  # the first byte that was no UTF-8

    def peek(self, size: int) -> bytes:
        """Return the next bytes, as many as asked for or as there are, and leave them unread."""
        self._reach(size)
        return self._buffer[self._at : self._at + size]

    def seek(self, offset: int) -> None:
        """Go on at a byte that is still in memory, which a segment just read always is."""
        start = self._at
        end = self._at = min(max(start, start + offset - self.offset), len(self._buffer))
        if self._buffer.find(b"\n", start, end) >= 0:  # most files have none
            self.line += self._buffer.count(b"\n", start, end)
        self.offset += end - start

    @property
    def end(self) -> int:
        """Return the first byte that is not yet in memory."""
        return self.offset + len(self._buffer) - self._at

    def peek_all(self) -> bytes:
        """Return the unread bytes that are in memory."""
        return self._buffer[self._at :]

    def fetch(self) -> bool:
        """Have more bytes in memory; False where the file ends."""
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            return False
        self._take(piece)
        return True

    def unwrap(self) -> int:
        """Take out the line breaks of a file wrapped within its ISA; return its width, or 0 (B-11)."""
        head = self.peek(ISA_WINDOW)
        found = _ISA.search(head)
        width = _WRAP.search(head, found.start()) if found else None
        if found is None or width is None or width.start() - found.start() >= ISA_LENGTH:
            return 0
        self._breaks = array("q")
        self._break_size = 2 if b"\r\n" in head else 1
        wrapped, self._buffer, self._at = self.peek_all(), b"", 0
        self._take(wrapped)
        return width.start() - found.start()

    @property
    def is_unwrapped(self) -> bool:
        """Return whether line breaks are taken out, so that `find_place` must be asked."""
        return self._breaks is not None

    def find_place(self, offset: int) -> tuple[int, int]:
        """Return the byte and line of the file as it arrived, for a byte of the unwrapped one."""
        if self._breaks is None:
            return offset, self.line
        passed = bisect_right(self._breaks, offset)
        return offset + passed, passed // self._break_size + 1

    def find_isa(self) -> tuple[IsaRead | None, bytes]:
        """Return the next ISA, unread, and the first bytes that stood before it (B-2, B-6)."""
        skipped = b""
        while True:
            window = self.peek(BLOCK)
            for match in _ISA.finditer(window):
                at = match.start()
                self._reach(at + ISA_WINDOW)
                start = self._at + at
                isa = read_isa(self._buffer[start : start + ISA_WINDOW])
                if isa is not None:
                    skipped = (skipped + window[:at])[:ISA_WINDOW]
                    self.seek(self.offset + at)
                    return isa, _strip(skipped)
            keep = 0 if self._ended and self.end - self.offset <= BLOCK else 4
            passed = max(len(window) - keep, 0)
            skipped = (skipped.lstrip(FILLING) + window[:passed])[:ISA_WINDOW]
            self.seek(self.offset + passed)
            if keep == 0:
                return None, _strip(skipped)

    def list_segments(
        self, delimiters: Delimiters, first: int = BLOCK
    ) -> Iterator[tuple[str, int, int]]:
        """Yield text, first byte and the byte after the terminator of each segment to come.

        The last text may have had no terminator: then the end lies past the end of the file (B-5).
        Who wants but a few says how many bytes to split at `first`.
        """
        mark = delimiters.segment.encode("latin-1")
        latin = not (delimiters.element + delimiters.component + delimiters.segment).isascii()
        while block := self._next_block(mark, first):
            first = min(first * 4, BLOCK)
            ends = block.endswith(mark)
            body = block[:-1] if ends else block
            yield from (
                self._split(body, mark) if body.isascii() else self._decode(body, mark, latin)
            )
            self.seek(self.offset + len(block))

    def _reach(self, size: int) -> None:
        while len(self._buffer) - self._at < size and self.fetch():
            pass

    def _next_block(self, mark: bytes, size: int) -> bytes:
        self._reach(1)
        cut = self._find_last(mark, size) or self._find_last(mark, BLOCK)
        while not cut and self.end - self.offset < LONGEST_SEGMENT and self.fetch():
            cut = self._find_last(mark, BLOCK)
        return self.peek(cut or LONGEST_SEGMENT)

    def _find_last(self, mark: bytes, size: int) -> int:
        """Return how many of the next bytes end with the last terminator among them, or 0."""
        last = self._buffer.rfind(mark, self._at, self._at + size)
        return last - self._at + 1 if last >= 0 else 0

    def _take(self, piece: bytes) -> None:
        self._buffer, self._at = self._buffer[self._at :], 0
        if self._breaks is None:
            self._buffer += piece
            return
        at = self.end
        parts = _WRAP.split(piece)
        for part in parts[:-1]:
            at += len(part)
            self._breaks.append(at)
        self._buffer += b"".join(parts)

    def _split(self, block: bytes, mark: bytes) -> Iterator[tuple[str, int, int]]:
        offset = self.offset
        for text in block.decode("ascii").split(mark.decode("latin-1")):
            end = offset + len(text) + 1
            yield text, offset, end
            offset = end

    def _decode(self, block: bytes, mark: bytes, latin: bool) -> Iterator[tuple[str, int, int]]:
        """Yield as `_split` does: UTF-8, or Latin-1 where a segment is no UTF-8 (B-10)."""
        offset = self.offset
        for raw in block.split(mark):
            end = offset + len(raw) + 1
            try:
                text = raw.decode("latin-1" if latin else "utf-8")
            except UnicodeDecodeError as error:
                text = raw.decode("latin-1")
                self.latin_at = offset + error.start if self.latin_at is None else self.latin_at
            yield text, offset, end
            offset = end


def _strip(skipped: bytes) -> bytes:
    return skipped.strip(FILLING)


def _cut(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    return (bytes(view[at : at + BLOCK]) for at in range(0, len(data), BLOCK))
