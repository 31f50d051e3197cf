"""Rerun: a parked file done again from its archived bytes; what took effect is left alone."""

from typing import Annotated

import typer

from console.asked import actor, open_site
from console.operating.consequences import show_consequences
from console.operating.options import DryRun, MappingVersion, Reason
from console.operating.replay import Keys, Never, make_wish, must_say_why
from console.output import show_findings, show_line, show_table
from console.refusal import RefusalError
from console.shape import cut
from flows.again import Wish, do_again, must_know, preview
from flows.process import process_file
from gateway.drift import say_unpublished
from gateway.gateway import Gateway
from gateway.ledger.documents import DocumentQuery, list_documents
from gateway.rerun import (
    MOST,
    RerunPlan,
    find_subject,
    plan_rerun,
    reopen_file,
    retry_stuck,
    try_again,
)
from gateway.versions.pins import pin_versions, say_pins

ALONE = "left alone"
STARTS = ("read", "map", "apply", "deliver")


Subject = Annotated[
    str,
    typer.Argument(metavar="FILE|DOCUMENT", help="A file (id, SHA-256, name), or document d12."),
]
From = Annotated[
    str,
    typer.Option(
        "--from", help="read, map, apply: do parked documents again; deliver: retry stuck effects."
    ),
]


def rerun(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    key: Subject,
    start: From = "",
    *,
    again: Keys = None,
    suppress: Never = None,
    reason: Reason = "",
    mapping_version: MappingVersion = "",
    dry_run: DryRun = False,
) -> None:
    """Do a parked file again from its archived bytes; what took effect before is left alone.

    A document is done again with its whole file. Without --from, a file that is not parked has its
    stuck effects retried. What is done is repeated only where --again names it, under its old key.
    Exit code 1 where the file is parked again.
    """
    if start and start not in STARTS:
        raise RefusalError(f"--from {start} is no step; it is one of {', '.join(STARTS)}")
    wish = make_wish(again, suppress, reason, mapping_version)
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        file = find_subject(tx, key)
        if file is None:
            raise RefusalError(
                f"there is no file or document {key} in the ledger; documents are d1, d2 …"
            )
        plan = plan_rerun(tx, file, start or None)  # type: ignore[arg-type]
        pinned = gateway
        if plan.start != "deliver" and not plan.refusal:
            pinned = pin_versions(gateway, tx, file, wish.version)
    _show_plan(plan)
    for sentence in say_pins(gateway, pinned, file.partner):
        show_line(sentence)
    if plan.refusal and not wish.again:
        raise RefusalError(plan.refusal)
    if dry_run:
        _show_preview(gateway, pinned, plan, wish)
    elif wish.again or wish.never:
        _choose(gateway, plan, wish)
    elif plan.start == "deliver":
        keys = retry_stuck(gateway, plan, actor=actor(), reason=reason)
        show_line(f"due now: {', '.join(keys) or 'none'}; cmgateway up does them")
    else:
        _process(gateway, plan, wish, is_pinned=pinned is not gateway)


def _show_plan(plan: RerunPlan) -> None:
    show_line(f"file {plan.file.id} {plan.file.name} is {plan.file.state}")
    again = "not looked at" if plan.start == "deliver" else "to be done again"
    rows = [
        (f"d{row.id}", row.place, cut(row.number), row.state, again if row in plan.again else ALONE)
        for row in sorted((*plan.again, *plan.settled), key=lambda row: row.ordinal)
    ]
    if rows:
        show_table(("document", "place", "number", "state", "what happens"), rows)
    for effect in plan.stuck:
        what = "to be retried" if plan.start == "deliver" else "stays stuck; use --from deliver"
        show_line(f"effect {effect.key} to {effect.target}: {what}: {effect.error}")


def _show_preview(gateway: Gateway, pinned: Gateway, plan: RerunPlan, wish: Wish) -> None:
    """Say what would be found now and what would become of each effect; nothing is recorded."""
    for trial in try_again(pinned, plan) if plan.start != "deliver" else ():
        show_findings(trial.findings, trial.place)
        show_line(f"{trial.place}: {'fine now' if trial.is_fine else 'would be parked again'}")
    _, consequences = preview(gateway, plan.file, wish)
    must_know(wish, consequences)
    show_consequences(consequences)


def _choose(gateway: Gateway, plan: RerunPlan, wish: Wish) -> None:
    """Do it with the effects that were chosen; the keys are looked at before."""
    must_say_why(wish.reason)
    must_know(wish, preview(gateway, plan.file, wish)[1])
    outcome, consequences = do_again(gateway, plan.file, wish)
    show_consequences(consequences)
    if outcome is not None:
        show_line(f"file {plan.file.id} is {outcome.state} now")
        if outcome.is_failed:
            raise typer.Exit(1)


def _process(gateway: Gateway, plan: RerunPlan, wish: Wish, *, is_pinned: bool) -> None:
    outcome = None
    if is_pinned:
        outcome, _ = do_again(gateway, plan.file, wish)
    elif reopen_file(gateway, plan.file.id, actor=wish.actor, reason=wish.reason):
        outcome = process_file(gateway, plan.file.id)
    if outcome is None:
        raise RefusalError(f"file {plan.file.id} was taken by another worker meanwhile; look again")
    _show_outcome(gateway, plan)
    because = f": {outcome.reason}" if outcome.reason else ""
    show_line(f"file {plan.file.id} is {outcome.state} now{because}")
    if outcome.is_failed:
        if unpublished := say_unpublished(gateway, plan.file):
            show_line(unpublished)
        raise typer.Exit(1)


def _show_outcome(gateway: Gateway, plan: RerunPlan) -> None:
    """Say of each document that was done again where it stands now."""
    query = DocumentQuery(file_id=plan.file.id, direction="in")
    with gateway.ledger.read() as tx:
        rows = {row.ordinal: row for row in list_documents(tx, query, limit=MOST)}
    for before in sorted(plan.again, key=lambda row: row.ordinal):
        now = rows.get(before.ordinal)
        if now is not None:
            show_line(f"{now.place}: {now.state}")
