"""Trailers: whether the end of a file shows that nothing follows."""

_BEFORE = b"\xef\xbb\xbf \t\r\n"  # B-2
_AFTER = b" \t\r\n\x00\x1a"  # B-6
ISA_LENGTH = 106
LOOK = 1024  # bytes of either end that are looked at


def ends_with_iea(head: bytes, tail: bytes) -> bool | None:
    """Return whether an X12 file ends with a whole IEA segment; None where it is not X12."""
    head = head.lstrip(_BEFORE)
    if not head.startswith(b"ISA"):
        return None
    if len(head) < ISA_LENGTH:
        return False
    element, terminator = head[3:4], head[ISA_LENGTH - 1 : ISA_LENGTH]
    start = tail.rfind(b"IEA" + element)
    if start < 0:
        return False
    _, found, after = tail[start:].partition(terminator)
    return bool(found) and not after.strip(_AFTER)
