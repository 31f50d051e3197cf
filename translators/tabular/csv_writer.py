"""CSV and TSV written: no cell can become a formula, no character is lost without a finding."""

import csv
import io
from collections.abc import Sequence

from translators.findings import Finding
from translators.mapper.readers import read_decimal
from translators.mapper.written import Written
from translators.tabular.options import TableOptions, table_options
from translators.writing import WrittenFile

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv_rows(written: Written, makes: dict[str, str]) -> WrittenFile:
    """Return the rows as the mapping says the partner wants them."""
    return write_csv(written.columns, written.rows, table_options(makes))


def write_csv(
    columns: Sequence[str], rows: Sequence[dict[str, str]], options: TableOptions
) -> WrittenFile:
    """Return the rows as a file with a header row, each line ended by CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=options.delimiter,
        quotechar=options.quote or '"',
        quoting=csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard_cell(row.get(column, "")) for column in columns])
    return encode_text(text.getvalue(), options.encoding)


def guard_cell(text: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula: `'` in front of `=1+1`."""
    if not text.startswith(FORMULA_STARTS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    """Return whether the cell is a signed number, with a point or a comma."""
    sign, rest = text[0], text[1:]
    plain = rest.replace(".", "").replace(",", ".", 1) if "," in rest else rest
    return sign in "+-" and read_decimal(plain) is not None and rest[:1] not in "+-"


def encode_text(text: str, encoding: str) -> WrittenFile:
    """Return the text as bytes; what the encoding does not have is an error."""
    try:
        return WrittenFile(text.encode(encoding))
    except UnicodeEncodeError as error:
        row = text.count("\r\n", 0, error.start) + 1
        sentence = f"{text[error.start]!r} cannot be written in {encoding}"
        advice = "a ? stands in its place; agree on utf-8 with the partner"
    except LookupError:
        row, encoding, sentence = 1, "utf-8", f"there is no encoding {encoding!r}"
        advice = "utf-8 is written; mend `encoding` in the mapping"
    finding = Finding(
        level="error", code="bad-encoding", sentence=sentence, place=f"row {row}", advice=advice
    )
    return WrittenFile(text.encode(encoding, errors="replace"), [finding])
