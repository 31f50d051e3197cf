"""Loops: the segments of a set as a tree, by its grammar; what fits nowhere becomes a finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.grammar import Grammar, LoopRule, SegmentUse
from translators.x12.hierarchy import nest_levels
from translators.x12.places import locate, write_place
from translators.x12.structure import Loop, Segment, Set


def read_loops(set_: Set, grammar: Grammar) -> list[Finding]:
    """Fill the set's `root` with its loops and return what is missing, unknown or out of place.

    A segment goes to the innermost loop it fits, never backwards. One that fits nowhere is left
    out of the tree and reading goes on with the next that fits: one fault, one finding.
    """
    root = Loop(grammar.set_id)
    placer = _Placer(grammar, set_, root)
    for index, segment in enumerate(set_.segments):
        placer.place(index, segment)
    placer.close(0, set_.segments[-1])
    set_.root = root
    return placer.findings + nest_levels(root, set_.group.interchange.delimiters)


@dataclass(slots=True, frozen=True, eq=False)
class _Level:
    """A loop rule made ready: where each segment id stands, what is mandatory, the loops inside."""

    rule: LoopRule
    index: dict[str, tuple[int, ...]]  # without the loop's own first segment
    limits: tuple[int | None, ...]
    mandatory: tuple[int, ...]
    inner: "dict[int, _Level]"
    ids: frozenset[str]  # of everything inside, at any depth


@dataclass(slots=True)
class _Frame:
    """An open loop: how far along its nodes we are, and how often the last one was met."""

    level: _Level
    loop: Loop
    at: int = 0
    count: int = 1


@cache
def _compile_level(rule: LoopRule, *, root: bool = False) -> _Level:
    index: dict[str, tuple[int, ...]] = {}
    for at, node in enumerate(rule.nodes):
        if at or root:
            index[node.id] = (*index.get(node.id, ()), at)
    inner = {
        at: _compile_level(node) for at, node in enumerate(rule.nodes) if isinstance(node, LoopRule)
    }
    limits = tuple(
        node.repeat if isinstance(node, LoopRule) else node.max_use for node in rule.nodes
    )
    mandatory = tuple(
        at
        for at, node in enumerate(rule.nodes)
        if node.requirement == "M" and node.id != "SE"  # a missing SE is the envelope's finding
    )
    ids = frozenset(index).union(*(level.ids for level in inner.values()))
    return _Level(rule, index, limits, mandatory, inner, ids)


@dataclass(slots=True)
class _Placer:
    """Puts the segments of one set where they belong, one after the other."""

    grammar: Grammar
    set: Set
    root: Loop
    findings: list[Finding] = field(default_factory=list)
    stack: list[_Frame] = field(init=False)
    last: dict[str, int] = field(init=False)
    lost: frozenset[str] = frozenset()  # what may follow a loop start that fitted nowhere
    run: dict[str, Segment] = field(default_factory=dict)  # faults since the last that fitted
    skipped: int = 0  # segments since then that have a fault of the run

    def __post_init__(self) -> None:
        level = _compile_level(self.grammar.root, root=True)
        self.stack = [_Frame(level, self.root, -1, 0)]
        self.last = {segment[0]: at for at, segment in enumerate(self.set.segments)}

    def place(self, index: int, segment: Segment) -> None:
        """Put a segment into the innermost loop it fits, or say why it fits none."""
        full = None
        depth = len(self.stack)
        while depth:
            depth -= 1
            frame = self.stack[depth]
            for at in frame.level.index.get(segment[0], ()):
                if at < frame.at:
                    continue
                limit = frame.level.limits[at]
                if at == frame.at and limit is not None and frame.count >= limit:
                    full = full or (depth, at)
                elif depth or at <= frame.at + 1 or not self._comes_later(frame, at, index):
                    self._accept(depth, at, segment)
                    return
        if full is not None:
            self._report_full(segment, self.stack[full[0]].level, full[1])
            self._accept(*full, segment)
        else:
            self._reject(segment)

    def close(self, depth: int, segment: Segment) -> None:
        """Close the loops from a depth on, naming the mandatory segments they still lack."""
        self._end_run()
        while len(self.stack) > depth:
            frame = self.stack.pop()
            mandatory = frame.level.mandatory
            if mandatory and mandatory[-1] > frame.at:
                self._report_missing(frame, len(frame.level.limits), segment)

    def _comes_later(self, frame: _Frame, at: int, index: int) -> bool:
        """Return whether a mandatory segment this one would jump over is still to come."""
        nodes = frame.level.rule.nodes
        return nodes[at].id != "SE" and any(
            frame.at < skipped < at and self.last.get(nodes[skipped].id, -1) > index
            for skipped in frame.level.mandatory
        )

    def _accept(self, depth: int, at: int, segment: Segment) -> None:
        if len(self.stack) > depth + 1:
            self.close(depth + 1, segment)
        self.lost = frozenset()
        self._end_run()
        frame = self.stack[depth]
        if at == frame.at:
            frame.count += 1
        else:
            if at > frame.at + 1:
                self._report_missing(frame, at, segment)
            frame.at, frame.count = at, 1
        inner = frame.level.inner.get(at)
        if inner is None:
            frame.loop.segments.append(segment)
            return
        loop = Loop(inner.rule.id, frame.loop, [segment])
        frame.loop.loops.append(loop)
        self.stack.append(_Frame(inner, loop))

    def _end_run(self) -> None:
        """Tell how many segments were left out for the reason of one before them (F8)."""
        if self.skipped:
            first = next(iter(self.run.values()))
            marks = self.set.group.interchange.delimiters
            place, words = write_place(first, marks), {"count": self.skipped}
            note = make_finding("skipped-segments", locate(first, marks), place, words)
            self.findings.append(note)
        self.run, self.skipped = {}, 0

    def _report_missing(self, frame: _Frame, end: int, segment: Segment) -> None:
        for at in frame.level.mandatory:
            if frame.at < at < end:
                node = frame.level.rule.nodes[at]
                words: dict[str, object] = {
                    "tag": node.id,
                    "title": repr(self.grammar.segments[node.id].name),
                    "kind": "loop" if isinstance(node, LoopRule) else "segment",
                    "where": "set" if frame.loop is self.root else f"{frame.loop.id} loop",
                }
                fault = _Fault(segment, "3", words, tag=node.id, loop=frame.loop)
                self._report("missing-segment", fault)

    def _report_full(self, segment: Segment, level: _Level, at: int) -> None:
        node = level.rule.nodes[at]
        limit = level.limits[at]
        kind, code = ("segment", "5") if isinstance(node, SegmentUse) else ("loop", "4")
        words = {"kind": kind, "tag": segment[0], "limit": limit}
        self._report("too-many", _Fault(segment, code, words))

    def _reject(self, segment: Segment) -> None:
        tag = segment[0]
        if tag in self.lost:
            return
        level = self.stack[0].level
        if not (2 <= len(tag) <= 3 and tag.isascii() and tag.isalnum() and tag.isupper()):
            self._report_once(tag, "unknown-segment", _Fault(segment, "1", {"tag": repr(tag[:20])}))
        elif tag not in level.ids:
            words: dict[str, object] = {"tag": tag, "set_id": self.grammar.set_id}
            self._report_once(tag, "foreign-segment", _Fault(segment, "6", words))
        elif any(tag in frame.level.index for frame in self.stack):
            fault = self._find_order(segment)
            self._report_once(fault.form, "misplaced-segment", fault)
        else:
            words = {"tag": tag, "loop": self._name_loop()}
            self._report_once("nowhere", "misplaced-segment", _Fault(segment, "2", words))
        self.lost = _list_followers(level, tag)

    def _report_once(self, reason: str, word: str, fault: "_Fault") -> None:
        """Report the first segment of a run with one reason; those after it are its consequence."""
        if reason in self.run:
            self.skipped += 1
        else:
            self.run[reason] = fault.segment
            self._report(word, fault)

    def _find_order(self, segment: Segment) -> "_Fault":
        """Return what is wrong with the order for a segment of an open loop."""
        tag = segment[0]
        frame = next(frame for frame in reversed(self.stack) if tag in frame.level.index)
        here = frame.level.rule.nodes[max(frame.at, 0)].id
        words: dict[str, object] = {"tag": tag, "here": here}
        if frame.level.index[tag][-1] < frame.at:
            return _Fault(segment, "7", words, form="late", advice=f"send {tag} before {here}")
        return _Fault(segment, "7", words, form="early", advice=f"send {tag} after them")

    def _name_loop(self) -> str:
        ids = [frame.loop.id for frame in self.stack[1:]]
        return f"the loop {'/'.join(ids)} or after it" if ids else "the heading of the set"

    def _report(self, word: str, fault: "_Fault") -> None:
        segment, loop = fault.segment, fault.loop or self.stack[-1].loop
        marks = self.set.group.interchange.delimiters
        x12 = locate(
            segment,
            marks,
            tag=(fault.tag or segment[0])[:3],
            loop=None if loop is self.root else loop.id,
            segment_code=fault.code,
        )
        place = write_place(segment, marks)
        self.findings.append(
            make_finding(word, x12, place, fault.words, form=fault.form, advice=fault.advice)
        )


@dataclass(slots=True)
class _Fault:
    segment: Segment
    code: str  # AK304
    words: Mapping[str, object]
    form: str = ""
    advice: str | None = None
    tag: str = ""
    loop: Loop | None = None


def _list_followers(level: _Level, tag: str) -> frozenset[str]:
    """Return the ids inside any loop that starts with the tag."""
    found: frozenset[str] = frozenset()
    for inner in level.inner.values():
        found |= inner.ids if inner.rule.id == tag else _list_followers(inner, tag)
    return found
