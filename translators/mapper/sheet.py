"""Sheet: a mapping with its base as rows for Excel, to be agreed on with the partner."""

from collections.abc import Iterator
from dataclasses import dataclass

from translators.mapper.explain import Value
from translators.mapper.head import read_format
from translators.mapper.mapping import Mapping
from translators.mapper.merge import long_form
from translators.mapper.paths import read_element, read_out_element, read_path
from translators.mapper.source import BlockNode, ListNode, Node, TextNode, list_texts
from translators.mapper.tables import AS_IT_STANDS, Table
from translators.x12.grammar import Grammar, load_grammar

COLUMNS = (
    "our field",
    "your field",
    "in the standard",
    "rule",
    "codes",
    "needed",
    "remark",
    "in your sample",
    "becomes",
    "written at",
)
LISTS = ("each", "at")
CONSTANT = ("value", "when")  # all that is heeded of a line that always says the same
FRAME = frozenset(("each", "at", "by", "when", "level", "segments", "fields"))


@dataclass(slots=True, frozen=True)
class Line:
    """One line of a mapping: the field it is about, what is said of it, its file:line."""

    field: str
    said: BlockNode
    where: str


def list_lines(node: Node | None, around: str = "") -> Iterator[Line]:
    """Yield each field, element or column of a body, lists before what is in them."""
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _list_segment(item, around)
    elif isinstance(node, BlockNode):
        for key, value in node.entries.items():
            yield from _list_field(key, value, node.lines[key], around)


def _list_field(key: str, value: Node, where: str, around: str) -> Iterator[Line]:
    name = f"{around}.{key}" if around else key
    if isinstance(value, ListNode) and any(isinstance(item, BlockNode) for item in value.items):
        for item in value.items:
            yield from _list_field(key, item, item.where, around)
        return
    said = long_form(value) if isinstance(value, TextNode | ListNode) else value
    if isinstance(said, BlockNode):
        yield Line(name, said, where)
        yield from list_lines(said.entries.get("fields"), name)


def _list_segment(item: Node, around: str) -> Iterator[Line]:
    """Yield the elements of a segment to write, or of the segments under one each."""
    if not isinstance(item, BlockNode):
        return
    for key, value in item.entries.items():
        if key == "segments":
            yield from list_lines(value, around)
        elif key not in FRAME:
            yield from _list_field(key, value, item.lines[key], around)


def list_rows(
    mapping: Mapping, comments: dict[str, str], sample: dict[tuple[str, str], Value]
) -> Iterator[dict[str, str]]:
    """Yield a row for each line; `comments` by file:line, `sample` by field and file:line."""
    out = mapping.is_outbound
    body = next((mapping.root.entries[k] for k in ("fields", "segments", "columns") if k in mapping.root.entries), None)  # fmt: skip
    grammar = _find_grammar(mapping)
    for line in list_lines(body):
        found = sample.get((line.field, line.where))
        there = _write_there(line.said)
        ours, theirs = (there, line.field) if out else (line.field, there)
        yield {
            "our field": ours,
            "your field": theirs,
            "in the standard": _name_of(theirs, grammar),
            "rule": _write_rule(line.said),
            "codes": _write_codes(mapping.tables.get(line.said.text("lookup")), backwards=out),
            "needed": _write_need(line.said),
            "remark": comments.get(line.where, ""),
            "in your sample": found.text if found else "",
            "becomes": found.value if found else "",
            "written at": line.where,
        }


def _write_there(said: BlockNode) -> str:
    """Return the paths of a line: first this, else that."""
    if "value" in said.entries:
        return ""
    node = said.entries.get("from") or said.entries.get("each") or said.entries.get("at")
    return ", else ".join(one.text for one in list_texts(node)) if node else ""


def _write_rule(said: BlockNode) -> str:
    words = {
        "each": "one for each",
        "at": "there",
        "by": "one for all with the same",
        "value": "always",
        "as": "read as",
        "compute": "computed:",
        "when": "only when",
        "unit": "unit in",
        "to_unit": "converted to",
        "default": "else",
    }
    told = []
    for key, word in words.items():
        if key in said.entries and (key in CONSTANT or "value" not in said.entries):
            texts = (
                "" if key in LISTS else " or ".join(n.text for n in list_texts(said.entries[key]))
            )
            told.append(f"{word} {texts}".strip())
    return "; ".join(told)


def _write_codes(table: Table | None, *, backwards: bool) -> str:
    if table is None:
        return ""
    rows = table.reversed() if backwards else table.rows
    told = [f"{one} = {other or 'nothing'}" for one, other in rows.items()]
    if table.rest is not None:
        rest = "as it stands" if table.rest == AS_IT_STANDS else table.rest or "nothing"
        told.append(f"anything else = {rest}")
    return "; ".join(told)


def _write_need(said: BlockNode) -> str:
    text = said.text("required")
    return {"": "", "false": "", "true": "yes"}.get(text, f"yes: {text}")


def _find_grammar(mapping: Mapping) -> Grammar | None:
    said = read_format(mapping.root, "makes" if mapping.is_outbound else "reads")
    words = said.split() if isinstance(said, str) else []
    return load_grammar(words[1], words[2]) if len(words) == 3 else None


def _name_of(paths: str, grammar: Grammar | None) -> str:
    """Return what the standard calls the first of the elements: `Purchase Order Number`."""
    if grammar is None or not paths:
        return ""
    steps = read_path(paths.split(", else ", maxsplit=1)[0])
    element = read_element(steps[-1]) if steps else None
    found = element or read_out_element(paths)
    if found is None:
        rule = grammar.segments.get(steps[-1].name) if steps else None
        return rule.name if rule else ""
    segment = grammar.segments.get(found.segment)
    if segment is None or not 0 < found.position <= len(segment.elements):
        return ""
    use = segment.elements[found.position - 1]
    rule_of = grammar.elements.get(use.number)
    return rule_of.name if rule_of else ""
