"""Hierarchy: HL loops nested by the pointers they carry, never by their order (B-69)."""

from translators.findings import Finding
from translators.x12.catalogue import make_finding
from translators.x12.delimiters import Delimiters
from translators.x12.places import locate, write_place
from translators.x12.structure import Loop

DEEPEST = 32  # levels; a shipment has five


def nest_levels(root: Loop, delimiters: Delimiters) -> list[Finding]:
    """Move each HL loop below the one its HL02 names; return orphans, doubles and circles.

    An HL loop whose pointer leads nowhere stays at the top, so that nothing is lost.
    """
    levels = [loop for loop in root.loops if loop.id == "HL"]
    if not levels:
        return []
    findings = list[Finding]()
    known: dict[str, Loop] = {}
    for loop in levels:
        number = _read_number(loop, 1)
        if number in known:
            findings.append(_find(loop, "hl-number-again", number, delimiters))
        known.setdefault(number, loop)
    for loop in levels:
        _nest(loop, root, known, (findings, delimiters))
    root.loops = [loop for loop in root.loops if loop.parent is root]
    return findings


def _nest(
    loop: Loop, root: Loop, known: dict[str, Loop], report: tuple[list[Finding], Delimiters]
) -> None:
    pointer = _read_number(loop, 2)
    if not pointer:
        return
    parent = known.get(pointer)
    findings, delimiters = report
    if parent is None:
        findings.append(_find(loop, "hl-orphan", pointer, delimiters))
    elif _is_above(loop, parent, known):
        findings.append(_find(loop, "hl-circle", pointer, delimiters))
    elif _count_depth(parent, root, known) >= DEEPEST:
        findings.append(_find(loop, "hl-too-deep", pointer, delimiters))
    else:
        loop.parent = parent
        parent.loops.append(loop)


def _list_ancestors(loop: Loop, known: dict[str, Loop]) -> list[Loop]:
    """Return the loop and those its pointers lead to, at most one more than is allowed."""
    chain = [loop]
    while len(chain) <= DEEPEST:
        above = known.get(_read_number(chain[-1], 2))
        if above is None or above in chain:
            break
        chain.append(above)
    return chain


def _is_above(loop: Loop, parent: Loop, known: dict[str, Loop]) -> bool:
    return loop in _list_ancestors(parent, known)


def _count_depth(parent: Loop, root: Loop, known: dict[str, Loop]) -> int:
    return len(_list_ancestors(parent, known)) if parent is not root else 0


def _read_number(loop: Loop, at: int) -> str:
    text = loop.segments[0].element(at).strip()
    return text.lstrip("0") or text[:1]


def _find(loop: Loop, word: str, number: str, delimiters: Delimiters) -> Finding:
    segment = loop.segments[0]
    at, reference = (1, "628") if word == "hl-number-again" else (2, "734")
    x12 = locate(
        segment,
        delimiters,
        loop="HL",
        element=at,
        reference=reference,
        element_code="7",
        value=segment.element(at),
    )
    words: dict[str, object] = {"number": repr(number), "deepest": DEEPEST}
    return make_finding(word, x12, write_place(segment, delimiters), words)
