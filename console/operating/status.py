"""Status: what is open, what is late, what is silent."""

from datetime import timedelta

import typer

from console.asked import open_site
from console.operating.options import AsJson
from console.output import plain, show_json, show_line, show_table
from console.shape import brief, cut
from gateway.counted import counted
from gateway.feeds import Feed, list_feeds, list_stale
from gateway.overview import Overview, overview
from gateway.versions.running import list_drifts


def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show what is open, late or silent, and counts by state."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        now = overview(tx)
        stale = list_stale(list_feeds(gateway, tx))
        drifts = list_drifts(tx, gateway.shelf.library)
    if as_json:
        show_json(plain(now) | {"stale_feeds": plain(stale), "unpublished": drifts})
        return
    _show_counts(now)
    _show_open(now)
    _show_late(now)
    _show_stale(stale)
    for name, found in sorted(gateway.partners.findings.items()):
        show_line(
            f"partner file {name}: {counted(len(found), 'finding')}; see cmgateway partner check"
        )
    for sentence in drifts:
        show_line(sentence)
    if now.is_quiet:
        show_line("nothing is open, late or silent")


def _show_stale(stale: list[Feed]) -> None:
    if stale:
        show_line("\nstale feeds, which routing does not rely on: cmgateway feed list --stale")
        show_table(
            ("partner", "kind", "as of (UTC)", "hours", "allowed"),
            [
                (one.partner, one.kind, one.as_of, f"{one.age_hours:g}", f"{one.limit_hours:g}")
                for one in stale
            ],
        )


def _show_counts(now: Overview) -> None:
    for name, counts in (
        ("files", now.files),
        ("documents", now.documents),
        ("effects", now.effects),
    ):
        said = ", ".join(f"{number} {state}" for state, number in counts.items()) or "none"
        show_line(f"{name:<10} {said}")
    for what, seconds in (("file", now.oldest_file_seconds), ("effect", now.oldest_effect_seconds)):
        if seconds is not None:
            show_line(f"the oldest {what} that waits is {timedelta(seconds=seconds)} old")


def _show_open(now: Overview) -> None:
    if now.parked_files:
        show_line(
            "\nparked files: cmgateway file show ID, then cmgateway rerun ID, or file close ID --reason"
        )
        show_table(
            ("file", "partner", "name", "reason"),
            [(row.id, row.partner, cut(row.name), brief(row.reason)) for row in now.parked_files],
        )
    if now.stuck_effects:
        show_line("\nstuck effects: cmgateway effect retry KEY, or effect skip KEY --reason")
        show_table(
            ("key", "target", "error"),
            [(row.key, row.target, brief(row.error)) for row in now.stuck_effects],
        )
    if now.open_cases:
        show_line("\nopen cases: cmgateway case show CASE, then case close CASE --reason")
        show_table(
            ("case", "owner", "summary"),
            [(row.id, row.owner, brief(row.summary)) for row in now.open_cases],
        )


def _show_late(now: Overview) -> None:
    if now.overdue:
        show_line("\noverdue answers")
        show_table(
            ("order", "awaited", "from", "due (UTC)"),
            [(row.po_number, row.kind, row.partner, row.due_at) for row in now.overdue],
        )
    if now.left:
        show_line("\nleft at their source")
        show_table(
            ("channel", "name", "bytes", "since (UTC)", "why"),
            [
                (
                    row.channel,
                    cut(row.name),
                    row.size,
                    row.since,
                    brief(f"{row.verdict}: {row.reason}"),
                )
                for row in now.left
            ],
        )
    troubled = [channel for channel in now.channels if channel.state != "alive"]
    if troubled:
        show_line("\nchannels in trouble")
        show_table(
            ("channel", "state", "last poll (UTC)", "error"),
            [(one.channel, one.state, one.polled_at, brief(one.error)) for one in troubled],
        )
