"""History: every look at a file before it was taken, of those still at their source too."""

from collections.abc import Sequence

from sqlalchemy import Connection

from console.output import plain, show_fields, show_json, show_line, show_table
from console.shape import cut
from gateway.ledger.observations import Observation
from gateway.ledger.sightings import SightingRow, list_sightings


def show_history(observations: Sequence[Observation]) -> None:
    """Write each look as a row: when, what was seen, what was decided, and why."""
    show_line("\nhistory")
    show_table(
        ("looked at (UTC)", "bytes", "modified (UTC)", "decided", "why"),
        [(one.at, one.size, one.modified_at, one.verdict, one.reason) for one in observations],
    )


def find_left(tx: Connection, name: str) -> SightingRow | None:
    """Return the file of this name that lies at a source and was not taken."""
    return next((row for row in list_sightings(tx) if row.name == name), None)


def show_left(row: SightingRow, *, as_json: bool) -> None:
    """Write why a file is still where it is."""
    if as_json:
        show_json(plain(row))
        return
    show_fields(
        [
            ("file", cut(row.name)),
            ("channel", row.channel),
            ("state", f"not taken; {row.verdict}: {row.reason}"),
            ("as it is since", row.since),
            ("size", f"{row.size} bytes"),
        ]
    )
    show_history(row.observations)
