"""Samples: files a partner could send and could get, made of the cases beside mappings and proven good."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from canonical.entities import read_json
from gateway.enveloped import write_enveloped
from gateway.partners import Partner
from gateway.partners.partner import AgreedDocument, X12Identity
from gateway.verdict import Judge, Verdict
from translators.findings import has_errors
from translators.mapper.case_files import list_cases
from translators.mapper.errors import MappingError
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping
from translators.spoiled.rows import Table, csv_writer, xlsx_writer
from translators.tabular.options import table_options
from translators.writing import write_file
from translators.x12.acknowledge import Numbers
from translators.x12.grammar import Grammar, load_grammar
from translators.x12.reader import read_x12
from translators.x12.structure import Set
from translators.x12.writer import Element, WrittenSegment, WrittenSet

FIRST = Numbers(1, 1)
SET_CONTROL = "0001"
OTHER_ENDINGS = (".csv", ".json", ".tsv", ".xlsx", ".xml")


@dataclass(slots=True, frozen=True)
class Arriving:
    """A file the partner could send: its name, its bytes, what our own checker says of it."""

    name: str
    data: bytes
    verdict: Verdict
    case: str  # the case it is made of
    table: Table | None = None


@dataclass(slots=True, frozen=True)
class Leaving:
    """A file the partner gets from us."""

    name: str
    data: bytes
    case: str


def find_arriving(judge: Judge, partner: Partner, agreed: AgreedDocument) -> Arriving | None:
    """Return the best good sample of a document: no error, least remarks, most content; None without."""
    reader = judge.shelf.find_reader(agreed.mapping)
    if isinstance(reader, list):
        return None
    library = judge.shelf.library
    cases = [(case, case.read_bytes()) for case in _list_cases(library, agreed.mapping)]
    made = partial(_make_arriving, judge, partner, agreed, reader)
    found = [sample for case, data in cases if (sample := made(case, data)) is not None]
    if not found and agreed.kind.startswith("x12 "):
        written = _list_written(judge, partner, agreed)
        found = [sample for case, data in written if (sample := made(case, data)) is not None]
    return min(found, key=_rank, default=None)


def _list_written(
    judge: Judge, partner: Partner, agreed: AgreedDocument
) -> Iterator[tuple[Path, bytes]]:
    """Yield what the standard's own mapping writes of canonical examples, where no case is good."""
    _, set_id, version = agreed.kind.split()
    name = f"base/{set_id}_{version[2:6]}_out"
    writer = judge.shelf.find_writer(name)
    for case in _list_cases(judge.shelf.library, name):
        if isinstance(writer, WriteMapping):
            yield case, _write_leaving(partner, agreed, writer, case)


def _rank(sample: Arriving) -> tuple[int, int]:
    remarks = sum(len(one.findings) for one in sample.verdict.documents)
    return remarks, -len(sample.data)


def find_leaving(judge: Judge, partner: Partner, agreed: AgreedDocument) -> Leaving | None:
    """Return the fullest sample of what we send that our own checker takes; None where there is none."""
    writer = judge.shelf.find_writer(agreed.mapping)
    if isinstance(writer, list):
        return None
    library = judge.shelf.library
    for cases in (_list_cases(library, agreed.mapping), _list_examples(library, writer.entity)):
        found = [
            Leaving(_name_file(partner, agreed, "out"), data, _name_case(case))
            for case in cases
            if (data := _write_leaving(partner, agreed, writer, case))
        ]
        if found:
            return max(found, key=lambda sample: len(sample.data))
    return None


def _list_examples(library: Library, entity: str) -> Iterator[Path]:
    """Yield examples of an entity: what the standard's mappings are proven by."""
    for name in library.list_mappings():
        if not (name.startswith("base/") and name.endswith("_out")):
            continue
        if library.load_own(name)[0].text("reads") == entity:
            yield from (case.sample for case in list_cases(library, name))


def _list_cases(library: Library, mapping: str) -> Iterator[Path]:
    """Yield the samples beside a mapping, then those beside its base."""
    try:
        base = library.load_own(mapping)[0].text("extends")
    except MappingError:
        base = ""
    for name in filter(None, (mapping, base)):
        yield from (case.sample for case in list_cases(library, name))


def _name_case(case: Path) -> str:
    return "/".join(case.parts[-3:])


def _make_arriving(  # noqa: PLR0913, PLR0917  # the first four are given once for all
    judge: Judge,
    partner: Partner,
    agreed: AgreedDocument,
    reader: ReadMapping,
    case: Path,
    data: bytes,
) -> Arriving | None:
    name = _name_file(partner, agreed, "in")
    if agreed.kind.startswith("x12 "):
        data = _wrap(partner, agreed.kind, data)
    verdict = judge.judge(partner, name, data)
    if not verdict.is_good:
        return None
    table = _table_of(reader, verdict)
    if table is not None:  # as it would be written anew: what stands around the table is not shown
        data = table.write(table.header, table.rows)
        verdict = judge.judge(partner, name, data)
    return Arriving(name, data, verdict, _name_case(case), table) if verdict.is_good else None


def _wrap(partner: Partner, kind: str, data: bytes) -> bytes:
    """Return the first set of that kind in the partner's own envelope; b'' where there is none."""
    _, set_id, version = kind.split()
    us, them, grammar = partner.us.x12, partner.identities.x12, load_grammar(set_id, version)
    sets = (part for part in read_x12(data) if isinstance(part, Set) and part.set_id == set_id)
    found = next(sets, None)
    if found is None or us is None or them is None or grammar is None:
        return b""
    segments = [
        _with_components(list(one), found, grammar)
        for one in found.segments
        if one[0] not in {"ST", "SE"}
    ]
    written = [WrittenSet(set_id, SET_CONTROL, segments)]
    return _enveloped(partner, (them, us), written, version)


def _enveloped(
    partner: Partner, ids: tuple[X12Identity, X12Identity], sets: list[WrittenSet], version: str
) -> bytes:
    data, findings = write_enveloped(partner, ids, sets, version, FIRST)
    return b"" if has_errors(findings) else data


def _with_components(segment: list[str], set_: Set, grammar: Grammar) -> WrittenSegment:
    rule = grammar.segments.get(segment[0])
    uses = rule.elements if rule else ()
    mark = set_.group.interchange.delimiters.component
    elements: list[Element] = [segment[0]]
    for at, text in enumerate(segment[1:]):
        composite = at < len(uses) and bool(uses[at].components)
        elements.append(tuple(text.split(mark)) if composite and mark in text else text)
    return elements


def _table_of(reader: ReadMapping, verdict: Verdict) -> Table | None:
    said = reader.reads if isinstance(reader.reads, dict) else {}
    if said.get("format") not in {"csv", "tsv", "xlsx"}:
        return None
    rows = [row for one in verdict.documents for row in one.document.content or ()]
    rows.sort(key=lambda row: row.number)
    options = table_options(said)
    write = xlsx_writer(options.sheet or "Sheet1") if not options.delimiter else csv_writer(options)
    header = tuple(rows[0].values)
    cells = tuple(tuple(row.values.values()) for row in rows)
    return Table(header, cells, write, options.delimiter)


def _write_leaving(
    partner: Partner, agreed: AgreedDocument, writer: WriteMapping, case: Path
) -> bytes:
    """Return the file an entity is sent as; b'' where something stands against it."""
    try:
        written = writer.write(read_json(writer.entity, case.read_bytes()))
    except msgspec.MsgspecError:
        return b""
    if has_errors(written.findings):
        return b""
    if isinstance(writer.makes, dict):
        file = write_file(written, writer.makes)
        return b"" if has_errors(file.findings) else file.data
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        return b""
    _, set_id, version = agreed.kind.split()
    sets = [WrittenSet(set_id, SET_CONTROL, written.segments)]
    return _enveloped(partner, (us, them), sets, version)


def _name_file(partner: Partner, agreed: AgreedDocument, way: str) -> str:
    """Return a name under which the file would be taken, or is put."""
    kind = agreed.kind.split()[1] if agreed.kind.startswith("x12 ") else agreed.kind
    if way == "out":
        channels = {one.name: one for one in partner.channels.leaving}
        first = next(iter(partner.channels.leaving), None)
        channel = channels.get(agreed.channel, first)
        pattern = agreed.file_name or (channel.file_name if channel else "{kind}_{number}")
        return pattern.format(
            kind=kind,
            number="4500012345",
            control="000000001",
            partner=partner.name,
            date="20270111",
        )
    return _find_pattern(partner, agreed, kind).replace("*", "sample").replace("?", "1")


def _find_pattern(partner: Partner, agreed: AgreedDocument, kind: str) -> str:
    if agreed.files:
        return agreed.files
    taken = [name for one in partner.channels.arriving for name in one.take.only]
    if kind.isdigit():
        fitting = [name for name in taken if not name.endswith(OTHER_ENDINGS)]
        return (fitting or ["*.edi"])[0].replace("*", f"{kind}_*")
    fitting = [name for name in taken if name.endswith(f".{kind}")]
    return (fitting or [f"*.{kind}"])[0]
