"""Documents: an X12 set as the document a mapping reads, with all its findings."""

from functools import lru_cache

from msgspec import structs

from translators.document import Document, Envelope
from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.checks import check_set
from translators.x12.grammar import find_version, list_sets, list_versions, load_grammar
from translators.x12.places import locate
from translators.x12.structure import Group, Segment, Set

GUESSED_VERSION = "004010"  # what a set without GS is checked by


def document_of(set_: Set) -> Document:
    """Return the set as a document: kind, place, envelope, its loops and everything found.

    The kind names the grammar's version, so that 004010VICS is `x12 850 004010` (B-20). A set
    without a grammar has no content and a finding `no-grammar`. What is found also stays with the
    set, for its acknowledgment. What a quick way made of a set is its content.
    """
    if set_.taken is None:
        _check(set_)
    return Document(
        kind=kind_of(set_),
        place=set_.place,
        envelope=envelope_of(set_),
        content=set_.root if set_.taken is None else set_.taken,
        findings=list(set_.findings),
    )


def _check(set_: Set) -> None:
    version = set_.version.strip() or GUESSED_VERSION
    grammar = load_grammar(set_.set_id, version)
    if grammar is not None and set_.root is None:
        set_.findings += check_set(set_, grammar)
    elif grammar is None and not any(known.code == "no-grammar" for known in set_.findings):
        set_.findings.append(_find_no_grammar(set_, version))


def kind_of(set_: Set) -> str:
    """Return which kind of document a set is, such as `x12 855 004010`; its ST is enough."""
    header, gs = set_.segments[0], set_.group.header
    if len(header) == 3 and len(gs) > 8:  # `version` is asked where ST may have one: it takes long
        return _name_kind(header[1], gs[8])
    return _name_kind(set_.set_id, set_.version)


@lru_cache(maxsize=256)
def _name_kind(set_id: str, declared: str) -> str:
    version = declared.strip() or GUESSED_VERSION
    return f"x12 {set_id} {find_version(version) or version[:6]}"


def envelope_of(set_: Set) -> Envelope:
    """Return who sent the set to whom, ids trimmed, control numbers as they stand (B-17)."""
    group = set_.group
    if group.envelope is None:
        group.envelope = _envelope_of(group)
    header = set_.segments[0]
    return structs.replace(group.envelope, set_control=header[2] if len(header) > 2 else "")


def _envelope_of(group: Group) -> Envelope:
    isa, gs = group.interchange.header, group.header
    return Envelope(
        sender_qualifier=_trim(isa, 5),
        sender=_trim(isa, 6),
        receiver_qualifier=_trim(isa, 7),
        receiver=_trim(isa, 8),
        group_sender=_trim(gs, 2),
        group_receiver=_trim(gs, 3),
        group_id=_trim(gs, 1),
        interchange_control=_trim(isa, 13),
        group_control=_trim(gs, 6),
        usage=_trim(isa, 15),
    )


def _trim(segment: Segment, position: int) -> str:
    return segment.element(position).strip()


def _find_no_grammar(set_: Set, version: str) -> Finding:
    base = find_version(version)
    known = ", ".join(
        f"{name} ({' '.join(list_sets(name))})" for name in ([base] if base else list_versions())
    )
    words: dict[str, object] = {
        "set_id": repr(set_.set_id),
        "version": repr(version),
        "known": known,
    }
    marks = set_.group.interchange.delimiters
    x12 = locate(set_.segments[0], marks, set_code="1", group_code=None if base else "2")
    return make_finding("no-grammar", x12, set_.place, words)
