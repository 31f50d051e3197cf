"""Written: what a mapping writes, segment by segment or row by row."""

from dataclasses import dataclass, field

from translators.findings import Finding
from translators.mapper.paths import Step

Elements = str | tuple[str, ...]  # one element, or a composite by its components


@dataclass(slots=True)
class OutNode:
    """One element or object that is written; `is_item` says it is one of a list."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[OutNode]" = field(default_factory=list)
    step: Step | None = None
    is_item: bool = False


@dataclass(slots=True)
class Written:
    """What stands in the document: segments without ST and SE, rows by column, or a tree."""

    segments: list[list[Elements]] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = field(default_factory=list)
    tree: OutNode | None = None
    plain: bytes = b""  # of JSON in our own words
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # of segments, by id
    levels: list[list[Elements]] = field(default_factory=list)  # the HL open, innermost last

    def add(self, segment: list[Elements]) -> None:
        """Append one segment."""
        name = str(segment[0])
        self.counts[name] = self.counts.get(name, 0) + 1
        self.segments.append(segment)
