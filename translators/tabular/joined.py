"""Joined: rows of heads and rows of lines, which came as two tables, as the one table they mean (B-87)."""

import csv
import io
from collections.abc import Sequence

from msgspec import Struct

from translators.findings import Finding
from translators.tabular.options import TableOptions
from translators.tabular.rows import Row, Rows
from translators.tabular.table import tell


class Joined(Struct, frozen=True):
    """One row of a head with the rows under it, each as its own table has it."""

    head: Row
    lines: tuple[Row, ...]


def key_rows(rows: Rows, by: str, *, once: bool) -> tuple[dict[str, list[Row]], list[Finding]]:
    """Return the rows by the text in the column `by`, and what keeps them from being joined."""
    found: dict[str, list[Row]] = {}
    findings: list[Finding] = []
    if by not in rows.header:
        sentence = f"there is no column {by!r}, by which heads and lines belong together"
        return found, [tell("error", "missing-column", sentence, "header", "send the column")]
    for row in rows.rows:
        key, place = row.values[by].strip(), f"row {row.number}"
        if not key:
            sentence = f"{by} is empty, so it belongs to no head and no line"
            findings.append(tell("error", "no-key", sentence, place, f"fill {by} in every row"))
        elif once and key in found:
            sentence = (
                f"{by} {key} stands in row {found[key][0].number} already; a head stands once"
            )
            findings.append(tell("error", "head-twice", sentence, place, "send one row of each"))
        found.setdefault(key, []).append(row)
    return found, findings


def read_announced(row: Row, column: str) -> tuple[int, list[Finding]]:
    """Return how many lines a head says there are; 0 where its partner does not say it."""
    if not column:
        return 0, []
    text = row.values.get(column, "").strip()
    if text.isascii() and text.isdigit() and int(text[:9]) > 0:
        return int(text[:9]), []
    sentence = f"{column} holds {text!r}, wanted is how many lines there are, such as 3"
    return 0, [tell("error", "bad-count", sentence, f"row {row.number}", "say how many come")]


def write_joined(some: Sequence[Joined], by: str, options: TableOptions) -> bytes:
    """Return one table with a row for each line, the columns of its head beside its own.

    Of a column that both have, `Status` is the line's and `head Status` the head's.
    """
    lines = list(dict.fromkeys(name for one in some for row in one.lines for name in row.values))
    heads = list(dict.fromkeys(name for one in some for name in one.head.values if name != by))
    columns = {name: f"head {name}" if name in lines else name for name in heads}
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=options.delimiter,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        lineterminator="\r\n",
    )
    text.write("\r\n" * (options.header_row - 1))
    writer.writerow([*lines, *columns.values()])
    for one in some:
        beside = [one.head.values.get(name, "") for name in heads]
        for row in one.lines:
            writer.writerow([*(row.values.get(name, "") for name in lines), *beside])
    return text.getvalue().encode(options.encoding)
