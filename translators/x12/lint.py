"""Lint: whether the grammar files agree with each other; `python -m translators.x12.lint`."""

import sys
from collections import Counter
from collections.abc import Iterator

from translators.x12.grammar import (
    GROUP_OF,
    ElementUse,
    Grammar,
    LoopRule,
    SegmentRule,
    SegmentUse,
    list_sets,
    list_versions,
    load_codes,
    load_elements,
    load_grammar,
    load_segments,
)
from translators.x12.notes import read_note

_ENVELOPE = frozenset(("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1"))
_REQUIREMENTS = frozenset("MOX")
_TYPES = frozenset(("AN", "ID", "R", "DT", "TM", "B", *(f"N{places}" for places in range(10))))
_NOTE_KINDS = frozenset("PRECL")


def check_grammars() -> list[str]:
    """Return what is wrong with the grammars of all versions, one sentence each."""
    return [fault for version in list_versions() for fault in check_version(version)]


def check_version(version: str) -> list[str]:
    """Return what is wrong with the tables and sets of one version."""
    faults = [*_check_elements(version), *_check_segments(version)]
    used = set(_ENVELOPE)
    for set_id in list_sets(version):
        grammar = load_grammar(set_id, version)
        if grammar is None:
            faults.append(f"{version}/{set_id}.txt: it cannot be loaded")
            continue
        faults += [f"{version}/{set_id}.txt: {fault}" for fault in check_grammar(grammar)]
        used |= set(_list_ids(grammar.root))
    unused = sorted(set(load_segments(version)) - used)
    if unused:
        faults.append(f"{version}/segments.txt: no set uses {', '.join(unused)}")
    return faults


def check_grammar(grammar: Grammar) -> Iterator[str]:
    """Yield what is wrong with the loops of one set."""
    if GROUP_OF.get(grammar.set_id) != grammar.group_id:
        yield f"the group is {grammar.group_id}, wanted is {GROUP_OF.get(grammar.set_id)}"
    nodes = grammar.root.nodes
    if not nodes or nodes[0] != SegmentUse("ST", "M", 1) or nodes[-1] != SegmentUse("SE", "M", 1):
        yield "it does not begin with ST M 1 and end with SE M 1"
    yield from _check_loop(grammar.root, grammar, grammar.set_id)


def _check_loop(loop: LoopRule, grammar: Grammar, path: str) -> Iterator[str]:
    if loop is not grammar.root:
        first = loop.nodes[0] if loop.nodes else None
        if not isinstance(first, SegmentUse) or first.id != loop.id or first.max_use != 1:
            yield f"{path}: the loop does not begin with {loop.id} of max use 1"
    for node in loop.nodes:
        if node.requirement not in {"M", "O"}:
            yield f"{path}: {node.id} has requirement {node.requirement}"
        if node.id not in grammar.segments:
            yield f"{path}: there is no segment {node.id} in segments.txt"
        if isinstance(node, LoopRule):
            yield from _check_loop(node, grammar, f"{path}/{node.id}")
    yield from _check_ambiguity(loop, path)


def _check_ambiguity(loop: LoopRule, path: str) -> Iterator[str]:
    """Yield neighbours of one id that only their order tells apart: the second is never reached.

    Two places of one id are told apart by what stands between them, if that is mandatory; where
    all between is optional, a segment goes to the first that has room.
    """
    for at, node in enumerate(loop.nodes):
        for later in loop.nodes[at + 1 :]:
            if later.id == node.id and _count_of(node) is None:
                yield f"{path}: {node.id} stands again after a {node.id} without limit"
                break
            if later.requirement == "M":
                break


def _count_of(node: SegmentUse | LoopRule) -> int | None:
    return node.repeat if isinstance(node, LoopRule) else node.max_use


def _check_elements(version: str) -> Iterator[str]:
    for rule in load_elements(version).values():
        where = f"{version}/elements.txt: {rule.number} {rule.name}"
        if rule.type not in _TYPES:
            yield f"{where}: there is no type {rule.type}"
        if not 0 < rule.min <= rule.max:
            yield f"{where}: the lengths {rule.min} to {rule.max} are none"
        wrong = [code for code in rule.codes if not rule.min <= len(code) <= rule.max]
        if wrong:
            yield f"{where}: codes of another length: {' '.join(wrong[:8])}"
    for number in sorted(load_codes(version).keys() - load_elements(version).keys()):
        yield f"{version}/codes.txt: there is no element {number}"
    for number, count in Counter(_list_numbers(version)).items():
        if number not in load_elements(version):
            yield f"{version}/segments.txt: element {number} is used {count} times and not there"


def _list_numbers(version: str) -> Iterator[str]:
    for rule in load_segments(version).values():
        for use in rule.elements:
            yield from (part.number for part in use.components) if use.components else (use.number,)


def _check_segments(version: str) -> Iterator[str]:
    for rule in load_segments(version).values():
        where = f"{version}/segments.txt: {rule.id}"
        yield from _check_notes(rule.notes, rule.elements, where)
        yield from _check_uses(rule, where)
        for use in rule.elements:
            if use.components:
                yield from _check_notes(use.notes, use.components, f"{where} {use.number}")


def _check_uses(rule: SegmentRule, where: str) -> Iterator[str]:
    for at, use in enumerate(rule.elements, 1):
        if use.requirement not in _REQUIREMENTS:
            yield f"{where}{at:02d}: the requirement {use.requirement} is none of M, O, X"
        noted = any(at in read_note(note).positions for note in rule.notes)
        if use.requirement == "X" and not noted:
            yield f"{where}{at:02d}: X, and no note speaks of it"


def _check_notes(notes: tuple[str, ...], uses: tuple[ElementUse, ...], where: str) -> Iterator[str]:
    for text in notes:
        note = read_note(text)
        if note.kind not in _NOTE_KINDS or len(note.positions) < 2:
            yield f"{where}: {text} is no note"
        if any(not 0 < at <= len(uses) for at in note.positions):
            yield f"{where}: {text} speaks of an element that is not there"


def _list_ids(loop: LoopRule) -> Iterator[str]:
    for node in loop.nodes:
        yield node.id
        if isinstance(node, LoopRule):
            yield from _list_ids(node)


def main() -> int:
    """Write what is wrong, one line each, and return the exit code: 1 where there is anything."""
    faults = check_grammars()
    sets = sum(len(list_sets(version)) for version in list_versions())
    said = "\n".join(faults) or f"{sets} sets of {len(list_versions())} versions agree"
    sys.stdout.write(f"{said}\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
