"""Fixed width read into rows: each column stands from one character to another."""

from collections.abc import Iterator

from translators.tabular.options import TableOptions
from translators.tabular.rows import Rows
from translators.tabular.table import Record, add, read_body, tell
from translators.tabular.text import LINE_END, read_table_text


def read_fixed_rows(data: bytes, options: TableOptions) -> Rows:
    """Return the rows of a file of fixed width; what stands in no column is told, line by line."""
    found = Rows(header=tuple(span.name for span in options.spans))
    text = read_table_text(data, options, found.findings)
    if text is not None:
        lines = list(enumerate(LINE_END.split(text.rstrip("\r\n\x1a")), 1))[options.header_row :]
        read_body(list(_cut_lines(lines, options, found)), options, found)
    return found


def _cut_lines(
    lines: list[tuple[int, str]], options: TableOptions, found: Rows
) -> Iterator[Record]:
    least = max(span.first for span in options.spans)
    gaps = _list_gaps(options)
    for number, line in lines:
        cells = [line[span.first - 1 : span.last].strip() for span in options.spans]
        if line.strip():
            _check_line(number, line, least, found)
            _check_gaps(number, line, gaps, found)
        yield number, cells


def _check_line(number: int, line: str, least: int, found: Rows) -> None:
    """Tell what shifts columns: a tab, or a line that ends before its last column begins."""
    if "\t" in line:
        sentence = f"a tab stands at character {line.index(chr(9)) + 1}; it counts as one"
        advice = "write blanks, so that every column stands where it is agreed"
        add(found, tell("error", "tab-in-line", sentence, f"row {number}", advice))
    elif len(line.rstrip()) < least:
        sentence = (
            f"the line ends at character {len(line)}, before its last column begins at {least}"
        )
        advice = "fill it with blanks; what is missing is read as empty"
        add(found, tell("warning", "ragged-row", sentence, f"row {number}", advice))


def _list_gaps(options: TableOptions) -> list[tuple[int, int | None]]:
    """Return from where to where no column stands; the last of them has no end."""
    gaps: list[tuple[int, int | None]] = []
    end = 0
    for span in sorted(options.spans, key=lambda one: one.first):
        if span.first - 1 > end:
            gaps.append((end, span.first - 1))
        end = max(end, span.last)
    return [*gaps, (end, None)]


def _check_gaps(number: int, line: str, gaps: list[tuple[int, int | None]], found: Rows) -> None:
    for first, last in gaps:
        held = line[first:last].strip()
        if held:
            sentence = f"{held[:40]!r} stands from character {first + 1} on, where no column is"
            advice = "correct the columns of the mapping, or the line"
            level, code = ("note", "unmapped-column") if last else ("error", "ragged-row")
            add(found, tell(level, code, sentence, f"row {number}", advice))  # type: ignore[arg-type]
