"""Trace: which rule gave which value of one document; kept only where somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from translators.mapper.readers import Reader
from translators.mapper.running import MISSING, Run, Source, Spot, Step
from translators.mapper.tables import Table


@dataclass(slots=True, frozen=True, eq=False)
class Rule:
    """One scalar field of a mapping: where it is written and where its value may stand."""

    field: str  # without the numbers of items: lines.acks.status
    where: str  # file:line of the field
    lines: dict[str, str]  # key -> file:line; an overlay and its base may share a field
    sources: tuple[Source, ...]
    read: Reader | None
    table: Table | None
    is_constant: bool
    place_of: Callable[[Any], str]

    def found(self, place: Any) -> Source | None:
        """Return the source that is filled, the first of several."""
        return next((source for source in self.sources if source.get(place)), None)

    def code(self, text: str) -> str:
        """Return what is looked up in the table: the text, read as the rule says."""
        return (self.read(text) or "") if self.read is not None else text


class Given(NamedTuple):
    """One value a rule gave; how it came about is worked out when it is shown."""

    rule: Rule
    place: Any
    prefix: str  # the item around it, such as `lines[0].acks[1].`
    value: Any  # BAD where what stands there cannot be read
    is_default: bool

    @property
    def path(self) -> str:
        """Return `lines[0].acks[1].quantity.value`."""
        outer = self.prefix.count(".")
        return self.prefix + ".".join(self.rule.field.split(".")[outer:])

    @property
    def source(self) -> Source | None:
        """Return the path the value was read from; None where it was read from none."""
        none = self.is_default or self.rule.is_constant
        return None if none else self.rule.found(self.place)

    @property
    def spot(self) -> Spot:
        """Return where the value stands, or the part of the document it was given for."""
        source = self.source
        return source.locate(self.place) if source else Spot(self.rule.place_of(self.place))

    @property
    def code(self) -> str:
        """Return what was looked up in the table of the rule, '' where nothing was."""
        source = self.source if self.rule.table else None
        return self.rule.code(source.get(self.place)) if source else ""

    @property
    def row(self) -> str:
        """Return file:line of the table row that was used, '' where none was."""
        table = self.rule.table
        if table is None or not self.code:
            return ""
        return table.lines.get(self.code) or table.lines.get("*", "")


@dataclass(slots=True)
class Trace:
    """What the rules of one compiled mapping gave, in the order of the document."""

    given: list[Given] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    computed: dict[str, str] = field(default_factory=dict)  # field -> file:line of its formula

    def watch(self, rule: Rule, step: Step, default: Any) -> Step:
        """Return the step, which also keeps what it gives."""
        self.rules.append(rule)

        def watched(place: Any, run: Run, prefix: str) -> Any:
            value = step(place, run, prefix)
            if value is not MISSING:
                self.given.append(Given(rule, place, prefix, value, is_default=False))
            elif default is not MISSING:
                self.given.append(Given(rule, place, prefix, default, is_default=True))
            return value

        return watched

    def take(self) -> list[Given]:
        """Return what was given since the last time, and begin anew."""
        given, self.given = self.given, []
        return given
