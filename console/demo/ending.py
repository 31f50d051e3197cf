"""Ending: what the week came to, and the commands that show more."""

from pathlib import Path

import msgspec
from rich.console import Console

from console.operating.order import show_timeline
from console.output import clean, show_line, show_table
from console.program import name_program
from console.shape import wrap
from gateway.gateway import Gateway
from gateway.ledger.decisions import DecisionRow, list_decisions
from gateway.ledger.files import list_files
from gateway.ledger.orders import list_orders
from gateway.ledger.reroutes import RerouteRow, list_reroutes
from gateway.timeline import order_timeline

LEAD_TIME = "(needs 9 of 24 days: its lead time is 9 days, and the parts are wanted in 24 days at the latest)"


def show_ending(console: Console, gateway: Gateway) -> None:
    """Print each order's timeline, the ERP updates, the triggers, and where to look further."""
    with gateway.ledger.read() as tx:
        orders = sorted(row.po_number for row in list_orders(tx))
        timelines = [order_timeline(tx, number) for number in orders]
        decisions = list_decisions(tx)
        reroutes = list_reroutes(tx)
        parked = list_files(tx, state="parked")
    for timeline in timelines:
        console.rule(f"order {timeline.po_number}")
        show_timeline(timeline, console.width)
    console.rule("what the ERP was told")
    show_table(("file", "command", "about"), _list_updates(gateway))
    console.rule("routing triggers")
    for decision in decisions:
        _show_trigger(decision, console.width)
    show_line("\n".join(wrap(LEAD_TIME, console.width)))
    console.rule("what changed hands")
    for reroute in reroutes:
        show_line("\n".join(wrap(clean(_say_moved(reroute)), console.width)))
    console.rule("to look further")
    for command in _list_commands(gateway, orders, [row.name for row in parked]):
        show_line(f"  {command}")


def _show_trigger(decision: DecisionRow, width: int) -> None:
    """Print what was decided of a line, and of each candidate what spoke for or against it."""
    chosen = decision.chosen or "nobody"
    about = f"order {decision.po_number} line {decision.line_number}"
    show_line("\n".join(wrap(clean(f"{about}: {decision.outcome} to {chosen}"), width)))
    for candidate in decision.candidates:
        why = "; ".join(candidate.get("losses") or candidate.get("wins") or ())
        mark = "no " if candidate.get("losses") else "yes"
        said = clean(f"{candidate['partner']}: {why}")
        show_line("\n".join(wrap(said, width, f"  {mark} ", "      ")))


def _say_moved(one: RerouteRow) -> str:
    what = (
        f"{one.quantity.normalize():f} {one.unit} of order {one.po_number}, line {one.line_number}"
    )
    agreed = "agreed" if one.released else "has not agreed yet"
    return f"{what}: from {one.from_partner}, which {agreed}, to {one.to_partner} with order {one.new_po_number}: {one.state}"


def _list_updates(gateway: Gateway) -> list[tuple[str, str, str]]:
    """Return the file, the command and the subject of each update the ERP was given."""
    erp = gateway.partners.get(gateway.site.erp)
    folder = gateway.site.home / erp.channels.leaving[0].folder
    updates = []
    for path in sorted(folder.glob("*.json"), key=lambda one: _key_of(one.name)):
        data = msgspec.json.decode(path.read_bytes())["data"]
        about = data.get("po_number") or f"shipment {data.get('shipment_number')}"
        updates.append((path.name, data["command"], about))
    return updates


def _key_of(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in Path(name).stem.split("-") if part.isdigit())


def _list_commands(gateway: Gateway, orders: list[str], parked: list[str]) -> list[str]:
    home = gateway.site.home
    shown = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    start = f"{name_program()} --home {shown}"
    commands = [f"{start} status", f"{start} order show {orders[0]}", f"{start} file list"]
    commands += [f"{start} file show {name}" for name in parked[:1]]
    commands += [f"{start} rerun {name} --dry-run" for name in parked[:1]]
    more = ("route list", "route explain 1", "case list", "effect list", "up")
    return [*commands, *(f"{start} {words}" for words in more)]
