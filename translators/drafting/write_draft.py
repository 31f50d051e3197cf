"""Write: a plan as the text of a mapping, a reason beside each line; and its tables as CSV."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from translators.drafting.draft import Plan
from translators.drafting.evidence import Guess
from translators.drafting.pictures import write_date_as, write_number_as
from translators.drafting.roles import DATED, IDLE, NUMERIC
from translators.drafting.shapes import Block, Slot, list_slots
from translators.drafting.yaml_text import quote, quote_path

_NAME = re.compile(r"(?!not |and )[^\W\d_][\w.-]*")
_FILTER = re.compile(r"\([^()]*\)")
CODE = ".code"  # of the role whose text is kept as it stands
COMMENT = 72  # the column of comments, where the line is not longer


def write_mapping(plan: Plan) -> str:
    """Return the text of the mapping; what is uncertain stands in it as comments."""
    lines = [*_write_head(plan), "fields:", *_write_inside(plan, plan.shape.inside, ())]
    ignored = [one for one in plan.guesses if one.is_firm and one.role in IDLE]
    if ignored:
        lines += ["", "ignore:"]
        lines += [
            beside(f"  - {quote(_plain(plan, one.column))}", f"{IDLE[one.role]}; {_why(one)}")
            for one in ignored
        ]
    return "\n".join([*lines, *_write_open(plan), ""])


def _write_head(plan: Plan) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../mapping.schema.json"
    yield f"# Drafted by cmgateway mapping new from samples{_say_known(plan)}."
    yield "# Each line has its confidence and why. Read it, correct it, prove it: cmgateway mapping test."
    yield f"mapping: {plan.name}"
    options = ", ".join(f"{key}: {_write_option(key, said)}" for key, said in plan.reads.items())
    yield f"reads: {{{options}}}"
    yield f"makes: {plan.shape.entity}"
    one = plan.find(plan.shape.one_per)
    if plan.layout.is_tree:
        if plan.layout.document:
            yield f"one_per: {quote('/'.join(plan.layout.document))}"
    elif one is not None:
        yield beside(
            f"one_per: {quote(one.column)}", f"rows of one {plan.shape.one_per} are one document"
        )
    yield ""


def _say_known(plan: Plan) -> str:
    if not plan.known:
        return ", by their headers alone: none of our orders to this partner stands in them"
    return f" and {plan.known} of our orders that stand in them"


def _write_option(key: str, said: str) -> str:
    if key in {"columns", "namespaces"}:
        return "{" + ", ".join(_write_span(line) for line in said.splitlines()) + "}"
    return quote(said)


def _write_span(line: str) -> str:
    name, _, span = line.rpartition(": ")
    return f"{quote(name)}: {quote(span) if ':' in span else span}"


def _plain(plan: Plan, column: str) -> str:
    """Return a column as `ignore` takes it: a path from the document without filters."""
    return _FILTER.sub("", plan.layout.write_path(column, ()))


def _write_inside(
    plan: Plan, inside: tuple[Slot | Block, ...], around: tuple[str, ...]
) -> Iterator[str]:
    indent = "  " * (1 + 2 * len(around))
    for one in inside:
        if isinstance(one, Slot):
            yield from _write_slot(plan, one, around)
            continue
        yield f"{indent}{one.field}:"
        yield f"{indent}  each: {quote_path(plan.layout.write_each(one.field, around))}"
        by = next((guess for role in one.by if (guess := plan.find(role))), None)
        if by is not None and not plan.layout.is_tree:
            yield beside(f"{indent}  by: {quote(by.column)}", "rows of one line are parts of it")
        if one.when and plan.find(one.when) and (only := _write_when(plan, one.when)):
            yield beside(f"{indent}  when: {only}", "rows without it say nothing")
        yield f"{indent}  fields:"
        yield from _write_inside(plan, one.inside, (*around, one.field))


def _write_slot(plan: Plan, slot: Slot, around: tuple[str, ...]) -> Iterator[str]:
    indent = "  " * (1 + 2 * len(around))
    if slot.beside and plan.find(slot.beside) is None:
        return
    guess = plan.find(slot.role.removesuffix(CODE))
    if guess is not None:
        why = "as it stands there" if slot.role.endswith(CODE) else _why(guess)
        yield beside(f"{indent}{slot.field}: {_write_rule(plan, slot, guess, around)}", why)
        return
    value, why = _choose_value(plan, slot)
    if value and not slot.required:
        yield beside(f"{indent}{slot.field}: {{value: {value}}}", why)


def _choose_value(plan: Plan, slot: Slot) -> tuple[str, str]:
    """Return what holds where nothing in the samples says it, and why."""
    perhaps = plan.list_perhaps_answers() if slot.role == "status" else []
    if perhaps:
        return (
            "review",
            f"CHECK THIS: is a line answered in {', '.join(perhaps)}? accepted, if in none",
        )
    return plan.values.get(slot.field, plan.values.get(slot.role, (slot.value, slot.why)))


def _write_when(plan: Plan, role: str) -> str:
    """Return the condition that a column is filled, where it sometimes is not and has a plain name."""
    guess = plan.find(role)
    if guess is None or guess.column not in plan.gaps or not _NAME.fullmatch(guess.column):
        return ""
    return "" if plan.layout.is_tree else guess.column


def _write_rule(plan: Plan, slot: Slot, guess: Guess, around: tuple[str, ...]) -> str:
    path = quote_path(plan.layout.write_path(guess.column, around))
    keys = [f"from: {path}"]
    if guess.picture and guess.role in NUMERIC:
        keys.append(f"as: {quote(write_number_as(guess.picture))}")
    elif guess.picture and guess.role in (*DATED, "noticed_on"):
        keys.append(f"as: {quote(write_date_as(guess.picture))}")
    elif guess.role in plan.tables and not slot.role.endswith(CODE):
        keys.append(f"lookup: {table_name(plan, guess.role)}")
    if slot.required:
        keys.append(f"required: {slot.required}")
    if len(keys) == 1:
        return path
    return "{" + ", ".join(keys) + "}"


def table_name(plan: Plan, role: str) -> str:
    """Return the name of the table of a role, in the partner's folder."""
    owner, _, name = plan.name.partition("/")
    return f"{owner}/{name}_{role}"


def write_table(rows: Mapping[str, str], *, rest: str = "") -> str:
    """Return a table as CSV; codes nobody has a word for are left to a person."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("theirs", "ours", "note"))
    for theirs, ours in rows.items():
        note = "guessed by its word" if ours else "nobody knows this word yet: what does it mean?"
        writer.writerow((theirs, ours or rest or theirs, note))
    if rest:
        writer.writerow(("*", rest, "a code that was not in the samples"))
    return text.getvalue()


def _write_open(plan: Plan) -> Iterator[str]:
    """Yield what is not mapped: guesses that are not sure enough, then columns without any."""
    used = {slot.role for slot in list_slots(plan.shape.inside)} | set(IDLE)
    unsure = [one for one in plan.guesses if not one.is_firm or one.role not in used]
    if unsure or plan.open:
        yield ""
        yield "# Not mapped; each file tells of them as long as they are neither mapped nor under ignore:"
    for one in unsure:
        yield f"#   {quote(one.column)}: perhaps {one.role}, {_why(one)}"
    for name in plan.open:
        yield f"#   {quote(name)}: nothing speaks for any field"


def _why(guess: Guess) -> str:
    return f"{guess.confidence:.2f}: {'; '.join(guess.evidence)}"


def beside(line: str, comment: str) -> str:
    """Return the line with a comment, which stands below those of other lines."""
    return f"{line:<{COMMENT}} # {comment}" if comment else line
