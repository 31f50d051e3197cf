"""What the compiler asks of a format: find a value, find the places of a list, name a place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from translators.findings import Finding
from translators.mapper.mapping import Mapping
from translators.mapper.running import Find, Source
from translators.mapper.source import TextNode, mistake
from translators.mapper.trace import Trace


@dataclass(slots=True)
class Mistakes:
    """What the author of a mapping got wrong, collected so that all of it is told at once."""

    findings: list[Finding] = field(default_factory=list)

    def add(self, where: str, sentence: str, advice: str = "", code: str = "bad-mapping") -> None:
        """Keep one mistake."""
        self.findings.append(mistake(where, sentence, advice, code))


class Format(Protocol):
    """One way documents are written: X12, rows, JSON."""

    @property
    def root(self) -> Any:
        """Return the scope of the whole document."""

    @property
    def is_typed(self) -> bool:
        """Return whether its texts may be a `NumberText` or `DateText`."""

    def compile_source(self, path: TextNode, scope: Any) -> Source | None:
        """Return the compiled path, or None after naming the mistake."""

    def need(self, source: Source) -> None:
        """Note that a field has this source and no other, and no default."""
        ...

    def compile_each(
        self, path: TextNode, by: TextNode | None, scope: Any
    ) -> tuple[Find, Any] | None:
        """Return what finds the places of a list, and the scope inside one of them."""

    def place_of(self, place: Any) -> str:
        """Return the place in a person's words."""

    def open(self, content: Any) -> Any:
        """Return the outermost place of a document's content."""

    def check_unread(self, content: Any) -> list[Finding]:
        """Return a note for everything the mapping neither reads nor ignores."""


@dataclass(slots=True, frozen=True)
class Compiler:
    """One mapping being compiled."""

    mapping: Mapping
    format: Format
    mistakes: Mistakes
    trace: Trace | None = None  # told where each value comes from, where somebody asked


@dataclass(slots=True, frozen=True)
class Here:
    """Where the compiler is: the canonical field, its line in the file, the scope of its paths."""

    compiler: Compiler
    scope: Any
    path: str = ""
    where: str = ""

    @property
    def format(self) -> Format:
        """Return the format of the mapping being compiled."""
        return self.compiler.format

    @property
    def mapping(self) -> Mapping:
        """Return the mapping being compiled."""
        return self.compiler.mapping

    @property
    def mistakes(self) -> Mistakes:
        """Return what the author got wrong so far."""
        return self.compiler.mistakes

    def inside(self, name: str, where: str) -> "Here":
        """Return the place of a field inside this one."""
        path = f"{self.path}.{name}" if self.path else name
        return Here(self.compiler, self.scope, path, where)

    def within(self, scope: Any) -> "Here":
        """Return the same field with another scope for its paths."""
        return Here(self.compiler, scope, self.path, self.where)


Check = Callable[[Any], bool]
