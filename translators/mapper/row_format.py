"""Rows as the compiler sees them: paths are column headers, lists are rows or groups of rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from translators.findings import Finding
from translators.mapper.formats import Mistakes
from translators.mapper.mapping import Mapping
from translators.mapper.running import Find, Source, Spot
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.suggest import did_you_mean
from translators.tabular.rows import Row, place_of_rows

ROWS = "rows"
NO_HEADER = "no-header"
_MOST_NAMED = 12
_LONGEST_NAMED = 60
Place = list[Row]


@dataclass(slots=True, frozen=True)
class RowFormat:
    """Rows of CSV or TSV; a place is a list of rows and a value stands in the first of them."""

    mistakes: Mistakes
    ignored: frozenset[str]
    rule: str
    read: set[str] = field(default_factory=set)  # columns the mapping reads
    needed: set[str] = field(default_factory=set)  # those it has no other column or default for
    root: None = None  # one scope is all there is
    is_typed: bool = False

    def compile_source(self, path: TextNode, scope: Any) -> Source | None:  # noqa: ARG002 - one scope
        """Return the compiled column."""
        name = " ".join(path.text.split())
        self.read.add(name)

        def get(place: Place) -> str:
            return place[0].values.get(name, "").strip()

        return Source(
            name,
            get,
            lambda place: [row.values.get(name, "").strip() for row in place],
            lambda place: Spot(f"row {place[0].number}"),
        )

    def need(self, source: Source) -> None:
        """Note that nothing stands in for the column: a file without it is held."""
        self.needed.add(source.path)

    def check_aliases(self, reads: Node | None) -> None:
        """Add a mistake for each alias of a column that nothing reads."""
        said = reads.entries.get("aliases") if isinstance(reads, BlockNode) else None
        if not isinstance(said, BlockNode):
            return
        for alias, name in said.entries.items():
            if not isinstance(name, TextNode) or " ".join(name.text.split()) not in self.read:
                known = name.text if isinstance(name, TextNode) else "nothing"
                sentence = f"aliases: {alias} stands for {known}, and no rule reads that column"
                advice = did_you_mean(known, sorted(self.read))
                self.mistakes.add(said.lines[alias], sentence, advice)

    def compile_each(
        self, path: TextNode, by: TextNode | None, scope: Any
    ) -> tuple[Find, Any] | None:
        """Return what finds the rows of a list, or their groups by the text of a column."""
        if path.text != ROWS:
            advice = "write each: rows, with by: <column> to group them"
            self.mistakes.add(path.where, f"there is no {path.text} in rows", advice, "bad-path")
            return None
        if by is None:
            return _single_rows, scope
        self.read.add(by.text)
        return _grouped_by(by.text), scope

    def place_of(self, place: Place) -> str:
        """Return `row 4` or `rows 2-5`."""
        return place_of_rows(place)

    def open(self, content: Any) -> Place | None:
        """Return the rows of a document."""
        return content if isinstance(content, list) and content else None

    def check_unread(self, content: Place) -> list[Finding]:
        """Return what is wrong between mapping and header: columns that lack, columns nobody reads."""
        header = content[0].values
        if not self.read & set(header):
            return [self._no_header(header)]
        known = self.read | self.ignored
        unread = [name for name in header if name not in known]
        notes = (self._note(name, content) for name in unread)
        missing = [self._miss(name, unread) for name in sorted(self.read - set(header))]
        return [*missing, *(note for note in notes if note is not None)]

    def _no_header(self, header: dict[str, str]) -> Finding:
        """Return the one error of a table whose first row names no column that is read."""
        stands = ", ".join(list(header)[:_MOST_NAMED])[:_LONGEST_NAMED]
        wanted = ", ".join(sorted(self.needed or self.read)[:_MOST_NAMED])
        return Finding(
            level="error",
            code=NO_HEADER,
            sentence=f"the first row names no column that the mapping reads; it holds {stands!r}",
            advice=f"send a header row with the agreed names, among them {wanted}",
            place="header",
            rule=self.rule,
        )

    def _miss(self, name: str, unread: list[str]) -> Finding:
        """Return that a column lacks: one that got another name must not become empty without a word."""
        advice = did_you_mean(name, unread) if unread else "ask the sender for it"
        return Finding(
            level="error" if name in self.needed else "warning",
            code="missing-column",
            sentence=f"there is no column {name!r}, which the mapping reads",
            advice=advice,
            place="header",
            rule=self.rule,
        )

    def _note(self, name: str, rows: Place) -> Finding | None:
        row = next((row for row in rows if row.values.get(name, "").strip()), None)
        if row is None:
            return None
        return Finding(
            level="note",
            code="unmapped-column",
            sentence=f"column {name!r} holds {row.values[name].strip()[:40]!r} and is not mapped",
            advice="map it, or name it in ignore",
            place=f"row {row.number}",
            rule=self.rule,
        )


def _single_rows(place: Place) -> list[Place]:
    return [[row] for row in place]


def _grouped_by(column: str) -> Callable[[Place], list[Place]]:
    """Rows with nothing in the column stand each for itself."""

    def find(place: Place) -> list[Place]:
        groups: dict[tuple[str, int], Place] = {}
        for row in place:
            key = row.values.get(column, "").strip()
            groups.setdefault((key, 0 if key else row.number), []).append(row)
        return list(groups.values())

    return find


def open_rows(mapping: Mapping, mistakes: Mistakes) -> RowFormat:
    """Return the row format of a mapping."""
    node = mapping.root.entries.get("ignore")
    items = node.items if isinstance(node, ListNode) else ()
    ignored = frozenset(item.text for item in items if isinstance(item, TextNode))
    read = {mapping.text("one_per")} if mapping.text("one_per") else set[str]()
    reads = mapping.root.entries.get("reads")
    is_typed = isinstance(reads, BlockNode) and reads.text("format") == "xlsx"
    return RowFormat(mistakes, ignored, mapping.root.where, read, is_typed=is_typed)
