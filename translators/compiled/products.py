"""Products: one listing of what is built of a set, as the entity or as its JSON."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from translators.compiled.json_text import Member, write_members
from translators.compiled.listing import Listing
from translators.compiled.records import Plan

_MARK = re.compile(r"<(date|number|quantity|items) (\w+)>")
_MADE = re.compile(r"( *)<made (\d+)>")
_PAIRED = re.compile(
    r"( *)(\w+) = \(((?:\((\w+)\.get\('[^']*'\) if \4 else ''\)(?: or )?)+)\) or None"
)
_ENTITY = {
    "date": "(DATES.get({0}) or read_date({0}))",
    "number": "Decimal({0})",
    "quantity": "(WHOLE.get({0}) or Decimal({0}))",
    "items": "tuple({0})",
}
# JSON holds dates and numbers as text: what stands there serves, where it is written the one
# canonical way. Numbers are known to be digits with at most a sign before and a point among them.
_SURE = "{0} >= '1' and {0}[-1] != '.'"
_JSON = {
    "date": "(DAYS.get({0}) or read_day({0}))",
    "number": f"({{0}} if {_SURE} else str(Decimal({{0}})))",
    "quantity": f"({{0}} if {{0}} in WHOLE or ({_SURE}) else str(Decimal({{0}})))",
    "items": "{0}",
}


@dataclass(slots=True, frozen=True)
class Made:
    """A struct that is made: its variable, the call that makes it, what its JSON consists of."""

    variable: str
    call: str
    members: list[Member]


def mark_made(out: Listing, made: Made) -> str:
    """Return what stands for the making of a struct until it is known what is wanted of it."""
    out.made.append(made)
    return f"<made {len(out.made) - 1}>"


def mark_date(name: str) -> str:
    """Return what stands for the date of a variable's text until it is known what is wanted of it."""
    return f"<date {name}>"


def mark_number(name: str) -> str:
    """Return what stands for the number of a variable's text."""
    return f"<number {name}>"


def mark_quantity(name: str) -> str:
    """Return what stands for a number that mostly is a small whole one."""
    return f"<quantity {name}>"


def mark_items(name: str) -> str:
    """Return what stands for the items of a list."""
    return f"<items {name}>"


def write_entity(built: Listing, plan: Plan) -> list[str]:
    """Return the lines that build the entity."""
    return _write(_put(built, lambda made: [made.call]), plan, _ENTITY)


def write_json_text(built: Listing, plan: Plan) -> list[str]:
    """Return the lines that write the JSON of the same entity, without its outermost braces."""
    lines = _put(built, lambda made: write_members(made.variable, made.members))
    return _write(lines, plan, _JSON)


def write_places(told: Listing, plan: Plan) -> list[str]:
    """Return the lines that tell where things stand."""
    return _write(told.lines, plan, {})


def _put(built: Listing, say: Callable[[Made], Iterable[str]]) -> Iterator[str]:
    """Yield the lines, with what is said of each struct that is made."""
    for line in built.lines:
        found = _MADE.fullmatch(line)
        if found is None:
            yield line
        else:
            yield from (found[1] + one for one in say(built.made[int(found[2])]))


def _write(lines: Iterable[str], plan: Plan, words: dict[str, str]) -> list[str]:
    """Return the lines with the variables of each record's slots, all of which are known by now."""
    text = "\n".join(lines)
    for record in plan.records:
        text = text.replace(record.unpacking, record.write_unpacking())
    return list(_ask_once(_MARK.sub(lambda mark: words[mark[1]].format(mark[2]), text).split("\n")))


def _ask_once(lines: list[str]) -> Iterator[str]:
    """Yield the lines, neighbours that look into the same pairs behind one question whether there are any."""
    for name, group in groupby(
        lines, lambda line: found[4] if (found := _PAIRED.fullmatch(line)) else ""
    ):
        several = list(group)
        if not name or len(several) == 1:
            yield from several
            continue
        matches = [found for found in map(_PAIRED.fullmatch, several) if found]
        pad = matches[0][1]
        yield f"{pad}if {name}:"
        for found in matches:
            yield f"{pad}    {found[2]} = {found[3].replace(f' if {name} else {chr(39) * 2}', '')} or None"
        yield f"{pad}else:"
        yield f"{pad}    {' = '.join(found[2] for found in matches)} = None"
