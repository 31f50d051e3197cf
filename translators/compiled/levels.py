"""Levels: how an HL loop begins: below the one its pointer names, with a copy of what holds there."""

from translators.compiled.records import (
    ABOVE,
    DEPTH,
    HL_HEAD,
    KEPT,
    Actions,
    Plan,
    Record,
    write_first,
)
from translators.mapper.x12_getters import MAX_LEVELS
from translators.mapper.x12_scopes import HL

NUMBERS = tuple(map(str, range(1, 1001)))  # of levels


def write_level_start(plan: Plan) -> list[str]:
    """Return the lines that stand before the first segment of a set with levels."""
    some = _find_some(plan)
    return [
        "level = ()",
        "levels = 0",
        "odd = False",
        "perhaps = []",
        "late = []",
        f"own = [None] * {len(some.own) if some else 0}",
    ]


def list_nothing(plan: Plan) -> list[str]:
    """Return what holds for a level with none above it, before its first segment."""
    some = _find_some(plan)
    return [""] * (len(some.kept) + 1 if some else 1)


def write_level(plan: Plan) -> list[str]:
    """Return the lines that begin a level, `NOTHING` being what holds above all of them (B-69).

    Only levels in the order of their tree are taken: each below the last, or below one around it; any
    other number leads up to (), which has none: an IndexError, by which the pass declines. What
    is read of a level with others below it is late unread where the next one shows that it has none.
    """
    some = _find_some(plan)
    slots = write_first(some.slots) if some else []
    doubts = [f"above[{DEPTH}] > {MAX_LEVELS - 3}", *dict.fromkeys(plan.childless)]
    return [
        "if e[2]:",
        "    above = level",
        "    while above[0] != e[2]:",
        f"        above = above[{ABOVE}]",
        f"    if {' or '.join(doubts)}:",
        "        return None",
        f"    kept, depth = above[{KEPT}].copy(), above[{DEPTH}] + 1",
        "else:",
        "    kept, above, depth = NOTHING.copy(), (), 0",
        "if perhaps:",
        "    if above is not level:",
        "        late += perhaps",
        "    perhaps = []",
        f"level = [{', '.join((*HL_HEAD, *slots))}]",
    ]


def expect_number(actions: Actions) -> None:
    """Have the levels of a set counted, which are usually numbered so; what is odd is looked at in the end.

    A pointer needs no look: it is the number of a level, or none is taken.
    """
    actions.usual[1] = f"levels > {len(NUMBERS) - 1} or x1 != NUMBERS[levels]"
    actions.usual[2] = ""
    actions.unusual.append("odd = True")
    actions.after.append("levels += 1")


def are_numbered(segments: list[str], mark: str) -> bool:
    """Return whether each level of a set has a number of its own, which no other may mean."""
    numbers = [one.split(mark, 2)[1] for one in segments if one.startswith(f"{HL}{mark}")]
    return len(set(numbers)) == len(numbers) and not any(one.startswith("0") for one in numbers)


def settle(segments: list[str], unread: list[str], late: list[str]) -> list[str]:
    """Return the unread segments, and those known late to be, in the order of the set."""
    wanted = {id(text) for text in (*unread, *late)}
    return [text for text in segments if id(text) in wanted]


def _find_some(plan: Plan) -> Record | None:
    """Return a record of levels; they all share slots and what is kept."""
    return next((one for one in plan.records if one.is_hl), None)
