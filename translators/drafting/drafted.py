"""Drafted: the files of a new mapping, and what each part of the samples was taken for."""

from collections.abc import Mapping, Sequence

import msgspec

from canonical.purchase_order import PurchaseOrder
from translators.drafting.draft import Plan, Wanted, plan_table
from translators.drafting.sample import Sample, read_sample
from translators.drafting.words import Words
from translators.drafting.write_draft import table_name, write_mapping, write_table
from translators.findings import Finding


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What one column or element is taken for: mapped, perhaps (a comment), or nothing."""

    source: str
    state: str
    field: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    picture: str = ""


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """A new mapping: its name, its files by their place under `mappings/`, and what it rests on."""

    name: str
    files: dict[str, str] = {}
    taken: list[Taken] = []
    known: int = 0  # of our orders, how many stand in the samples
    findings: list[Finding] = []  # why there is no draft
    base: str = ""  # of X12, the mapping it differs from
    hints: list[str] = []  # what belongs into the partner's file


def draft_tables(
    files: Mapping[str, bytes], orders: Sequence[PurchaseOrder], words: Words, wanted: Wanted
) -> Drafted:
    """Return the mapping of tables that were sent; findings where they are none, or not alike."""
    samples = [read_sample(name, data) for name, data in files.items()]
    faults = [fault for sample in samples for fault in _list_faults(sample, samples[0], wanted)]
    if faults:
        return Drafted(name=wanted.name, findings=faults)
    return write_plan(plan_table(wanted, samples, orders, words))


def write_plan(plan: Plan) -> Drafted:
    """Return the files of what was planned; a finding where its entity lacks what it is known by."""
    name = plan.name
    lacks = _find_lacking(plan)
    taken = _list_taken(plan)
    if lacks is not None:
        return Drafted(name=name, taken=taken, known=plan.known, findings=[lacks])
    written = {f"{name}.yaml": write_mapping(plan)}
    for role, rows in plan.tables.items():
        owner, _, table = table_name(plan, role).partition("/")
        rest = "review" if role == "status" else ""
        written[f"{owner}/tables/{table}.csv"] = write_table(rows, rest=rest)
    return Drafted(name=name, files=written, taken=taken, known=plan.known)


def _list_faults(sample: Sample, first: Sample, wanted: Wanted) -> list[Finding]:
    if not sample.reads:
        sentence = f"{sample.name} is neither a table nor XML, which are drafted"
        return [
            make_fault(
                "other-format",
                sentence,
                "give CSV, TSV, fixed width, XLSX or XML, or write the mapping by hand",
            )
        ]
    if not sample.is_readable:
        return [msgspec.structs.replace(one, place=_within(sample, one)) for one in sample.findings]
    if sample.reads != first.reads:
        how = ", ".join(f"{key} {said}" for key, said in sample.reads.items())
        sentence = f"{sample.name} is written otherwise than {first.name}: {how}"
        return [make_fault("other-format", sentence, "draft each kind of file on its own")]
    if not set(sample.header) & set(first.header):
        sentence = f"{sample.name} has no column of {first.name}"
        return [make_fault("other-header", sentence, "draft each kind of file on its own")]
    known = {one for role, one in wanted.said.items() if one not in sample.header}
    return [
        make_fault("no-such-column", f"{sample.name} has no column {one!r}", "see its header")
        for one in known
    ]


def _find_lacking(plan: Plan) -> Finding | None:
    """Return that no column could be the one its entity is known by."""
    if plan.find(plan.shape.one_per) is not None:
        return None
    sentence = f"no column looks like the {plan.shape.one_per} that each {plan.shape.entity} needs"
    advice = f"say which it is, as in --column {plan.shape.one_per}=HEADER"
    return make_fault("no-column", sentence, advice)


def _list_taken(plan: Plan) -> list[Taken]:
    taken = [
        Taken(
            source=one.column,
            state="mapped" if one.is_firm else "perhaps",
            field=one.role,
            confidence=round(one.confidence, 2),
            evidence=one.evidence,
            picture=one.picture,
        )
        for one in plan.guesses
    ]
    return taken + [Taken(source=name, state="open") for name in plan.open]


def _within(sample: Sample, finding: Finding) -> str:
    return f"{sample.name}, {finding.place}" if finding.place else sample.name


def make_fault(code: str, sentence: str, advice: str) -> Finding:
    """Return why there is no draft."""
    return Finding(level="error", code=code, sentence=sentence, advice=advice)
