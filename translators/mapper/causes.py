"""Causes: what differs between two mappings, and which of it is why a value differs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from translators.findings import Finding
from translators.mapper.explain import without_numbers
from translators.mapper.mapping import Mapping
from translators.mapper.origins import list_origins
from translators.mapper.source import list_texts
from translators.mapper.tables import ANYTHING_ELSE, Table

MOST_STEPS = 8  # from a computed field to those it is computed of
_NAME = re.compile(r"[a-z_][a-z0-9_.]*")
_ELEMENT = re.compile(r"[A-Z][A-Z0-9]{1,2}[0-9]{2}")
WRITTEN = ("segments", "columns")
LINE = "line"  # of a document that is written as a tree: any key may be why
_UNITS = ("unit", "to_unit")
UNREAD = ("unmapped-segment", "unmapped-column", "unmapped-field")


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs between two mappings; `old` and `new` are '' where one has it not."""

    where: str  # file:line in the new one, or in the old one where it was dropped
    what: str  # `lines.unit_price as`, or `row Q1 of base/line_status`
    old: str = ""
    new: str = ""


class Key(msgspec.Struct, frozen=True):
    """One key of a mapping: what it says, and where it is written."""

    text: str
    where: str


Keys = dict[tuple[str, str], Key]  # by canonical field, '' in the head, and key


@dataclass(slots=True)
class Causes:
    """What differs between an old and a new mapping, by the field it is about."""

    keys: dict[str, list[Cause]] = field(default_factory=dict)
    head: list[Cause] = field(default_factory=list)
    rows: dict[str, dict[str, Cause]] = field(default_factory=dict)  # table, code
    units: list[Cause] = field(default_factory=list)
    tables: dict[str, set[str]] = field(default_factory=dict)  # field -> tables it looks up in
    computed: dict[str, set[str]] = field(default_factory=dict)  # field -> fields it is made of
    converted: set[str] = field(default_factory=set)
    lines: dict[str, str] = field(default_factory=dict)  # field -> file:line

    def list_all(self) -> Iterator[Cause]:
        """Yield everything that differs, whether a document shows it or not."""
        yield from self.head
        for found in self.keys.values():
            yield from found
        for rows in self.rows.values():
            yield from rows.values()
        yield from self.units

    def find(self, path: str, old: str = "", new: str = "") -> tuple[Cause, ...]:
        """Return why the value at a path differs; where nothing of the mapping says so, its line."""
        name = without_numbers(path)
        found = self._find(name, old, new, MOST_STEPS) or self._list_head(unread=False)
        if not found and name == LINE:
            found = list(self.list_all())
        return tuple(dict.fromkeys(found)) or (self._line_of(name),)

    def find_of(self, finding: Finding) -> tuple[Cause, ...]:
        """Return why something is found by one mapping and not by the other."""
        name = without_numbers(finding.field)
        rows = [cause for code, cause in self._rows_of(name) if repr(code) in finding.sentence]
        if rows:
            return tuple(rows)
        if name and (found := self._find(name, "", "", MOST_STEPS)):
            return tuple(dict.fromkeys(found))
        found = self._list_head(unread=finding.code in UNREAD)
        return tuple(found) or (Cause(where=finding.rule, what=finding.code),)

    def _list_head(self, *, unread: bool) -> list[Cause]:
        """Return what differs in the head: of how the file is read, or of what need not be read."""
        return [one for one in self.head if one.what.startswith(("ignore ", "unmapped")) == unread]

    def _find(self, name: str, old: str, new: str, steps: int) -> list[Cause]:
        found = [*self._nearest(name), *self._find_rows(name, old, new)]
        if any(_is_in(name, one) for one in self.converted):
            found += self.units
        if found or not steps:
            return found
        around = name.rpartition(".")[0]
        for part in sorted(self.computed.get(name, ())):
            found += self._find(f"{around}.{part}".lstrip("."), "", "", steps - 1)
        return found

    def _nearest(self, name: str) -> list[Cause]:
        """Return what differs in the field, or in the nearest list or block around it."""
        around = [one for one in self.keys if _is_in(name, one)]
        return self.keys[max(around, key=len)] if around else []

    def _rows_of(self, name: str) -> Iterator[tuple[str, Cause]]:
        tables = {table for one, used in self.tables.items() if _is_in(name, one) for table in used}
        for table in sorted(tables):
            yield from self.rows.get(table, {}).items()

    def _find_rows(self, name: str, old: str, new: str) -> list[Cause]:
        """Return the rows that make the old of the new value; all that differ where none does."""
        rows = [cause for _, cause in self._rows_of(name)]
        exact = [cause for cause in rows if (cause.old, cause.new) == (old, new)]
        return exact or rows

    def _line_of(self, name: str) -> Cause:
        around = [one for one in self.lines if _is_in(name, one)]
        where = self.lines[max(around, key=len)] if around else ""
        return Cause(where=where, what=name or "the whole document")


def _is_in(name: str, outer: str) -> bool:
    return name == outer or name.startswith(f"{outer}.")


def find_causes(old: Mapping | None, new: Mapping) -> Causes:
    """Return what differs between two mappings; without the old one only lines are known."""
    after = list_keys(new)
    causes = Causes(lines={name: key.where for (name, _), key in reversed(after.items())})
    _learn(causes, after)
    if old is None:
        return causes
    before = list_keys(old)
    _learn(causes, before)
    for name, key in dict.fromkeys([*before, *after]):
        cause = _compare(f"{name} {key}".strip(), before.get((name, key)), after.get((name, key)))
        if cause is not None:
            (causes.keys.setdefault(name, []) if name else causes.head).append(cause)
    for table in dict.fromkeys([*old.tables, *new.tables]):
        causes.rows[table] = dict(_compare_rows(old.tables.get(table), new.tables.get(table)))
    causes.units += _compare_units(old, new)
    return causes


def list_keys(mapping: Mapping) -> Keys:
    """Return every key of a mapping with its base, by the canonical field it is about."""
    keys: Keys = {}
    for origin in list_origins(mapping.root, mapping.root):
        steps = origin.path.split("/")
        if origin.value and steps[0] not in ("ignore", "mapping", "extends"):
            name, key = _split_written(steps) if steps[0] in WRITTEN else _split(steps)
            again = sum(known == name for known, _ in keys) if (name, key) in keys else 0
            keys[name, f"{key} {again}" if again else key] = Key(origin.value, origin.where)
    ignored = mapping.root.entries.get("ignore")
    for one in list_texts(ignored) if ignored is not None else ():
        keys["", f"ignore {one.text}"] = Key(one.text, one.where)
    return keys


def _split(steps: list[str]) -> tuple[str, str]:
    """Return the canonical field and the key under it; a bare path is short for `from`."""
    names = []
    while steps[:1] == ["fields"] and len(steps) > 1:
        names.append(steps[1])
        steps = steps[2:]
    return ".".join(names), " ".join(steps) or "from"


def _split_written(steps: list[str]) -> tuple[str, str]:
    """Return the element or column and the key under it; of a segment as a whole only keys."""
    at = next((at for at, step in enumerate(steps) if _ELEMENT.fullmatch(step)), 0)
    at = 1 if steps[0] == "columns" and len(steps) > 1 else at
    return (steps[at], " ".join(steps[at + 1 :]) or "from") if at else ("", " ".join(steps))


def _learn(causes: Causes, keys: Keys) -> None:
    for (name, key), said in keys.items():
        if key == "lookup":
            causes.tables.setdefault(name, set()).add(said.text)
        elif key == "compute":
            causes.computed.setdefault(name, set()).update(_NAME.findall(said.text))
        elif key in _UNITS:
            causes.converted.add(name)


def _compare(what: str, old: Key | None, new: Key | None) -> Cause | None:
    before, after = old.text if old else "", new.text if new else ""
    said = new or old
    if before == after or said is None:
        return None
    return Cause(where=said.where, what=what, old=before, new=after)


def _compare_rows(old: Table | None, new: Table | None) -> Iterator[tuple[str, Cause]]:
    """Yield each code that means something else now; not where there was no such table."""
    if old is None or new is None:
        return
    for code in dict.fromkeys([*old.lines, *new.lines]):
        before, after = _meaning(old, code), _meaning(new, code)
        if before != after:
            where = new.lines.get(code) or old.lines.get(code, "")
            what = f"row {code} of {new.name}"
            yield code, Cause(where=where, what=what, old=before, new=after)


def _meaning(table: Table, code: str) -> str:
    rest = table.rest or ""
    return rest if code == ANYTHING_ELSE else table.rows.get(code, rest)


def _compare_units(old: Mapping, new: Mapping) -> Iterable[Cause]:
    where = ", ".join(file for file in new.files if file.endswith("/units.csv"))
    for pair in dict.fromkeys([*old.units, *new.units]):
        before, after = old.units.get(pair), new.units.get(pair)
        if before != after:
            yield Cause(
                where=where,
                what=f"factor from {pair[0]} to {pair[1]}",
                old=f"{before or ''}",
                new=f"{after or ''}",
            )
