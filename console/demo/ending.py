"""Ending: what the week came to, and the commands that show more."""

import shutil
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from console.operating.order import show_timeline
from gateway.gateway import Gateway
from gateway.ledger.decisions import list_decisions
from gateway.ledger.files import list_files
from gateway.ledger.orders import list_orders
from gateway.timeline import order_timeline


def show_ending(console: Console, gateway: Gateway) -> None:
    """Print each order's timeline, the ERP updates, the triggers, and where to look further."""
    with gateway.ledger.read() as tx:
        orders = sorted(row.po_number for row in list_orders(tx))
        timelines = [order_timeline(tx, number) for number in orders]
        decisions = list_decisions(tx)
        parked = list_files(tx, state="parked")
    for timeline in timelines:
        console.rule(f"order {timeline.po_number}")
        show_timeline(timeline)
    console.rule("what the ERP was told")
    console.print(_list_updates(gateway))
    console.rule("routing triggers")
    for decision in decisions:
        console.print(
            f"order {decision.po_number} line {decision.line_number}: [bold]{decision.outcome}"
            f"[/bold] to [bold]{decision.chosen or 'nobody'}[/bold]",
            highlight=False,
        )
        for candidate in decision.candidates:
            why = "; ".join(candidate.get("losses") or candidate.get("wins") or ())
            mark = "no " if candidate.get("losses") else "yes"
            console.print(f"  {mark} {candidate['partner']}: {why}", highlight=False, markup=False)
    console.rule("to look further")
    for command in _list_commands(gateway, orders, [row.name for row in parked]):
        console.print(f"  {command}", highlight=False, markup=False, soft_wrap=True)


def _list_updates(gateway: Gateway) -> Table:
    table = Table("file", "command", "about")
    erp = gateway.partners.get(gateway.site.erp)
    folder = gateway.site.home / erp.channels.leaving[0].folder
    for path in sorted(folder.glob("*.json"), key=lambda one: _key_of(one.name)):
        data = msgspec.json.decode(path.read_bytes())["data"]
        about = data.get("po_number") or f"shipment {data.get('shipment_number')}"
        table.add_row(path.name, data["command"], about)
    return table


def _key_of(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in Path(name).stem.split("-") if part.isdigit())


def _program() -> str:
    """Return how the reader can call us: by name where it is on the path, else where it lies."""
    called = Path(sys.argv[0]).resolve()
    if shutil.which("cmgateway") or called.name != "cmgateway":
        return "cmgateway"
    return str(called.relative_to(Path.cwd())) if called.is_relative_to(Path.cwd()) else str(called)


def _list_commands(gateway: Gateway, orders: list[str], parked: list[str]) -> list[str]:
    home = gateway.site.home
    shown = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    start = f"{_program()} --home {shown}"
    commands = [f"{start} status", f"{start} order show {orders[0]}", f"{start} file list"]
    commands += [f"{start} file show {name}" for name in parked[:1]]
    commands += [f"{start} rerun {name} --dry-run" for name in parked[:1]]
    return [*commands, f"{start} case list", f"{start} effect list", f"{start} up"]
