"""X12 facts: what the sets of samples hold, what the base mapping reads of it, and our orders beside them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from canonical.purchase_order import PurchaseOrder
from canonical.shared import Entity
from translators.document import Document
from translators.drafting.pool import key_of
from translators.findings import Finding
from translators.mapper.explain import Value, explain
from translators.mapper.mapping import Mapping as MappingFile
from translators.mapper.pieces import list_segments
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Loop, Segment, Set

QUALIFIER = "235"  # the element before an item number, which says whose it is
_PATH = re.compile(r"\b([A-Z][A-Z0-9]{1,2})([0-9]{2})(\+?)(?:\(([^()]*)\))?")
_FILTER = re.compile(r"([0-9]{2})=([^,]+)")


@dataclass(slots=True, frozen=True)
class SetFacts:
    """One set: its segments, what the base mapping makes of it, and the order it speaks of."""

    file: str
    kind: str
    segments: tuple[Segment, ...]
    values: tuple[Value, ...]
    findings: tuple[Finding, ...]
    entity: Entity | None
    order: PurchaseOrder | None


@dataclass(slots=True)
class Reach:
    """Which elements and qualifiers the rules of a mapping name."""

    elements: set[tuple[str, int]] = field(default_factory=set)
    qualifiers: dict[str, set[str]] = field(default_factory=dict)  # of pairs, by segment
    ignored: set[str] = field(default_factory=set)


def read_sets(files: Mapping[str, bytes]) -> list[tuple[str, Document]]:
    """Return every set of the files, with the file it stands in."""
    return [
        (name, document_of(part))
        for name, data in files.items()
        for part in read_x12(data)
        if isinstance(part, Set)
    ]


def gather_sets(
    base: MappingFile, found: Sequence[tuple[str, Document]], orders: Sequence[PurchaseOrder]
) -> list[SetFacts]:
    """Return what the base makes of each set."""
    known = {key_of(order.po_number): order for order in orders}
    return [_gather(base, name, document, known) for name, document in found]


def _gather(
    base: MappingFile, name: str, document: Document, known: Mapping[str, PurchaseOrder]
) -> SetFacts:
    explained = explain(base, document)
    values = tuple(explained.list_values())
    number = next((one.value for one in values if one.field == "po_number"), "")
    loop = document.content
    return SetFacts(
        file=name,
        kind=document.kind,
        segments=tuple(list_segments(loop)) if isinstance(loop, Loop) else (),
        values=values,
        findings=(*document.findings, *explained.mapped.findings),
        entity=explained.mapped.entity,
        order=known.get(key_of(number)),
    )


def read_reach(root: BlockNode) -> Reach:
    """Return what the paths of a mapping name, those of its conditions too."""
    reach = Reach()
    for text in _list_texts(root.entries["fields"]):
        for segment, position, plus, filters in _PATH.findall(text):
            reach.elements.add((segment, int(position)))
            for at, values in _FILTER.findall(filters):
                reach.elements.add((segment, int(at)))
                if plus:
                    reach.qualifiers.setdefault(segment, set()).update(values.split("|"))
    ignored = root.entries.get("ignore")
    items = ignored.items if isinstance(ignored, ListNode) else ()
    reach.ignored = {one.text for one in items if isinstance(one, TextNode)}
    return reach


def _list_texts(node: Node) -> Iterator[str]:
    if isinstance(node, TextNode):
        yield node.text
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _list_texts(item)
    elif isinstance(node, BlockNode):
        for item in node.entries.values():
            yield from _list_texts(item)
