"""Difference: what changes for the documents of the archive when another version reads them, by cause."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from gateway.versions.reasons import Reason
from translators.mapper.causes import Cause
from translators.mapper.changes import Change, Kind
from translators.mapper.explain import without_numbers

MOST_SHAPES = 20  # of one cause that are shown, the most frequent first
MOST_EXAMPLES = 5


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of two versions that are compared: how people call it, and the hash of its content."""

    name: str
    version: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Whose documents of which mapping are compared, and between which versions."""

    partner: str
    mapping: str
    old: Side
    new: Side


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a document stands, and what the trade knows it by."""

    file: str
    place: str
    number: str = ""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a field differs, and how often."""

    field: str  # lines.acks.status, finding, or '' for whole documents
    kind: Kind
    old: str
    new: str
    times: int


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One value that differs, and where to look it up."""

    spot: Spot
    change: Change


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What differs for one cause."""

    causes: tuple[Cause, ...]
    documents: int
    added: int
    removed: int
    changed: int
    shapes: list[Shape]
    further: int  # shapes that are not listed
    examples: list[Example]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What another version changes; `silent` differs between the two and shows in no document."""

    about: About
    files: int
    documents: int
    differing: int
    groups: list[Group]
    silent: list[Cause]
    accept: str  # what a person names who has seen this and agrees; '' where nothing differs


@dataclass(slots=True)
class _Gathered:
    """What has been seen of one cause."""

    documents: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    shapes: Counter[tuple[str, Kind, str, str]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def count(self, spot: Spot, change: Change) -> None:
        """Count one value that differs."""
        self.kinds[change.kind] += 1
        self.shapes[without_numbers(change.path), change.kind, change.old, change.new] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(Example(spot=spot, change=change))


class Gathering:
    """The difference of two versions while documents are looked at, one after the other."""

    def __init__(self) -> None:
        """Begin with no document."""
        self._groups: dict[tuple[Cause, ...], _Gathered] = {}
        self._files = set[str]()
        self.documents = self.differing = 0

    def add(self, spot: Spot, reasons: list[Reason]) -> None:
        """Count what differs in one document."""
        self._files.add(spot.file)
        self.documents += 1
        self.differing += bool(reasons)
        for causes in dict.fromkeys(causes for causes, _ in reasons):
            self._groups.setdefault(causes, _Gathered()).documents += 1
        for causes, change in reasons:
            self._groups[causes].count(spot, change)

    def finish(self, about: About, silent: Iterable[Cause] = ()) -> Difference:
        """Return the difference, the cause of most documents first."""
        ordered = sorted(self._groups.items(), key=lambda one: -one[1].documents)
        shown = {cause for causes in self._groups for cause in causes}
        return Difference(
            about=about,
            files=len(self._files),
            documents=self.documents,
            differing=self.differing,
            groups=[_group(causes, gathered) for causes, gathered in ordered],
            silent=[one for one in silent if one not in shown],
            accept=self._sign(about),
        )

    def _sign(self, about: About) -> str:
        """Return a mark of what differs and why, whatever the number of documents: more may come."""
        kinds = sorted(
            "|".join([*(cause.what for cause in causes), name, kind])
            for causes, gathered in self._groups.items()
            for name, kind in {(shape[0], shape[1]) for shape in gathered.shapes}
        )
        text = "\n".join([about.old.version, about.new.version, *kinds])
        return hashlib.sha256(text.encode()).hexdigest()[:8] if kinds else ""


def _group(causes: tuple[Cause, ...], gathered: _Gathered) -> Group:
    common: Iterable[tuple[tuple[str, Kind, str, str], int]]
    common = gathered.shapes.most_common(MOST_SHAPES)
    return Group(
        causes=causes,
        documents=gathered.documents,
        added=gathered.kinds["added"],
        removed=gathered.kinds["removed"],
        changed=gathered.kinds["changed"],
        shapes=[
            Shape(field=name, kind=kind, old=old, new=new, times=times)
            for (name, kind, old, new), times in common
        ],
        further=max(0, len(gathered.shapes) - MOST_SHAPES),
        examples=gathered.examples,
    )
