"""Usage: which rules, defaults and table rows of a mapping its documents needed, and what nobody reads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from translators.document import Document
from translators.mapper.compile import compile_traced
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.trace import Given, Rule, Trace

What = Literal["never read", "never given", "default", "row unused"]
UNREAD = ("unmapped-segment", "unmapped-column", "unmapped-field")


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing worth a look: content nobody reads, a rule that gave nothing, a default, an unused row."""

    what: What
    about: str  # a field, a code of the table, or what nobody reads
    times: int = 0
    example: str = ""  # where content stands that nobody reads; of a rule its paths
    where: str = ""  # file:line


@dataclass(slots=True)
class Usage:
    """What the documents of one mapping needed of it."""

    mapping: Mapping
    reader: ReadMapping = field(init=False)
    trace: Trace = field(init=False)
    documents: int = 0
    given: Counter[Rule] = field(default_factory=Counter)
    defaults: Counter[Rule] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)  # file:line
    unread: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the mapping with its trace, whose rules are counted."""
        self.reader, self.trace = compile_traced(self.mapping)

    def add(self, document: Document, file: str) -> None:
        """Count what one document needs."""
        self.trace.take()
        mapped = self.reader.map(document)
        self.documents += 1
        for given in self.trace.take():
            self._count(given)
        for finding in mapped.findings:
            if finding.code in UNREAD:
                about = (_name_of(finding.sentence), finding.rule)
                self.unread[about] += 1
                self.examples.setdefault(about, f"{file}, {finding.place}".removesuffix(", "))

    def _count(self, given: Given) -> None:
        (self.defaults if given.is_default else self.given)[given.rule] += 1
        if row := given.row:
            self.rows[row] += 1

    def list_remarks(self) -> Iterator[Remark]:
        """Yield what is worth a look: content nobody reads first, then what the mapping says in vain."""
        for (about, where), times in self.unread.most_common():
            example = self.examples[about, where]
            yield Remark(what="never read", about=about, times=times, example=example, where=where)
        for rule in sorted(self.trace.rules, key=self._is_of_base):
            if not self.given[rule] and not self.defaults[rule]:
                paths = ", ".join(source.path for source in rule.sources)
                yield Remark(what="never given", about=rule.field, example=paths, where=rule.where)
        for rule, times in self.defaults.most_common():
            yield Remark(what="default", about=rule.field, times=times, where=rule.where)
        for table in self.mapping.tables.values():
            for code, where in table.lines.items() if table else ():
                if not self.rows[where]:
                    yield Remark(what="row unused", about=code, where=where)

    def _is_of_base(self, rule: Rule) -> bool:
        """Return whether only the base says this; what the partner's own file says comes first."""
        own = f"{self.mapping.name}.yaml:"
        return not any(where.startswith(own) for where in (rule.where, *rule.lines.values()))


def _name_of(sentence: str) -> str:
    """Return which segment, column or key an unread finding is about, without what stands there."""
    before, holds, _ = sentence.partition(" holds ")
    return before if holds else sentence.removeprefix("nothing reads this ")
