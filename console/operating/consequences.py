"""Consequences: each effect of what is done again, with its key, how it stands, and what becomes of it."""

from collections.abc import Sequence

from console.operating.file import what_of
from console.output import plain, show_line, show_table
from flows.again import Consequence


def show_consequences(consequences: Sequence[Consequence]) -> None:
    """Write one row an effect."""
    if not consequences:
        show_line("no effects")
        return
    show_table(
        ("file", "key", "kind", "target", "what", "stands", "what happens"),
        [
            (
                one.file_id,
                one.effect.key,
                one.effect.kind,
                one.effect.target,
                what_of(one.effect),
                one.stands,
                one.happens,
            )
            for one in consequences
        ],
    )


def describe(one: Consequence) -> dict[str, object]:
    """Return a consequence as JSON shows it."""
    effect = one.effect
    return {
        "file": one.file_id,
        "key": effect.key,
        "kind": effect.kind,
        "target": effect.target,
        "what": what_of(effect),
        "stands": one.stands,
        "already_done": effect.state == "done",
        "done_at": plain(effect.done_at),
        "result": effect.result,
        "happens": one.happens,
    }
