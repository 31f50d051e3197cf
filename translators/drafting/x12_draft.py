"""X12 draft: samples as an overlay of the base, with the deviations they show and nothing else."""

import csv
import io
from collections.abc import Mapping, Sequence

from canonical.purchase_order import PurchaseOrder
from translators.drafting.draft import Wanted
from translators.drafting.drafted import Drafted, Taken
from translators.drafting.evidence import FIRM
from translators.drafting.pool import key_of
from translators.drafting.write_draft import beside
from translators.drafting.x12_deviations import Deviation, list_deviations
from translators.drafting.x12_facts import SetFacts, gather_sets, read_reach, read_sets
from translators.findings import Finding
from translators.mapper.load import Library
from translators.mapper.mapping import Mapping as MappingFile
from translators.mapper.source import BlockNode, Node

_HINT = "7"  # AK403: a code that is not in the standard


def draft_x12(
    library: Library, files: Mapping[str, bytes], orders: Sequence[PurchaseOrder], wanted: Wanted
) -> Drafted:
    """Return the overlay; without files where the samples show nothing the base does not read."""
    found = read_sets(files)
    kinds = sorted({document.kind for _, document in found})
    _, set_id, version = (*kinds[0].split(" ", 2), "", "")[:3] if kinds else ("", "", "")
    base = f"base/{set_id}_{version[2:6]}"
    name = wanted.name or f"{wanted.partner}/{set_id}"
    fault = _find_fault(library, kinds, base)
    if fault is not None:
        return Drafted(name=name, findings=[fault])
    mapping = library.load_mapping(base)
    sets = gather_sets(mapping, found, orders)
    numbers = {key_of(one.po_number) for one in orders}
    deviations = list(list_deviations(mapping, sets, read_reach(mapping.root), numbers))
    rules = [one for one in deviations if one.rule and one.confidence >= FIRM]
    return Drafted(
        name=name,
        base=base,
        files=_write_files(name, mapping, deviations, rules) if rules else {},
        taken=[_take(one, rules) for one in deviations],
        known=len({one.order.po_number for one in sets if one.order}),
        hints=_list_hints(sets),
    )


def _find_fault(library: Library, kinds: list[str], base: str) -> Finding | None:
    if len(kinds) == 1 and library.find_file(f"{base}.yaml") is not None:
        return None
    sentence = f"the samples hold {', '.join(kinds) or 'no set'}"
    advice = "give samples of one kind of set"
    if len(kinds) == 1:
        advice = f"there is no {base} to begin from"
    return Finding(level="error", code="other-kind", sentence=sentence, advice=advice)


def _take(one: Deviation, rules: Sequence[Deviation]) -> Taken:
    state = "mapped" if one in rules else "perhaps" if one.rule else "open"
    return Taken(
        source=one.table or one.rule or one.field,
        state=state,
        field=one.field if one.rule else "",
        confidence=round(one.confidence, 2),
        evidence=(one.evidence,),
    )


def _list_hints(sets: Sequence[SetFacts]) -> list[str]:
    """Return what stands in no mapping: codes outside the standard, which the partner's file agrees to."""
    codes: dict[str, set[str]] = {}
    for one in sets:
        for finding in one.findings:
            place = finding.x12
            if place and place.element_code == _HINT and place.reference and place.value:
                codes.setdefault(place.reference, set()).add(place.value)
    return [
        f'own_codes: {{"{element}": [{", ".join(sorted(values))}]}}   # in partners/, where you agree to them'
        for element, values in sorted(codes.items())
    ]


def _write_files(
    name: str, mapping: MappingFile, deviations: Sequence[Deviation], rules: Sequence[Deviation]
) -> dict[str, str]:
    owner, _, own = name.partition("/")
    files = {}
    tree: dict[str, object] = {}
    for one in rules:
        rule = one.rule
        if one.table:
            table = f"{own}_{one.table.partition('/')[2]}"
            files[f"{owner}/tables/{table}.csv"] = _write_table(mapping, one)
            rule = f"{{lookup: {owner}/{table}}}"
        _put(tree, _split(one.field, mapping.root), beside_of(one, rule))
    lines = [
        "# yaml-language-server: $schema=../mapping.schema.json",
        f"# Drafted by cmgateway mapping new: what the samples have otherwise than {mapping.name}.",
        f"mapping: {name}",
        f"extends: {mapping.name}",
        "",
        "fields:",
        *_write_tree(tree, 1),
    ]
    seen = [one for one in deviations if one not in rules]
    if seen:
        lines += ["", "# Seen in the samples, and left to you:"]
        lines += [f"#   {one.field}: {_say(one)}" for one in seen]
    return {f"{name}.yaml": "\n".join([*lines, ""]), **files}


def _write_table(mapping: MappingFile, one: Deviation) -> str:
    """Return the base's table with the codes it lacks, each with what to do about it."""
    known = mapping.tables[one.table]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("theirs", "ours", "note"))
    for theirs, ours in one.codes.items():
        writer.writerow((theirs, ours, "seen in the samples: what does it mean?"))
    for theirs, ours in (known.rows if known else {}).items():
        writer.writerow((theirs, ours, ""))
    writer.writerow(("*", (known.rest if known else "") or "", ""))
    return text.getvalue()


def _say(one: Deviation) -> str:
    return f"perhaps {one.rule}, {one.confidence:.2f}: {one.evidence}" if one.rule else one.evidence


def beside_of(one: Deviation, rule: str) -> tuple[str, str]:
    """Return a rule and the comment that stands beside it."""
    return rule, f"{one.confidence:.2f}: {one.evidence}"


def _split(field: str, root: Node) -> list[str]:
    """Return the keys of `lines.acks.quantity.value` as a mapping writes them: lists, then the field."""
    keys: list[str] = []
    node: Node | None = root.entries.get("fields") if isinstance(root, BlockNode) else None
    rest = field
    while isinstance(node, BlockNode):
        first, _, inner = rest.partition(".")
        below = node.entries.get(first)
        if not inner or not isinstance(below, BlockNode) or "fields" not in below.entries:
            break
        keys.append(first)
        rest, node = inner, below.entries["fields"]
    return [*keys, rest]


def _put(tree: dict[str, object], keys: list[str], leaf: tuple[str, str]) -> None:
    for key in keys[:-1]:
        inner = tree.setdefault(key, {})
        tree = inner if isinstance(inner, dict) else {}
    tree.setdefault(keys[-1], leaf)


def _write_tree(tree: dict[str, object], depth: int) -> list[str]:
    indent = "  " * depth
    lines: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", f"{indent}  fields:", *_write_tree(value, depth + 2)]
        elif isinstance(value, tuple):
            lines.append(beside(f"{indent}{key}: {value[0]}", value[1]))
    return lines
