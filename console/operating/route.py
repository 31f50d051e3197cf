"""Route: who was asked to make what its maker could not, why, and what a person decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from console.asked import actor, open_site
from console.operating.options import AsJson, Limit
from console.output import plain, show_error, show_fields, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.approve import Ruling, approve, decline
from gateway.decide import rules_of
from gateway.gateway import Gateway
from gateway.ledger.decisions import DecisionRow, list_decisions
from gateway.ledger.errors import LedgerError
from gateway.ledger.reroutes import RerouteRow, find_reroute_of_case, list_reroutes
from gateway.ledger.states import REROUTE_STATES
from gateway.routing.rules import SCHEMA, RoutingError, Rules, read_rules
from gateway.routing.simulate import Simulated, simulate
from gateway.settings import content_roots
from gateway.timeline import write_reasons

app = typer.Typer(help="Order lines that change hands.", no_args_is_help=True)

OPEN = ("reducing", "stuck", "placed", "declined")  # until somebody has the line
Case = Annotated[int, typer.Argument(help="The number of the case.")]
Reason = Annotated[str, typer.Option(help="Why; kept with your name.")]


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        str, typer.Option(help=f"open, all, or one of {', '.join(REROUTE_STATES)}.")
    ] = "all",
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List order lines that go from one CM to another, and how far each is; open: nobody has it yet."""
    states = OPEN if state == "open" else REROUTE_STATES if state == "all" else (state,)
    if not set(states) <= set(REROUTE_STATES):
        known = ", ".join(("open", "all", *REROUTE_STATES))
        raise RefusalError(f"{state} is no state of a reroute; there are {known}")
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        rows = list_reroutes(tx, limit=limit, states=states)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("case", "began (UTC)", "order", "line", "quantity", "from", "to", "new order", "state"),
        [
            (
                one.case_id,
                one.created_at,
                one.po_number,
                one.line_number,
                f"{one.quantity.normalize():f} {one.unit}",
                one.from_partner,
                one.to_partner,
                one.new_po_number,
                one.state,
            )
            for one in rows
        ],
    )


@app.command()
def explain(context: typer.Context, case: Case, *, as_json: AsJson = False) -> None:
    """Explain each decision of a case: what was known, every candidate's points, and the rules."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        decisions = list_decisions(tx, case_id=case)
        reroute = find_reroute_of_case(tx, case)
    if not decisions:
        raise RefusalError(f"nothing was decided in a case {case}; see cmgateway case list")
    if as_json:
        show_json({"decisions": plain(decisions), "reroute": plain(reroute)})
        return
    for decision in decisions:
        _show_decision(decision)
    if reroute is not None:
        show_line()
        show_fields(_fields(reroute))


def _show_decision(decision: DecisionRow) -> None:
    shortfall = decision.inputs["shortfall"]
    show_line(f"{decision.decided_at:%Y-%m-%d %H:%M} UTC, rules {decision.rules_version}")
    part = f"{shortfall['item']} rev {shortfall.get('revision', '-')}"
    needed = f", needed by {shortfall['need_by']}" if shortfall.get("need_by") else ""
    show_line(f"  {shortfall['quantity']} {shortfall['unit']} of {part}{needed}")
    show_line(f"  because of {shortfall.get('caused_by', '')}")
    for line in write_reasons(decision):
        show_line(f"  {line}")
    able = [one for one in decision.candidates if one.get("points")]
    if able:
        names = list(dict.fromkeys(name for one in able for name in one["points"]))
        heads = ("points of", *(name.replace("_", " ") for name in names), "score")
        show_line()
        show_table(heads, [_points(one, names) for one in able])


def _points(one: dict[str, Any], names: list[str]) -> tuple[str, ...]:
    return (one["partner"], *(str(one["points"].get(name, "")) for name in names), one["score"])


def _fields(row: RerouteRow) -> Iterator[tuple[str, object]]:
    yield "reroute", f"{row.from_partner} to {row.to_partner}: {row.state}"
    yield "new order", row.new_po_number
    agreed = (
        "agreed" if row.released else "not agreed yet" if row.change_number else "told in words"
    )
    yield "former CM", f"{row.from_partner}, {agreed}"
    yield "reason", row.reason


@app.command("approve")
def approve_(
    context: typer.Context,
    case: Case,
    reason: Reason,
    partner: Annotated[str, typer.Option(help="Whom to ask, if not the one proposed.")] = "",
    *,
    despite: Annotated[
        bool,
        typer.Option("--despite", help="Also one that the rules rule out; never one that had it."),
    ] = False,
) -> None:
    """Let a line move: to the proposed CM or another, or before its former CM has said yes."""
    gateway = open_site(context)
    ruling = replace(_rule(case, reason, partner), despite=despite)
    try:
        with gateway.ledger.begin() as tx:
            row = approve(gateway, tx, ruling)
    except LedgerError as error:
        raise RefusalError(str(error)) from error
    if row is None or row.state == "stuck":
        show_error(f"it could not be ordered: {row.reason if row else ''}")
        raise typer.Exit(1)
    order = f" with order {row.new_po_number}" if row.new_po_number else ""
    show_line(f"case {case}: {row.from_partner} to {row.to_partner}, {row.state}{order}")


@app.command("decline")
def decline_(context: typer.Context, case: Case, reason: Reason) -> None:
    """Let a line not move: close the case, and cancel what was ordered because of it."""
    gateway = open_site(context)
    try:
        with gateway.ledger.begin() as tx:
            decline(gateway, tx, _rule(case, reason))
    except LedgerError as error:
        raise RefusalError(str(error)) from error
    show_line(f"case {case} is declined")


def _rule(case: int, reason: str, partner: str = "") -> Ruling:
    if not reason.strip():
        raise RefusalError("say why with --reason; the ledger keeps it")
    return Ruling(case, actor(), reason, partner)


@app.command("simulate")
def simulate_(
    context: typer.Context,
    rules: Annotated[
        Path | None, typer.Option(help="Changed rules; without, those of the site.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="Decisions from this day on.")] = None,
    limit: Limit = 10_000,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what past decisions would have been with other rules, and what that would have cost."""
    gateway = open_site(context)
    chosen = _load(gateway, rules)
    with gateway.ledger.read() as tx:
        rows = list_decisions(tx, limit=limit, since=since)
    results = list(simulate(rows, chosen))
    if as_json:
        show_json([plain(one) | {"is_changed": one.is_changed} for one in results])
        return
    changed = [one for one in results if one.is_changed]
    if changed:
        show_table(
            ("order", "line", "part", "quantity", "was", "would be", "cost", "because"),
            [_result(one) for one in changed],
        )
    show_line(f"{len(changed)} of {len(results)} decisions would be others")
    for currency, difference in sorted(_differences(changed).items()):
        word = "more" if difference > 0 else "less"
        amount = (
            f"{abs(difference):,.2f} {currency} {word}" if difference else f"as many {currency}"
        )
        show_line(f"{amount} in all, where both say a price")


def _load(gateway: Gateway, path: Path | None) -> Rules:
    if path is None:
        return rules_of(gateway)
    schema = content_roots(gateway.site, "partners")[-1] / SCHEMA
    try:
        return read_rules(path.read_bytes(), path.name, schema)
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}") from error
    except RoutingError as error:
        raise RefusalError(str(error)) from error


def _result(one: Simulated) -> tuple[Any, ...]:
    was, would_be = one.cost_was, one.cost_would_be
    cost = f"{was or '-'} → {would_be or '-'} {one.currency}"
    return (
        one.po_number,
        one.line_number,
        one.part,
        one.quantity,
        one.was,
        one.would_be,
        cost,
        one.reason,
    )


def _differences(changed: list[Simulated]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in changed:
        if one.cost_was is not None and one.cost_would_be is not None:
            before = sums.get(one.currency, Decimal(0))
            sums[one.currency] = before + one.cost_would_be - one.cost_was
    return sums
