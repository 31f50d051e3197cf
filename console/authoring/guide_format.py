"""Guide format: how a document is written and what we use of it, from its mapping."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from console.authoring.plain_words import say
from gateway.partners.partner import AgreedDocument
from translators.mapper.head import read_format
from translators.mapper.mapping import Mapping
from translators.mapper.paths import read_element, read_path
from translators.mapper.source import ListNode, TextNode
from translators.mapper.used import Code, Use, list_uses, tell_codes
from translators.mapper.used_x12 import ElementPart, list_segments
from translators.x12.grammar import load_grammar

MUST = {"M": "must", "O": "may", "X": "depends"}
DELIMITERS = {";": "a semicolon", ",": "a comma", "\t": "a tab", "|": "a bar"}
KINDS = {
    "csv": "Text table (CSV)",
    "tsv": "Text table (TSV)",
    "fixed": "Text of fixed width",
    "xlsx": "Excel workbook (.xlsx)",
    "xml": "XML",
    "json": "JSON",
    "idoc": "SAP IDoc",
}


def title_of(agreed: AgreedDocument) -> str:
    """Return what a document is called: `855 Purchase Order Acknowledgment` or `ack_*.csv`."""
    words = agreed.kind.split()
    grammar = load_grammar(*words[1:]) if len(words) == 3 else None
    if grammar is not None:
        return f"{words[1]} {grammar.name}, {words[2]}"
    kind = KINDS.get(agreed.kind, agreed.kind)
    return f"{agreed.files}: {kind}" if agreed.files else f"{kind}: {agreed.entity}"


def _format_of(mapping: Mapping) -> str | dict[str, str]:
    return read_format(mapping.root, "makes" if mapping.is_outbound else "reads")


def list_facts(mapping: Mapping) -> list[str]:
    """Return how a table or a tree is written: delimiter, encoding, sheet, root, grouping."""
    said = _format_of(mapping)
    if isinstance(said, str):
        return []
    kind = said.get("format", "")
    facts = []
    if kind in {"csv", "tsv"}:
        mark = said.get("delimiter") or ("\t" if kind == "tsv" else ",")
        mark = "\t" if mark in {"tab", "\\t"} else mark
        facts.append(f"Cells are parted by {DELIMITERS.get(mark, mark)}.")
    if kind in {"csv", "tsv", "fixed"}:
        facts.append(f"Letters are written in {said.get('encoding', 'utf-8').upper()}.")
    if kind in {"csv", "tsv", "xlsx"}:
        row = said.get("header_row")
        facts.append(f"Row {row} holds the headers." if row else "One row of headers stands above.")
    facts += [f"{what} {said[key]}." for key, what in _NAMED.items() if said.get(key)]
    one_per = mapping.text("one_per")
    if one_per and kind in {"csv", "tsv", "fixed", "xlsx"}:
        facts.append(f"Rows with the same {one_per} are one document.")
    elif one_per:
        facts.append(f"Each {one_per} is one document.")
    return facts


_NAMED = {
    "sheet": "The sheet is called",
    "root": "The root is",
    "namespace": "Names without a prefix are in the namespace",
    "namespaces": "Prefixes used here (yours may differ):",
}


def list_ignored(mapping: Mapping) -> list[str]:
    """Return what may stand in the document and is not looked at."""
    node = mapping.root.entries.get("ignore")
    items = node.items if isinstance(node, ListNode) else ()
    return list(dict.fromkeys(item.text for item in items if isinstance(item, TextNode)))


def list_places(
    mapping: Mapping,
    agreed: AgreedDocument,
    order: Sequence[str] = (),
    needed: AbstractSet[str] = frozenset(),
) -> dict[str, Any]:
    """Return the segments of X12 with their elements, or the columns and paths of another format.

    `order` is that of the columns, where a sample shows it; `needed` columns may not be left out.
    """
    out = mapping.is_outbound
    uses = list_uses(mapping)
    words = agreed.kind.split()
    grammar = load_grammar(*words[1:]) if len(words) == 3 else None
    if grammar is None:
        return {"segments": [], "places": _group_places(uses, order, needed)}
    parts = list_segments(grammar, uses, out=out)
    segments = [
        {
            "id": part.id,
            "title": part.title,
            "loop": part.loop,
            "must": MUST.get(part.must, part.must),
            "most": part.most,
            "elements": [_describe_element(one) for one in part.elements],
        }
        for part in parts
    ]
    return {"segments": segments, "places": []}


def _describe_element(part: ElementPart) -> dict[str, Any]:
    needed = any(one.needed for one in part.uses)
    return {
        "name": part.name,
        "title": part.title,
        "must": "must" if needed else MUST.get(part.must, part.must),
        "form": " ".join(filter(None, (part.type, part.length))),
        "uses": _group_uses(part.uses),
        "codes": part.codes,
    }


def _group_uses(uses: list[Use]) -> list[dict[str, Any]]:
    """Return one entry a field, the places that fill it put together."""
    grouped: dict[str, dict[str, Any]] = {}
    for one in uses:
        entry = grouped.setdefault(
            one.field,
            {
                "field": one.field,
                "said": say(one.field) if one.field else "",
                "where": [],
                "rules": [],
                "why": "",
                "constant": None,
            },
        )
        for condition in filter(None, [_tell_condition(one)]):
            if condition not in entry["where"]:
                entry["where"].append(condition)
        entry["rules"] += [rule for rule in one.rules if rule not in entry["rules"]]
        entry["why"] = entry["why"] or one.why
        entry["constant"] = one.constant if one.constant is not None else entry["constant"]
    return list(grouped.values())


def _tell_condition(use: Use) -> str:
    """Return `06 is BP, or a later pair` of PO107+(06=BP); '' where nothing is asked."""
    told = []
    for step in read_path(use.path) or ():
        element = read_element(step)
        name = element.segment if element else step.name
        for one in step.filters:
            pair = ", or of a later pair" if element and element.pairs else ""
            told.append(f"{name}{one.key} is {' or '.join(sorted(one.values))}{pair}")
    return "; ".join(told)


def _group_places(
    uses: list[Use], order: Sequence[str], needed: AbstractSet[str]
) -> list[dict[str, Any]]:
    """Return one entry a column or path, with every field it fills; columns in the order of the file."""
    grouped: dict[str, list[Use]] = {}
    names = {"/".join([*one.loops, one.path]) for one in uses}
    grouped.update((name, []) for name in order if name in names)
    for one in uses:
        grouped.setdefault("/".join([*one.loops, one.path]), []).append(one)
    return [
        {
            "name": name,
            "must": _must(name, several, needed),
            "uses": _group_uses(several),
            "codes": [Code(code, ours) for code, ours in tell_codes(several).items()],
        }
        for name, several in grouped.items()
    ]


def _must(name: str, uses: list[Use], needed: AbstractSet[str]) -> str:
    if any(one.needed for one in uses):
        return "must"
    return "may be empty" if name in needed else "may"
