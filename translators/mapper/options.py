"""Options of a format: what may stand under `reads` and `makes`; the reference is made from here."""

from translators.mapper.formats import Mistakes
from translators.mapper.keys import Key
from translators.mapper.suggest import did_you_mean
from translators.tabular.options import read_span

FORMAT = Key("format", "csv, tsv, fixed, xlsx, xml or json", "format: xlsx")
OPTIONS = (
    Key("delimiter", "csv: what stands between cells; tab for a tab", 'delimiter: ";"'),
    Key("encoding", "csv, tsv, fixed; xml when written: utf-8 where nothing is said", "encoding: cp1252"),
    Key("quote", "csv, tsv: what stands around a cell that holds a delimiter", "quote: \"'\""),
    Key("header_row", "tables: the row of the headers, from 1; fixed: the last row to pass over; xlsx finds it by itself", "header_row: 3"),
    Key("columns", "fixed: each column's name, its first and last character, from 1", "columns: {PO Number: 1-10, Qty: 11-18}"),
    Key("aliases", "csv, tsv, xlsx: another header of a column, and what the mapping calls it", "aliases: {Menge neu: Menge}"),
    Key("same_rows", "csv, tsv, fixed, xlsx: `once` leaves out a row that is the same as an earlier one in every cell; else each counts, and is told", "same_rows: once"),
    Key("sheet", "xlsx: the sheet that is read or written; the first where nothing is said", "sheet: Confirmation"),
    Key("root", "xml: the name of the outermost element", "root: OrderResponses"),
    Key("namespace", "xml: the URI of names without a prefix", 'namespace: "urn:example:orders:2"'),
    Key("namespaces", "xml: the URI of each prefix that paths use; the file may have others", 'namespaces: {c: "urn:example:common:1"}'),
    Key("doctype", "xml: `ignored` passes over a DOCTYPE that only names a DTD, which is never fetched", "doctype: ignored"),
)  # fmt: skip
_TEXT = frozenset(("encoding", "header_row", "same_rows"))
_SEPARATED = _TEXT | {"delimiter", "quote", "aliases"}
ALLOWED = {
    "csv": _SEPARATED,
    "tsv": _SEPARATED,
    "fixed": _TEXT | {"columns"},
    "xlsx": frozenset(("sheet", "header_row", "aliases", "same_rows")),
    "xml": frozenset(("root", "namespace", "namespaces", "doctype", "encoding")),
    "json": frozenset[str](),
}
FORMATS = tuple(ALLOWED)


def check_options(key: str, said: dict[str, str], where: str, mistakes: Mistakes) -> None:
    """Add every mistake among the options of a format."""
    name = said.get("format", "")
    if name not in FORMATS:
        sentence = f"{key}: there is no format {name or 'of no name'}"
        mistakes.add(where, sentence, did_you_mean(name, FORMATS), "unknown-format")
        return
    for option in set(said) - ALLOWED[name] - {"format"}:
        advice = did_you_mean(option, sorted(ALLOWED[name])) if ALLOWED[name] else ""
        mistakes.add(where, f"{key}: {name} has no option {option}", advice, "unknown-key")
    if len(said.get("delimiter", ",")) != 1 and said.get("delimiter") not in {"tab", "\\t"}:
        mistakes.add(where, f"{key}: the delimiter is one character, or tab")
    if not said.get("header_row", "1").isdigit():
        mistakes.add(where, f"{key}: header_row is the number of a row, from 1")
    if said.get("same_rows", "once") not in {"once", "each"}:
        mistakes.add(where, f"{key}: same_rows is once, or each")
    if name == "fixed":
        _check_columns(key, said.get("columns", ""), where, mistakes)
    if said.get("doctype", "ignored") != "ignored":
        mistakes.add(where, f"{key}: doctype is ignored, or not written")
    if name == "xml" and key == "makes" and not said.get("root"):
        mistakes.add(where, "makes: xml wants root, the name of the outermost element")


def _check_columns(key: str, text: str, where: str, mistakes: Mistakes) -> None:
    lines = text.splitlines()
    advice = "write columns: {PO Number: 1-10, Qty: 11-18}"
    if not lines:
        mistakes.add(where, f"{key}: fixed wants columns", advice)
    taken: dict[int, str] = {}
    for line in lines:
        span = read_span(line)
        if span is None:
            mistakes.add(where, f"{key}: {line!r} is no column", advice)
            continue
        other = next((taken[at] for at in range(span.first, span.last + 1) if at in taken), None)
        if other is not None:
            mistakes.add(where, f"{key}: {span.name} and {other} share a character")
        taken.update(dict.fromkeys(range(span.first, span.last + 1), span.name))
