"""Explain: every canonical value of a document with where it stands and the rule that gave it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from canonical.entities import write_json
from translators.document import Document
from translators.findings import X12Place
from translators.mapper.compile import compile_traced
from translators.mapper.mapping import Mapping
from translators.mapper.pieces import compile_bytes
from translators.mapper.read_mapping import Mapped
from translators.mapper.running import BAD
from translators.mapper.trace import Given
from translators.mapper.writers import write_text

FindByte = Callable[[X12Place | None], int | None]
Origin = Literal["read", "constant", "default", "computed", "unreadable"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One canonical value: what it is, where it stands, and what made it so."""

    field: str  # lines[0].acks[1].status
    value: str
    origin: Origin
    place: str = ""  # segment 14: ACK*IR, or row 4
    source: str = ""  # ACK01, or the header of a column
    text: str = ""  # as it stands there
    byte: int | None = None  # of the element in the file, from 0
    rule: str = ""  # file:line of the field
    lines: dict[str, str] = {}  # each key of the rule that stands elsewhere: its file:line
    row: str = ""  # file:line of the table row


@dataclass(slots=True, frozen=True)
class Explained:
    """What a document means, and why each of its values is what it is."""

    mapped: Mapped
    given: list[Given]
    content: Any
    computed: dict[str, str]
    canonical: str = ""  # file:line of a mapping without rules: the document speaks our words

    def list_values(self) -> Iterator[Value]:
        """Yield every value in the order of the document, the computed ones last.

        A unit whose quantity is missing was read and says nothing: it is none of the values.
        """
        leaves = dict(list_leaves(self._entity(), ""))
        parents = {path[:at] for path in leaves for at, char in enumerate(path) if char in ".["}
        told = set[str]()
        find_byte = compile_bytes(self.content)
        for given in self.given:
            path = given.path
            around = path.rpartition(".")[0]
            if not leaves or not around or around in parents:
                told.add(path)
                yield _value_of(given, path, find_byte)
        for path, value in leaves.items():
            text = _text_of(value)
            if self.canonical:
                yield _value_of_ours(path, text, self.canonical)
            elif path not in told and (where := self.computed.get(without_numbers(path))):
                yield Value(field=path, value=text, origin="computed", rule=where)

    def _entity(self) -> Any:
        entity = self.mapped.entity
        return {} if entity is None else msgspec.json.decode(write_json(entity))


def explain(mapping: Mapping, document: Document) -> Explained:
    """Return the document mapped once more, with all it takes to explain each value."""
    reader, trace = compile_traced(mapping)
    trace.take()
    mapped = reader.map(document)
    canonical = mapping.root.where if reader.is_canonical else ""
    return Explained(mapped, trace.take(), document.content, trace.computed, canonical)


def _value_of_ours(path: str, text: str, where: str) -> Value:
    return Value(
        field=path, value=text, origin="read", place=path, source=path, text=text, rule=where
    )


def _value_of(given: Given, path: str, find_byte: FindByte) -> Value:
    rule, source, spot = given.rule, given.source, given.spot
    return Value(
        field=path,
        value="" if given.value is BAD else _text_of(given.value),
        origin=_origin_of(given),
        place=spot.text,
        source=source.path if source else "",
        text=source.get(given.place) if source else "",
        byte=find_byte(spot.x12) if source else None,
        rule=rule.where,
        lines={key: where for key, where in rule.lines.items() if where != rule.where},
        row=given.row,
    )


def _origin_of(given: Given) -> Origin:
    if given.value is BAD:
        return "unreadable"
    if given.is_default:
        return "default"
    return "constant" if given.rule.is_constant else "read"


def _text_of(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_text_of, value))
    return value if isinstance(value, str) else write_text(value)


def list_leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each value that is no block, with its path; a list of texts is one value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from list_leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for at, item in enumerate(value):
            yield from list_leaves(item, f"{path}[{at}]")
    else:
        yield path, value


def without_numbers(path: str) -> str:
    """Return `lines.acks.status` of `lines[0].acks[1].status`."""
    return ".".join(step.partition("[")[0] for step in path.split("."))
