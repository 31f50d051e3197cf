"""One value: from text through reader, table and canonical type, with a finding where it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from translators.findings import Finding, Level
from translators.mapper.formats import Check, Here
from translators.mapper.readers import Reader
from translators.mapper.running import BAD, MISSING, Run, Source, Spot, Step
from translators.mapper.shape import FieldShape
from translators.mapper.tables import Table
from translators.mapper.typing_text import TypedReader

Convert = Callable[[str, Any, Run], Any]


@dataclass(slots=True, frozen=True)
class Conversion:
    """What is done to the text of a field, each part compiled or None."""

    typed: TypedReader
    reader: Reader | None = None
    reader_name: str = ""
    table: Table | None = None
    units: "UnitStep | None" = None


@dataclass(slots=True, frozen=True)
class UnitStep:
    """A quantity is converted from the unit that stands beside it."""

    sources: tuple[Source, ...]
    to_unit: str
    factors: dict[tuple[str, str], Decimal]


@dataclass(slots=True, frozen=True)
class Problem:
    """Why a text cannot become a value."""

    code: str
    sentence: str
    advice: str = ""
    level: Level = "error"


class Reporter:
    """Adds a finding about one field, with place and rule; only called when something is wrong."""

    def __init__(self, here: Here, sources: tuple[Source, ...]) -> None:
        """Remember the field, its line in the mapping and where its value may stand."""
        self.field = here.path
        self.rule = here.where
        self.sources = sources
        self.place_of = here.format.place_of

    def report(self, problem: Problem, place: Any, run: Run) -> None:
        """Add the problem as a finding."""
        spot = self.spot(place)
        run.findings.append(
            Finding(
                level=problem.level,
                code=problem.code,
                sentence=problem.sentence,
                advice=problem.advice,
                place=spot.text,
                field=self.field,
                rule=self.rule,
                x12=spot.x12,
            )
        )

    def spot(self, place: Any) -> Spot:
        """Return where the first filled source stands, or the place itself where none is."""
        source = self.found(place)
        return source.locate(place) if source else Spot(self.place_of(place))

    def found(self, place: Any) -> Source | None:
        """Return the source the value came from."""
        return next((source for source in self.sources if source.get(place)), None)

    def path(self, place: Any) -> str:
        """Return the path the value came from, as the author wrote it."""
        source = self.found(place)
        return source.path if source else self.field

    def paths(self) -> str:
        """Return all paths a value may come from, as words."""
        return " or ".join(source.path for source in self.sources)

    def say_empty(self) -> str:
        """Return `BCH11 and BCH06 are empty`, naming the field where it has no path."""
        paths = [source.path for source in self.sources] or [self.field]
        return f"{' and '.join(paths)} {'are' if len(paths) > 1 else 'is'} empty"


def compile_value(sources: tuple[Source, ...], when: Check | None, convert: Convert | None) -> Step:
    """Return the step of one scalar: first filled text, condition, conversion."""
    get = sources[0].get if len(sources) == 1 else _first_filled(sources)
    if when is None and convert is None:
        return lambda place, _run, _prefix: get(place) or MISSING
    if when is None and convert is not None:
        return _converting(get, convert)

    def step(place: Any, run: Run, _prefix: str) -> Any:
        if when is not None and not when(place):
            return MISSING
        text = get(place)
        if not text:
            return MISSING
        return text if convert is None else convert(text, place, run)

    return step


def _converting(get: Callable[[Any], str], convert: Convert) -> Step:
    def step(place: Any, run: Run, _prefix: str) -> Any:
        text = get(place)
        return convert(text, place, run) if text else MISSING

    return step


def _first_filled(sources: tuple[Source, ...]) -> Callable[[Any], str]:
    gets = tuple(source.get for source in sources)

    def get(place: Any) -> str:
        for one in gets:
            text = one(place)
            if text:
                return text
        return ""

    return get


def compile_texts(sources: tuple[Source, ...], when: Check | None, convert: Convert | None) -> Step:
    """Return the step of a field that holds several texts: everything that is filled."""

    def step(place: Any, run: Run, _prefix: str) -> Any:
        if when is not None and not when(place):
            return MISSING
        texts = [text for source in sources for text in source.list_all(place) if text]
        if convert is None:
            return tuple(texts) or MISSING
        values = [convert(text, place, run) for text in texts]
        if BAD in values:
            return BAD
        return tuple(value for value in values if value is not MISSING) or MISSING

    return step


def compile_conversion(parts: Conversion, shape: FieldShape, reporter: Reporter) -> Convert | None:
    """Return what turns a filled text into the field's value; None where text stays text."""
    stages: list[Convert] = []
    if parts.reader is not None:
        stages.append(_reading(parts, parts.reader, reporter))
    if parts.table is not None:
        stages.append(_looking_up(parts.table, reporter))
    if shape.kind not in {"text", "texts"} or shape.pattern:
        stages.append(_typing(parts.typed, reporter))
    if parts.units is not None:
        stages.append(_scaling(parts.units, reporter))
    if not stages:
        return None
    return stages[0] if len(stages) == 1 else _chain(tuple(stages))


def _chain(stages: tuple[Convert, ...]) -> Convert:
    def convert(text: str, place: Any, run: Run) -> Any:
        value: Any = text
        for stage in stages:
            value = stage(value, place, run)
            if value is MISSING or value is BAD:
                return value
        return value

    return convert


def _reading(parts: Conversion, reader: Reader, reporter: Reporter) -> Convert:
    word = parts.reader_name.split(" ", maxsplit=1)[0]
    codes = {"date": "bad-date", "number": "bad-number", "time": "bad-time"}
    code = codes.get(word, "bad-number" if word[:1] == "N" else "bad-value")

    def convert(text: str, place: Any, run: Run) -> Any:
        value = reader(text)
        if value:
            return value
        sentence = f"{reporter.path(place)} holds {shown(text)}, which is no {parts.reader_name}"
        reporter.report(Problem(code, sentence), place, run)
        return BAD

    return convert


def _looking_up(table: Table, reporter: Reporter) -> Convert:
    rows, rest = table.rows, table.rest

    def convert(text: str, place: Any, run: Run) -> Any:
        ours = rows.get(text)
        if ours is not None:
            return ours or MISSING
        if rest == "=":
            return text
        if rest == "":
            return MISSING
        path = reporter.path(place)
        sentence = f"{path} holds {shown(text)}, which is not in {table.name}"
        if rest is None:
            problem = Problem("unknown-code", sentence, f"add a row for it to {table.file}")
            reporter.report(problem, place, run)
            return BAD
        advice = f"its * row was used; add a row for it to {table.file}"
        reporter.report(Problem("unknown-code", sentence, advice, "warning"), place, run)
        return rest

    return convert


def _typing(typed: TypedReader, reporter: Reporter) -> Convert:
    read = typed.read

    def convert(text: str, place: Any, run: Run) -> Any:
        value = read(text)
        if value is not None:
            return value
        sentence = f"{reporter.path(place)} holds {shown(text)}, which is no {typed.wanted}"
        reporter.report(Problem(typed.code, sentence, typed.advice), place, run)
        return BAD

    return convert


def _scaling(step: UnitStep, reporter: Reporter) -> Convert:
    get_unit = _first_filled(step.sources)

    def convert(value: Any, place: Any, run: Run) -> Any:
        unit = get_unit(place)
        if unit == step.to_unit:
            return value
        factor = step.factors.get((unit, step.to_unit))
        if factor is not None:
            return _plain(value * factor)
        sentence = f"there is no factor from {shown(unit)} to {step.to_unit}"
        advice = "add a row to units.csv" if unit else "no unit stands there; ask the sender"
        reporter.report(Problem("no-unit-factor", sentence, advice), place, run)
        return BAD

    return convert


def _plain(value: Any) -> Any:
    """Return the number without zeros behind its point and without exponent: 1500, not 1500.0."""
    return Decimal(f"{value.normalize():f}")


def shown(text: str) -> str:
    """Return the text in quotes, cut where it is long and with control characters spelled out."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
