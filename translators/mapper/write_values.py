"""One element or column to write: from a canonical value through table and writer to text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from translators.findings import Finding, Level
from translators.mapper.computing import compile_formula, find_attribute
from translators.mapper.conditions import compile_when
from translators.mapper.entity_paths import (
    EntityPath,
    EntityScope,
    GroupPlace,
    compile_path,
)
from translators.mapper.formats import Check, Here
from translators.mapper.keys import WRITE_KEYS
from translators.mapper.merge import long_form
from translators.mapper.running import Source, Spot
from translators.mapper.scalars import find_table
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.writers import Writer, compile_writer, write_text
from translators.mapper.written import Written

Give = Callable[[Any, Written], str]


@dataclass(slots=True, frozen=True)
class EntityFormat:
    """A canonical entity as the compiler of conditions sees it."""

    here_mistakes: Any
    write: Callable[[Any], str]
    root: EntityScope = field(default_factory=lambda: EntityScope(None))

    def need(self, source: Source) -> None:
        """Do nothing: an entity has all its fields."""

    def compile_source(self, path: TextNode, scope: EntityScope) -> Source | None:
        """Return the path with its value as text."""
        compiled = compile_path(path, scope, self.here_mistakes)
        if compiled is None:
            return None

        def get(place: Any) -> str:
            value = compiled.get(place)
            return "" if value is None else write_text(value)

        def list_all(place: Any) -> list[str]:
            return [write_text(value) for value in compiled.list_all(place)]

        return Source(path.text, get, list_all, lambda _place: Spot(path.text))


@dataclass(slots=True, frozen=True)
class Cell:
    """One element or column, compiled; `give` returns '' where there is nothing to write."""

    give: Give
    is_constant: bool = False


@dataclass(slots=True, frozen=True)
class Parts:
    """What stands under one element or column."""

    paths: tuple[EntityPath, ...]
    write: Writer
    codes: dict[str, str] | None
    rest: str | None
    default: str
    sentence: str


def compile_cell(name: str, node: Node, here: Here) -> Cell | None:
    """Return one element or column compiled, or None after naming its mistakes."""
    block = long_form(node) if isinstance(node, TextNode | ListNode) else node
    if not isinstance(block, BlockNode):
        here.mistakes.add(here.where, f"{name} wants a path, or value")
        return None
    for key in block.entries:
        if key not in WRITE_KEYS:
            sentence = f"there is no key {key} in what is written"
            advice = did_you_mean(key, sorted(WRITE_KEYS))
            here.mistakes.add(block.lines[key], sentence, advice, "unknown-key")
            return None
    when = None
    if "when" in block.entries:
        when = compile_when(TextNode(block.text("when"), block.lines["when"]), here)
    if "value" in block.entries:
        return _constant(block.text("value"), when)
    if "compute" in block.entries:
        return _computed(name, block, when, here)
    parts = _read_parts(name, block, here)
    return None if parts is None else Cell(_giving(name, parts, when, here))


def _constant(text: str, when: Check | None) -> Cell:
    return Cell(lambda place, _written: text if when is None or when(place) else "", True)


def _computed(name: str, block: BlockNode, when: Check | None, here: Here) -> Cell | None:
    compiled = compile_formula(block.text("compute"))
    if compiled is None:
        sentence = f"compute: {block.text('compute')!r} is more than + - * /, count(x) and sum(x.y)"
        here.mistakes.add(block.lines["compute"], sentence)
        return None
    formula, names = compiled
    for one in names:
        if not one.isupper():
            compile_path(TextNode(one, block.lines["compute"]), here.scope, here.mistakes)
    write = _find_writer(block, here)

    def give(place: Any, written: Written) -> str:
        if when is not None and not when(place):
            return ""
        value = formula(lambda one: _lookup_name(one, place, written))
        return "" if value is None else _written(name, value, write, written.findings, here)

    return Cell(give)


def _lookup_name(name: str, place: Any, written: Written) -> Any:
    """Return the value of a name; that of a segment, such as HL, has one item for each written."""
    if name.isupper():
        return range(written.counts.get(name, 0))
    first, _, rest = name.partition(".")
    while place is not None:
        if isinstance(place, GroupPlace) and place.name == first:
            return place.members
        value = getattr(place[0], first, None)
        if value is not None:
            return find_attribute(value, rest) if rest else value
        place = place[1]
    return None


def _find_writer(block: BlockNode, here: Here) -> Writer:
    plain: Writer = here.format.write  # type: ignore[attr-defined] # an EntityFormat
    if "as" not in block.entries:
        return plain
    writer = compile_writer(block.text("as"))
    if writer is None:
        sentence = f"nothing writes {block.text('as')!r}"
        here.mistakes.add(block.lines["as"], sentence, "", "unknown-reader")
    return writer or plain


def _read_parts(name: str, block: BlockNode, here: Here) -> Parts | None:
    entry = block.entries.get("from")
    nodes = entry.items if isinstance(entry, ListNode) else (entry,) if entry else ()
    paths = [
        compile_path(node, here.scope, here.mistakes)
        for node in nodes
        if isinstance(node, TextNode)
    ]
    if not nodes:
        here.mistakes.add(here.where, f"{name} says neither from, value nor compute")
    codes, rest = _find_codes(block, here)
    sentence = block.text("required")
    if sentence:
        lack = f"{' or '.join(p.text for p in paths if p)} is empty"
        why = f"{name} must be written" if sentence == "true" else sentence
        sentence = f"{lack}; {why}"
    good = tuple(path for path in paths if path is not None)
    if len(good) < len(paths) or not good:
        return None
    default = block.text("default")
    return Parts(good, _find_writer(block, here), codes, rest, default, sentence)


def _find_codes(block: BlockNode, here: Here) -> tuple[dict[str, str] | None, str | None]:
    table = find_table(block, here) if "lookup" in block.entries else None
    if table is None:
        return None, None
    twice = table.find_two_of_theirs()
    if twice is not None:
        sentence = f"{table.name} cannot be read backwards: {twice[0]} and {twice[1]} mean the same"
        advice = "write with a table that has one row for each of ours"
        here.mistakes.add(block.lines["lookup"], sentence, advice, "one-way-table")
    return table.reversed(), table.rest


def _giving(name: str, parts: Parts, when: Check | None, here: Here) -> Give:
    def give(place: Any, written: Written) -> str:
        found = written.findings
        if when is not None and not when(place):
            return ""
        values = (path.get(place) for path in parts.paths)
        value = next((one for one in values if one is not None), None)
        if value is None:
            if parts.sentence and not parts.default:
                found.append(_finding("required-missing", parts.sentence, here))
            return parts.default
        if parts.codes is None:
            return _written(name, value, parts.write, found, here)
        return _coded(name, write_text(value), parts, found, here)

    return give


def _coded(name: str, text: str, parts: Parts, found: list[Finding], here: Here) -> str:
    code = (parts.codes or {}).get(text)
    if code is not None:
        return code
    if parts.rest == "=":
        return text
    sentence = f"{name} has no code for {text!r}"
    found.append(_finding("unknown-code", sentence, here, "add a row for it to the table"))
    return ""


def _written(name: str, value: Any, write: Writer, found: list[Finding], here: Here) -> str:
    text = write(value)
    if text is None:
        sentence = f"{name} cannot be written: {write_text(value)!r} does not fit its picture"
        found.append(_finding("bad-value", sentence, here))
        return ""
    if any(character < " " for character in text):
        cleaned = "".join(max(character, " ") for character in text)
        sentence = f"{name} held line ends or control characters; blanks are written instead"
        found.append(_finding("control-characters", sentence, here, "", "warning"))
        return cleaned
    return text


def report(written: Written, here: Here, said: tuple[str, str, str], level: Level) -> None:
    """Add a finding about what could not be written as it stands: code, sentence, advice."""
    code, sentence, advice = said
    written.findings.append(_finding(code, sentence, here, advice, level))


def _finding(
    code: str, sentence: str, here: Here, advice: str = "", level: Level = "error"
) -> Finding:
    return Finding(
        level=level,
        code=code,
        sentence=sentence,
        field=here.path,
        advice=advice,
        rule=here.where,
    )
