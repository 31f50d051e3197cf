"""Levels: how an HL loop begins: below the one its pointer names, with a copy of what holds there."""

from translators.compiled.records import (
    ABOVE,
    DEPTH,
    HAS_LEVELS,
    HL_HEAD,
    KEPT,
    Plan,
    Record,
    write_first,
)
from translators.mapper.x12_getters import MAX_LEVELS


def write_level_start(plan: Plan) -> list[str]:
    """Return the lines that stand before the first segment of a set with levels."""
    some = _find_some(plan)
    return ["level = None", "seen = set()", f"own = [None] * {len(some.own) if some else 0}"]


def list_nothing(plan: Plan) -> list[str]:
    """Return what holds for a level with none above it, before its first segment."""
    some = _find_some(plan)
    return [""] * (len(some.kept) + 1 if some else 1)


def write_level(plan: Plan) -> list[str]:
    """Return the lines that begin a level, `NOTHING` being what holds above all of them (B-69).

    Only levels in the order of their tree are taken: each below the last, or below one around it.
    """
    some = _find_some(plan)
    slots = write_first(some.slots) if some else []
    doubts = ["above is None", f"above[{DEPTH}] > {MAX_LEVELS - 3}"]
    doubts += dict.fromkeys(plan.childless)
    return [
        "if e[1] in seen or e[1][0] == '0':",
        "    return None",
        "seen.add(e[1])",
        "above, depth = None, 0",
        "if e[2]:",
        "    above = level",
        "    while above is not None and above[0] != e[2]:",
        f"        above = above[{ABOVE}]",
        f"    if {' or '.join(doubts)}:",
        "        return None",
        f"    above[{HAS_LEVELS}] = True",
        f"    kept, depth = above[{KEPT}].copy(), above[{DEPTH}] + 1",
        "else:",
        "    kept = NOTHING.copy()",
        f"level = [{', '.join((*HL_HEAD, *slots))}]",
    ]


def _find_some(plan: Plan) -> Record | None:
    """Return a record of levels; they all share slots and what is kept."""
    return next((one for one in plan.records if one.is_hl), None)
