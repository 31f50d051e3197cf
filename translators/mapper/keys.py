"""The keys of the language: what each means, with an example; the reference is made from here."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Key:
    """One key of the language."""

    name: str
    meaning: str
    example: str


HEAD = (
    Key("mapping", "its name: the folder and the file", "mapping: base/855_4010"),
    Key("extends", "the base it differs from; one level only", "extends: base/855_4010"),
    Key("reads", "the format it reads, or the entity it writes from", "reads: x12 855 004010"),
    Key("makes", "the entity it makes, or the format it writes", "makes: OrderAck"),
    Key("one_per", "rows with the same text here make one document", "one_per: PO Number"),
    Key("ignore", "known and not wanted; an overlay adds to its base", "ignore: [CTT, REF(01=ZZ)]"),
    Key("unmapped", "note (as usual) or reject: what nobody reads parks it", "unmapped: reject"),
    Key("fields", "what is made, field by field", "fields: {po_number: BAK03}"),
    Key("segments", "the segments to write, in order", "segments: [{BEG03: po_number}]"),
    Key("columns", "the columns to write, in order", "columns: {PO Number: po_number}"),
    Key("each", "writing rows: one row for each of these", "each: lines"),
)
FIELD = (
    Key("from", "where it stands; of several, the first that is filled", "from: [BAK08, REF02(01=VN)]"),
    Key("value", "always this", "value: accepted"),
    Key("default", "this when nothing is found", "default: USD"),
    Key("when", "only if A, not A, A = x, A != x, A in (x y), joined by and", "when: ACK04 in (067 068)"),
    Key("as", "how the text is read or written", "as: N2"),
    Key("lookup", "crosswalk table: theirs, ours", "lookup: base/line_status"),
    Key("unit", "where the unit of this quantity stands", "unit: ACK03"),
    Key("to_unit", "the unit it is converted to by units.csv", "to_unit: EA"),
    Key("compute", "+ - * /, count(x), sum(x.y) over fields of the same block", "compute: sum(lines.amount)"),
    Key("required", "true, or why; ops will read `BAK03 is empty;` and then this", "required: true"),
    Key("each", "a list: one item for each of these; of XML and JSON `.`, what stands around it, once", "each: PO1"),
    Key("by", "rows with the same text here make one item", "by: Pos"),
    Key("at", "one nested thing, where this stands", "at: N1(01=ST)"),
    Key("fields", "what is inside a list or a nested thing", "fields: {name: N102}"),
)  # fmt: skip
SEGMENT = (
    Key("BEG03", "an element and what it is written from", "BEG03: po_number"),
    Key("AK401-1", "a component of a composite", "AK401-1: element"),
    Key("N301+", "a run: all of the texts, in this element and those after it", "N301+: street"),
    Key("pairs", "a run of qualifiers and values, without gaps", "LIN02+: {pairs: {BP: item.buyer}}"),
    Key("elements", "a run of the same elements for each item", "RCD06+: {each: conditions, elements: [quantity.value]}"),
    Key("each", "once for each of these; of a text, once for each of its lines", "each: note"),
    Key("by", "items with the same text here are one; inside, `each` names those of one group", "by: [po_number, release]"),
    Key("when", "only if this holds", "when: item.description"),
    Key("level", "below an HL of this code, numbered and pointing to the level around it", "level: O"),
    Key("segments", "several segments under one each, when or level", "segments: [{N101: role}, {N401: city}]"),
)  # fmt: skip
FIELD_KEYS = frozenset(key.name for key in FIELD)
HEAD_KEYS = frozenset(key.name for key in HEAD)
WRITE_KEYS = frozenset(("from", "value", "default", "when", "as", "lookup", "compute", "required"))
