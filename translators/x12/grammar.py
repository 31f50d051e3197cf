"""Grammars: which segments a set may hold, in which loops, and what their elements may say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

GRAMMARS = Path(__file__).parent / "grammars"

GROUP_OF = {
    "810": "IN",
    "824": "AG",
    "830": "PS",
    "846": "IB",
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "861": "RC",
    "862": "SS",
    "864": "TX",
    "865": "CA",
    "870": "RS",
    "997": "FA",
    "999": "FA",
}  # GS01 of each set (B-19)


@dataclass(slots=True, frozen=True)
class ElementRule:
    """One data element: its type (AN, ID, N0, N2, R, DT, TM), lengths, and codes with meanings."""

    number: str
    name: str
    type: str
    min: int
    max: int
    codes: dict[str, str]  # empty where the list is not X12's; '' where a code has no meaning here


@dataclass(slots=True, frozen=True)
class ElementUse:
    """One position of a segment: an element, or a composite with its components."""

    number: str
    requirement: str  # M, O, or X: the notes decide
    repeat: int | None = 1  # None is any number
    components: "tuple[ElementUse, ...]" = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True, frozen=True)
class SegmentRule:
    """One segment: its elements in order, and relational notes such as P0203."""

    id: str
    name: str
    elements: tuple[ElementUse, ...]
    notes: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class SegmentUse:
    """One segment in one loop."""

    id: str
    requirement: str
    max_use: int | None  # None is any number


@dataclass(slots=True, frozen=True, eq=False)
class LoopRule:
    """One loop, named by its first segment, which is also its first node; the root has the set's id."""

    id: str
    requirement: str
    repeat: int | None
    nodes: "tuple[SegmentUse | LoopRule, ...]"


@dataclass(slots=True, frozen=True, eq=False)
class Grammar:
    """What one set may hold in one version; LS and LE are plain segments around their loop."""

    set_id: str
    version: str
    name: str
    group_id: str
    root: LoopRule
    segments: dict[str, SegmentRule]
    elements: dict[str, ElementRule]


def load_grammar(set_id: str, version: str) -> Grammar | None:
    """Return the grammar of a set, by the exact version or its six digits (B-20), or None."""
    base = find_version(version)
    is_id = len(set_id) == 3 and set_id.isascii() and set_id.isdigit()
    return _load_grammar(set_id, base) if base and is_id else None


@lru_cache(maxsize=256)
def find_version(version: str) -> str | None:
    """Return the version whose grammars serve a GS08 such as 004010VICS, or None."""
    return next((known for known in (version, version[:6]) if known in list_versions()), None)


def is_version(text: str) -> bool:
    """Return whether a text begins as versions do, with six digits, known here or not."""
    return len(text) >= 6 and text[:6].isascii() and text[:6].isdigit()


@cache
def list_versions() -> tuple[str, ...]:
    """Return the versions there are grammars for, oldest first."""
    return tuple(sorted(path.name for path in GRAMMARS.iterdir() if path.is_dir()))


def list_sets(version: str) -> tuple[str, ...]:
    """Return the ids of the sets there are grammars for in a version."""
    return tuple(sorted(path.stem for path in (GRAMMARS / version).glob("[0-9]*.txt")))


@cache
def load_segments(version: str) -> dict[str, SegmentRule]:
    """Return all segments of a version, those of the envelope too, by id."""
    rules: dict[str, SegmentRule] = {}
    composites: dict[str, SegmentRule] = {}
    for head, rows in reversed(list(_list_blocks(GRAMMARS / version / "segments.txt"))):
        name, _, title = head.partition(" ")
        notes = tuple(rows.pop().split()[1:]) if rows[-1].startswith("notes") else ()
        uses = tuple(_read_use(row, composites) for row in rows)
        rules[name] = SegmentRule(name, title, uses, notes)
        composites[name] = rules[name]
    return {name: rule for name, rule in rules.items() if not _is_composite(name)}


@cache
def load_elements(version: str) -> dict[str, ElementRule]:
    """Return all elements of a version by number."""
    codes = load_codes(version)
    rules = {}
    for line in _list_lines(GRAMMARS / version / "elements.txt"):
        number, kind, shortest, longest, name = line.split(" ", 4)
        rules[number] = ElementRule(
            number, name, kind, int(shortest), int(longest), codes.get(number, {})
        )
    return rules


@cache
def _load_grammar(set_id: str, version: str) -> Grammar | None:
    path = GRAMMARS / version / f"{set_id}.txt"
    if not path.is_file():
        return None
    lines = [line for line in _list_lines(path) if line.startswith((" ", "set "))]
    _, _, group_id, name = lines[0].split(" ", 3)
    root = LoopRule(set_id, "M", 1, _read_nodes(lines[1:], 1))
    return Grammar(
        set_id, version, name, group_id, root, load_segments(version), load_elements(version)
    )


def _read_nodes(lines: list[str], depth: int) -> tuple[SegmentUse | LoopRule, ...]:
    nodes: list[SegmentUse | LoopRule] = []
    pad = "  " * depth
    for at, line in enumerate(lines):
        if line.startswith(pad + " "):
            continue  # inside a loop already read
        words = line.split()
        if words[0] != "loop":
            nodes.append(SegmentUse(words[0], words[1], _read_count(words[2])))
            continue
        inside = _list_indented(lines[at + 1 :], pad + " ")
        nodes.append(
            LoopRule(words[1], words[2], _read_count(words[3]), _read_nodes(inside, depth + 1))
        )
    return tuple(nodes)


def _list_indented(lines: list[str], pad: str) -> list[str]:
    end = next((at for at, line in enumerate(lines) if not line.startswith(pad)), len(lines))
    return lines[:end]


def _read_count(text: str) -> int | None:
    return None if text == ">1" else int(text)


def _read_use(row: str, composites: dict[str, SegmentRule]) -> ElementUse:
    words = row.split()
    number, requirement = words[1], words[2]
    repeat = _read_count(words[3][1:]) if words[3][:1] == "x" and words[3][1:] else 1
    inside = composites.get(number)
    if inside is None:
        return ElementUse(number, requirement, repeat)
    return ElementUse(number, requirement, repeat, inside.elements, inside.notes)


def _is_composite(name: str) -> bool:
    return len(name) == 4 and name[0] == "C" and name[1:].isdigit()


@cache
def load_codes(version: str) -> dict[str, dict[str, str]]:
    """Return the code lists of a version by element number, each code with its meaning or ''."""
    lists = {}
    for head, rows in _list_blocks(GRAMMARS / version / "codes.txt"):
        codes: dict[str, str] = {}
        for row in rows:
            code, _, meaning = row.partition(" ")
            codes.update(dict.fromkeys(meaning.split(), "") if code == "also" else {code: meaning})
        lists[head.partition(" ")[0]] = codes
    return lists


def _list_blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    head, rows = "", list[str]()
    for line in _list_lines(path):
        if line.startswith(" "):
            rows.append(line.strip())
            continue
        if head:
            yield head, rows
        head, rows = line, []
    if head:
        yield head, rows


def _list_lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
