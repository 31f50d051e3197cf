"""Fixed width: the columns of lines that no delimiter cuts, found where all lines have a blank."""

from collections.abc import Sequence

_LEAST_LINES = 2
_LEAST_COLUMNS = 3


def find_columns(lines: Sequence[str]) -> tuple[str, int]:
    """Return `PO: 1-10` lines as `columns` has them, and how many lines are above; '' for other text."""
    filled = [line for line in lines if line.strip()]
    above = 1 if filled and not any(char.isdigit() for char in filled[0]) else 0
    body = filled[above:]
    if len(body) < _LEAST_LINES or len({len(line.rstrip()) // 8 for line in body}) > 2:
        return "", 0
    spans = _list_spans(body)
    if len(spans) < _LEAST_COLUMNS:
        return "", 0
    names = _name_spans(spans, filled[0] if above else "")
    written = (f"{name}: {first}-{last}" for name, (first, last) in zip(names, spans, strict=True))
    return "\n".join(written), above


def _list_spans(body: Sequence[str]) -> list[tuple[int, int]]:
    """Return first and last character of each column, from 1; the blanks behind belong to it."""
    width = max(map(len, body))
    filled = [any(line[at : at + 1].strip() for line in body) for at in range(width)]
    starts = [at for at in range(width) if filled[at] and (at == 0 or not filled[at - 1])]
    return [(start + 1, end) for start, end in zip(starts, [*starts[1:], width], strict=True)]


def _name_spans(spans: list[tuple[int, int]], header: str) -> list[str]:
    names: list[str] = []
    for number, (first, last) in enumerate(spans, 1):
        name = " ".join(header[first - 1 : last].split()).replace(":", "")
        names.append(name if name and name not in names else f"column {number}")
    return names
