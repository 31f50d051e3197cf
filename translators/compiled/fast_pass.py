"""Fast pass: one set of one version by one mapping, read, checked and mapped by generated Python."""

import functools
import gc
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from msgspec import Struct

from canonical.entities import ENTITIES, write_json
from canonical.shared import Entity
from translators.compiled.automaton import compile_automaton
from translators.compiled.fields import write_struct
from translators.compiled.foreseen import bind_keep, renew
from translators.compiled.json_text import NAMES, is_free
from translators.compiled.levels import are_numbered, settle
from translators.compiled.listing import Listing
from translators.compiled.pairs import Jump, Shapes
from translators.compiled.paths import Finder, Place
from translators.compiled.products import write_entity, write_json_text, write_places
from translators.compiled.records import Plan, Record, UnsupportedError
from translators.compiled.scan import Scan
from translators.compiled.sharpened import sharpen
from translators.compiled.unread import write_unread
from translators.compiled.values import Writer
from translators.document import Document
from translators.findings import Finding
from translators.mapper.compile import compile_mapping
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.mapper.readers import read_date
from translators.mapper.source import BlockNode
from translators.mapper.x12_format import X12Format
from translators.mapper.x12_getters import read_component, write_spot
from translators.mapper.x12_scopes import Cover, Scope
from translators.mapper.x12_unread import find_unmapped
from translators.x12.delimiters import Delimiters
from translators.x12.elements import compile_segments
from translators.x12.grammar import Grammar
from translators.x12.loops import read_loops
from translators.x12.structure import Group, Interchange, Segment, Set
from translators.x12.totals import fit_hash
from translators.x12.values import MINUTES, find_value_fault

MOST_SEGMENTS = 100_000  # as the reader keeps of one set
SMALL_SET = 10_000  # letters; what is kept of fewer starts no collection
MOST_DATES = 5000  # kept of each form; thirteen years
MOST_GOOD, LONGEST_GOOD = 5000, 100  # segments kept, letters of each
WHOLE = {str(one): Decimal(one) for one in range(1000)}  # what most quantities are

Kept = tuple[bytes, list[str], list[str], list[Any]]
Run = Callable[[str, str, str], Kept | None]
Take = Callable[[str], "Taken | None"]


class Taken(Struct, eq=False):
    """A set the fast pass took: its entity as JSON, and what it holds that nobody reads."""

    json: bytes
    segments: list[str]
    unread: list[str]
    root: list[Any]  # what was kept of it and its loops: of that are entity and places made
    by: "FastPass"
    mark: str

    @property
    def entity(self) -> Entity:
        """Return the entity, made anew."""
        return self.build()

    def build(self) -> Entity:
        """Return the entity, made anew."""
        return self.by.build(self.root)

    def map_by(self, reader: ReadMapping, place: str) -> Mapped:
        """Return what the set means by a mapping, which is as good as always the one it was read by."""
        own = self.by.reader
        if reader is own or reader.version == own.version:
            places = partial(self.list_places, place)
            return Mapped(self.build, self.list_findings, places, self.json)
        segments = [Segment(text.split(self.mark), n) for n, text in enumerate(self.segments, 1)]
        set_ = Set(segments, Group(Segment([]), Interchange(Segment([]), Delimiters(), 0)), 0)
        read_loops(set_, self.by.grammar)
        return reader.map(Document(kind="", place=place, content=set_.root))

    def list_findings(self) -> list[Finding]:
        """Return a note for each segment nobody reads, in the order of the set."""
        waiting = iter(self.unread)
        wanted = next(waiting, None)
        found = []
        for ordinal, text in enumerate(self.segments, 1):
            if text is wanted:
                segment = Segment(text.split(self.mark), ordinal)
                found.append(find_unmapped(segment, self.by.rule))
                wanted = next(waiting, None)
        return found

    def list_places(self, place: str) -> dict[str, str]:
        """Return where the whole and each item of a list stands, as the careful pass tells it."""
        ordinals = {id(text): ordinal for ordinal, text in enumerate(self.segments, 1)}

        def show(text: str) -> str:
            return write_spot(text.replace(self.mark, "*"), ordinals[id(text)])

        return {"": place} | self.by.tell(self.root, show)


@dataclass(slots=True, frozen=True)
class FastPass:
    """What takes sets that are good in every respect; `source` is its code, to be read."""

    name: str
    source: str
    rule: str  # file:line of what is said about unread segments
    grammar: Grammar
    reader: ReadMapping
    run: Run
    build: Callable[[list[Any]], Entity]
    tell: Callable[[list[Any], Callable[[str], str]], dict[str, str]]
    renew: Callable[[], None]  # has the pass look anew for what comes again in a file

    @property
    def file_name(self) -> str:
        """Return a name for the source that changes with grammar, mapping and writer of the code."""
        digest = hashlib.sha256(self.source.encode()).hexdigest()
        return f"{self.name.replace('/', '_')}-{digest[:12]}.py"

    def bind(self, marks: Delimiters) -> Take:
        """Return what takes sets of an interchange: plain text from ST to before the last terminator."""
        element, segment, run = marks.element, marks.segment, self.run
        self.renew()

        def take(text: str) -> Taken | None:
            found = _run(run, text, segment, element)
            return None if found is None else Taken(*found, self, element)

        return take


def _run(run: Run, text: str, segment: str, element: str) -> Kept | None:
    """Run without garbage collection: one large set would cost ten times as much with it."""
    rests = len(text) > SMALL_SET and gc.isenabled()
    if rests:
        gc.disable()
    try:
        return run(text, segment, element)
    except (LookupError, ArithmeticError, ValueError):  # a move, a code, a number nobody planned
        return None
    finally:
        if rests:
            gc.enable()


@functools.lru_cache(maxsize=256)
def compile_fast(mapping: Mapping) -> FastPass | None:
    """Return the fast pass of a mapping that reads X12; None where one pass cannot do what it asks.

    The same content is compiled once. Raises MappingError where the mapping has mistakes.
    """
    try:
        return write_pass(mapping)
    except UnsupportedError:
        return None


def write_pass(mapping: Mapping) -> FastPass:
    """Return the fast pass; raises UnsupportedError, which says what one pass cannot do."""
    compiled = compile_mapping(mapping)
    if not isinstance(compiled, ReadMapping) or not isinstance(compiled.format, X12Format):
        raise UnsupportedError("it does not read X12")
    return _compile(mapping, compiled, compiled.format)


def _compile(mapping: Mapping, reader: ReadMapping, format_: X12Format) -> FastPass:
    grammar, entity = format_.grammar, ENTITIES[mapping.text("makes")]
    automaton = compile_automaton(grammar)
    root = Record(0, "", (), None)
    plan = Plan(automaton, root)
    place = Place(Scope(grammar.set_id, (grammar.root,), Cover()), root)
    fields = mapping.root.entries["fields"]
    if not isinstance(fields, BlockNode):
        raise UnsupportedError("fields")
    built, told = Listing(depth=1), Listing(depth=1)
    told.names = built.names
    writer = Writer(built, told, Finder(plan, grammar), mapping, grammar, place)
    made = write_struct(writer, fields, entity, always=True)
    loud = write_unread(plan, grammar, format_.root.cover, format_.ignored)
    out = Listing(names=built.names)
    scan = Scan(out, plan, grammar, loud, _list_named(format_))
    written = _write_json(built, plan, made)
    _write_run(out, scan)
    out.lines += written
    _write_build(out, plan, built, made)
    _write_tell(out, plan, told)
    source = out.write()
    scope = _load(source, out.names, grammar, mapping.name)
    scope["write"] = sharpen("\n".join(written), scope)
    made_by = scope["run"], scope["build"], scope["tell"]
    return FastPass(
        mapping.name, source, format_.rule, grammar, reader, *made_by, partial(renew, scope)
    )


def _write_run(out: Listing, scan: Scan) -> None:
    head = f"{scan.grammar.set_id} {scan.grammar.version}"
    with out.block("def run(text, end, mark):"):
        out.add(
            f'"""Return the JSON of a set {head}, its segments, those unread, what was kept."""'
        )
        out.add("segs = text.split(end)", f"if len(segs) > {MOST_SEGMENTS}:", "    return None")
        scan.write()
        out.add("made = (write if is_free(text) else write_slowly)(root)")
        out.add("if made is None:", "    return None")
        out.add("return made, segs, unread, root")


def _write_json(built: Listing, plan: Plan, made: str) -> list[str]:
    out = Listing()
    with out.block("def write(root):"):
        out.add(
            '"""Return the JSON of what was kept of a set without quotes or backslashes, or None."""'
        )
        out.lines += write_json_text(built, plan)
        out.add(f"made = f'{{{{{{{made}}}}}}}'", "return made.encode()")
    return out.lines


def _write_build(out: Listing, plan: Plan, built: Listing, made: str) -> None:
    with out.block("def write_slowly(root):"):
        out.add('"""Return the JSON of what was kept of any set, or None."""')
        out.add("made = build(root)", "return None if made is None else write_json(made)")
    with out.block("def build(root):"):
        out.add('"""Return the entity of which `write` writes the JSON."""')
        out.lines += write_entity(built, plan)
        out.add(f"return {made}")


def _write_tell(out: Listing, plan: Plan, told: Listing) -> None:
    with out.block("def tell(root, show):"):
        out.add('"""Return where each item of a list stands, by its path."""')
        out.add("places = {}")
        out.lines += write_places(told, plan)
        out.add("return places")


def _list_named(format_: X12Format) -> frozenset[str]:
    """Return the segment ids a mapping speaks of, and those of the frame."""
    named = {"ST", "SE", "HL", "CTT", *format_.ignored}
    waiting = [format_.root.cover]
    while waiting:
        cover = waiting.pop()
        named |= set(cover.segments) | set(cover.loops)
        waiting += [inner for entries in cover.loops.values() for _, inner in entries]
    return frozenset(named)


def _load(source: str, names: dict[str, Any], grammar: Grammar, name: str) -> dict[str, Any]:
    """Return what the source defines."""
    shapes = {at: Shapes(held) for at, held in names.items() if isinstance(held, Jump)}
    scope = {**names, **shapes, **NAMES} | {
        "is_free": is_free,
        "Decimal": Decimal,
        "WHOLE": WHOLE,
        "MINUTES": MINUTES,
        "NO_PAIRS": {},
        "TESTS": compile_segments(grammar, "\x00"),
        "find_value_fault": find_value_fault,
        "read_component": read_component,
        "decline": decline,
        "settle": settle,
        "are_numbered": are_numbered,
        "fit_hash": fit_hash,
        "write_json": write_json,
    }
    scope["keep"] = bind_keep(scope)
    scope["GOOD"], scope["remember"] = _keep_good()
    days = scope["DAYS"] = dict[str, str]()
    for form, sizes in (("8", (8,)), ("6", (6,)), ("68", (6, 8))):
        scope[f"DATES{form}"], scope[f"add_dates{form}"] = _keep_dates(sizes, days)
    scope["DATES"] = scope["DATES8"]
    scope["read_date"], scope["read_day"] = read_sure_date, read_sure_day
    exec(compile(source, f"<{name}>", "exec"), scope)  # noqa: S102  # source written above
    return scope


def _keep_good() -> tuple[set[str], Callable[[str], None]]:
    """Return segments that were found good, and what adds one; they are forgotten where there are many."""
    known: set[str] = set()

    def remember(text: str) -> None:
        if len(text) <= LONGEST_GOOD:
            if len(known) >= MOST_GOOD:
                known.clear()
            known.add(text)

    return known, remember


def _keep_dates(
    sizes: tuple[int, ...], days: dict[str, str]
) -> tuple[dict[str, date], Callable[[str], bool]]:
    """Return dates by their text, and what adds one, its ISO form to `days`; it says whether it is one."""
    known: dict[str, date] = {}

    def add(text: str) -> bool:
        found = read_date(text) if len(text) in sizes and text.isdigit() else None
        if found is not None and len(known) < MOST_DATES:
            known[text] = found
            days[text] = found.isoformat()
        return found is not None

    return known, add


def read_sure_date(text: str) -> date:
    """Return the date; KeyError, by which the pass declines, where it is none."""
    found = read_date(text)
    if found is None:
        raise KeyError(text)
    return found


def read_sure_day(text: str) -> str:
    """Return the date as ISO 8601 writes it; KeyError where it is none."""
    return read_sure_date(text).isoformat()


def decline() -> None:
    """Make the pass decline: a value cannot be read as the mapping wants it."""
    raise LookupError
