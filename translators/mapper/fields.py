"""Fields of an entity compiled: each becomes one step, a block of fields one build."""

from dataclasses import dataclass
from typing import Any

from translators.mapper.computing import compile_formula, find_attribute
from translators.mapper.formats import Here
from translators.mapper.keys import FIELD_KEYS
from translators.mapper.lists import compile_at, compile_list
from translators.mapper.merge import long_form
from translators.mapper.running import BAD, MISSING, Run, Step
from translators.mapper.scalars import Scalar, compile_scalar
from translators.mapper.shape import FieldShape, fields_of, measures_of
from translators.mapper.source import BlockNode, ListNode, Node, TextNode
from translators.mapper.suggest import did_you_mean
from translators.mapper.trace import Rule
from translators.mapper.values import Problem, Reporter


@dataclass(slots=True, frozen=True)
class Field:
    """One field of a block, compiled."""

    name: str
    step: Step
    makes: bool  # a value of it makes the struct around it
    default: Any = MISSING
    reporter: Reporter | None = None
    sentence: str = ""  # said when it is missing; '' where it may be
    insists: bool = False  # said even where the struct around it is not made

    def complain(self, place: Any, run: Run) -> None:
        """Report that nothing stands where the field wants something."""
        if self.reporter is not None:
            self.reporter.report(Problem("required-missing", self.sentence), place, run)


@dataclass(slots=True, frozen=True)
class Entry:
    """One line of a `fields` block."""

    name: str
    node: Node
    where: str


def compile_fields(block: BlockNode, struct: type, here: Here) -> Step:
    """Return the build of a struct that is always made: the entity itself or an item of a list."""
    entries = [Entry(key, node, block.lines[key]) for key, node in block.entries.items()]
    return _compile_entries(entries, struct, here)


def compile_nested(block: BlockNode, struct: type, here: Here) -> Step:
    """Return the build of a struct that is only made when data fills one of its fields."""
    entries = [Entry(key, node, block.lines[key]) for key, node in block.entries.items()]
    return _compile_entries(entries, struct, here, always=False)


def _compile_entries(
    entries: list[Entry],
    struct: type,
    here: Here,
    *,
    always: bool = True,
) -> Step:
    fields, formulas = [], []
    for name, group in _group(entries).items():
        field = _compile_field(name, group, struct, here)
        if isinstance(field, Formula):
            formulas.append(field)
        elif field is not None:
            fields.append(field)
    _check_required(entries, struct, here)
    return _build(tuple(fields), tuple(formulas), struct, always)


def _group(entries: list[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        first, _, rest = entry.name.partition(".")
        groups.setdefault(first, []).append(Entry(rest, entry.node, entry.where))
    return groups


@dataclass(slots=True, frozen=True)
class Formula:
    """A field computed from the others."""

    name: str
    compute: Any


def _compile_field(
    name: str, group: list[Entry], struct: type, here: Here
) -> "Field | Formula | None":
    shape = fields_of(struct).get(name)
    inner = here.inside(name, group[0].where)
    if shape is None:
        advice = did_you_mean(name, fields_of(struct))
        sentence = f"{struct.__name__} has no field {name}"
        here.mistakes.add(inner.where, sentence, advice, "unknown-field")
        return None
    if any(entry.name for entry in group):
        return _compile_group(group, shape, struct, inner)
    if len(group) > 1:
        here.mistakes.add(inner.where, f"{name} is written twice")
    return _compile_single(group[0], shape, struct, inner)


def _compile_group(group: list[Entry], shape: FieldShape, struct: type, here: Here) -> Field | None:
    """Compile `item.buyer`, `item.vendor` … into one nested struct."""
    whole = next((entry for entry in group if not entry.name), None)
    if whole is not None or shape.kind != "struct" or shape.struct is None:
        sentence = f"{shape.name} cannot be written with a dot here"
        here.mistakes.add(here.where, sentence, "write it as one block or as one value")
        return None
    _check_unit(group, here)
    step = _compile_entries(group, shape.struct, here, always=False)
    reporter = Reporter(here, ())
    sentence = f"nothing fills {shape.name}, and every {struct.__name__} needs it"
    return Field(
        shape.name,
        step,
        makes=True,
        reporter=reporter,
        sentence=sentence if shape.required else "",
    )


def _check_unit(group: list[Entry], here: Here) -> None:
    """Add a mistake where a quantity is converted to one unit and said to be in another."""
    nodes = {entry.name: entry.node for entry in group}
    value, unit = nodes.get("value"), nodes.get("unit")
    wanted = value.text("to_unit") if isinstance(value, BlockNode) else ""
    said = unit.text("value") if isinstance(unit, BlockNode) else ""
    if wanted and said != wanted:
        sentence = f"{here.path}.value is converted to {wanted}, so {here.path}.unit must say so"
        here.mistakes.add(here.where, sentence, f"write {here.path}.unit: {{value: {wanted}}}")


def _compile_single(
    entry: Entry, shape: FieldShape, struct: type, here: Here
) -> "Field | Formula | None":
    node = long_form(entry.node) if isinstance(entry.node, TextNode | ListNode) else entry.node
    if isinstance(node, ListNode):
        step = compile_list(node.items, shape, here)
        return None if step is None else _listed(shape, struct, step, node, here)
    if not isinstance(node, BlockNode) or not _has_known_keys(node, here):
        return None
    if "compute" in node.entries:
        return _compile_formula(node, shape, struct, here)
    if "each" in node.entries:
        step = compile_list((node,), shape, here)
        return None if step is None else _listed(shape, struct, step, node, here)
    if "at" in node.entries:
        step = compile_at(node, shape, here)
        return None if step is None else _listed(shape, struct, step, node, here)
    return _compile_scalar(node, shape, struct, here)


def _compile_scalar(node: BlockNode, shape: FieldShape, struct: type, here: Here) -> Field | None:
    scalar = compile_scalar(node, shape, here)
    if scalar is None:
        return None
    measures = measures_of(struct)
    makes = scalar.from_data and not scalar.looked_up
    if measures and shape.name not in measures:
        makes = False  # a unit without a value, a meaning without a date: nothing is said
    sentence = required_text(node)
    needed = shape.required or bool(sentence)
    if needed:
        sentence = f"{scalar.reporter.say_empty()}{_why(sentence, struct, shape)}"
    insists = bool(required_text(node))
    step = _watched(scalar, node, here)
    return Field(shape.name, step, makes, scalar.default, scalar.reporter, sentence, insists)


def _watched(scalar: Scalar, node: BlockNode, here: Here) -> Step:
    """Return the step of a scalar, which also tells the trace what it gives where there is one."""
    trace = here.compiler.trace
    if trace is None:
        return scalar.step
    conversion = scalar.conversion
    rule = Rule(
        field=here.path,
        where=here.where,
        lines=node.lines,
        sources=scalar.reporter.sources,
        read=conversion.reader if conversion else None,
        table=conversion.table if conversion else None,
        is_constant="value" in node.entries,
        place_of=here.format.place_of,
    )
    return trace.watch(rule, scalar.step, scalar.default)


def _listed(shape: FieldShape, struct: type, step: Step, node: Node, here: Here) -> Field:
    sentence = required_text(node)
    needed = shape.required or shape.nonempty or bool(sentence)
    if needed:
        listed = node.text("each") if isinstance(node, BlockNode) else ""
        lack = f"{listed} is missing" if listed else f"nothing fills {shape.name}"
        sentence = f"{lack}{_why(sentence, struct, shape)}"
    return Field(
        shape.name,
        step,
        makes=True,
        reporter=Reporter(here, ()),
        sentence=sentence,
        insists=bool(required_text(node)),
    )


def _why(text: str, struct: type, shape: FieldShape) -> str:
    """Return why something may not be empty: the author's words, else the entity's need."""
    own = text not in {"", "true"}
    return f"; {text}" if own else f", but every {struct.__name__} needs {shape.name}"


def required_text(node: Node) -> str:
    """Return '' where a field may be empty, `true`, or why it may not."""
    text = node.text("required") if isinstance(node, BlockNode) else ""
    return "" if text == "false" else text


def _compile_formula(
    node: BlockNode, shape: FieldShape, struct: type, here: Here
) -> Formula | None:
    text, where = node.text("compute"), node.lines["compute"]
    compiled = compile_formula(text)
    if compiled is None or shape.kind != "decimal":
        sentence = f"compute: {text!r} is more than + - * /, count(x) and sum(x.y) over fields"
        if shape.kind != "decimal":
            sentence = f"{shape.name} is no number and cannot be computed"
        here.mistakes.add(where, sentence)
        return None
    formula, names = compiled
    for name in names:
        if name.split(".")[0] not in fields_of(struct):
            advice = did_you_mean(name, fields_of(struct))
            here.mistakes.add(where, f"compute: {struct.__name__} has no {name}", advice)
    if here.compiler.trace is not None:
        here.compiler.trace.computed[here.path] = where
    return Formula(shape.name, formula)


def _has_known_keys(node: BlockNode, here: Here) -> bool:
    unknown = [key for key in node.entries if key not in FIELD_KEYS]
    for key in unknown:
        advice = did_you_mean(key, FIELD_KEYS)
        here.mistakes.add(node.lines[key], f"there is no key {key}", advice, "unknown-key")
    return not unknown


def _check_required(entries: list[Entry], struct: type, here: Here) -> None:
    written = {entry.name.split(".")[0] for entry in entries}
    for shape in fields_of(struct).values():
        if shape.required and shape.name not in written:
            sentence = f"{struct.__name__} needs {shape.name}, which is not mapped"
            advice = f"add a line for {here.inside(shape.name, '').path}"
            here.mistakes.add(here.where, sentence, advice, "required-unmapped")


def _build(
    fields: tuple[Field, ...], formulas: tuple[Formula, ...], struct: type, always: bool
) -> Step:
    plan = tuple(
        (field.step, field.name, field, field.default is not MISSING or bool(field.sentence))
        for field in fields
    )

    def build(place: Any, run: Run, prefix: str) -> Any:
        values: dict[str, Any] = {}
        missing: list[Field] = []
        made, bad = always, False
        for step, name, field, is_watched in plan:
            value = step(place, run, prefix)
            if value is MISSING:
                if is_watched:
                    missing.append(field)
            elif value is BAD:
                bad = True
            else:
                values[name] = value
                made = made or field.makes
        if missing:
            bad = _complain(missing, values, place, run, made) or bad
        if bad:
            return BAD
        if not made:
            return MISSING
        for formula in formulas:
            _compute(formula, values)
        return struct(**values)

    return build


def _complain(
    missing: list[Field], values: dict[str, Any], place: Any, run: Run, made: bool
) -> bool:
    """Fill in the defaults; return whether a field is wanted and has none, after saying so."""
    bad = False
    for field in missing:
        if field.default is not MISSING:
            values[field.name] = field.default
        elif made or field.insists:
            field.complain(place, run)
            bad = True
    return bad


def _compute(formula: Formula, values: dict[str, Any]) -> None:
    def find(name: str) -> Any:
        first, _, rest = name.partition(".")
        value = values.get(first)
        return find_attribute(value, rest) if rest and value is not None else value

    result = formula.compute(find)
    if result is not None:
        values[formula.name] = result
