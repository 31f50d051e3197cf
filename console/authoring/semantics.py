"""Semantics: what a partner's samples say of the settings in its file, line by line (F3)."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from canonical.later_answers import LaterAnswer, list_later_answers
from canonical.order_ack import OrderAck
from canonical.purchase_order import PurchaseOrder
from canonical.readings import OPTIONS, LineReadings, list_readings
from console.asked import home_of
from console.authoring.choice import choose
from console.authoring.library import AsJson
from console.authoring.reading import read_documents
from console.authoring.translate import load_bytes
from console.output import show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.counted import counted
from gateway.partners import Partner, load_partners
from gateway.settings import Site
from translators.findings import Finding

if TYPE_CHECKING:
    from gateway.known_orders import KnownOrders

CONTRADICTED = "semantics-contradicted"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One setting: what is declared, and how many lines speak for each option."""

    setting: str
    declared: str
    votes: dict[str, int]
    undecided: int
    verdict: str  # agrees, contradicted, not told, mixed


def semantics(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="The partner, as its file is named.")],
    files: Annotated[list[str], typer.Argument(help="Its acknowledgments, as it sent them.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show which reading of its acknowledgments balances to what was ordered, line by line.

    What a line orders is known from the ledger, else from the line itself. Exit code 1 where the
    samples contradict what the partner's file declares.
    """
    home = home_of(context)
    known = load_partners(Site(home=home)).get(partner)
    acks = [ack for file in files for ack in _read_acks(home, known, file)]
    if not acks:
        raise RefusalError(
            "no acknowledgment could be read in these files; see cmgateway mapping try"
        )
    orders = _find_orders(home, partner, {ack.po_number for ack in acks})
    lines = [line for ack in acks for line in _read_lines(ack, known, orders)]
    verdicts = [_judge(setting, known, lines) for setting in OPTIONS]
    silence = list(_list_silence(acks, known, orders))
    later = list(list_later_answers(acks, orders.by_number))
    found = [_warn(one) for one in verdicts if one.verdict == "contradicted"]
    found += [_warn_of_more(one) for one in later if one.speaks_for == "more"]
    if as_json:
        told = {"settings": verdicts, "lines": lines, "silence": silence, "findings": found}
        told["later"] = later
        show_json(msgspec.to_builtins(told))
    else:
        _show(known, verdicts, lines, silence)
        _show_later(later)
        show_findings(found, f"{partner}.yaml")
    if found:
        raise typer.Exit(1)


def _read_acks(home: Path, partner: Partner, file: str) -> Iterator[OrderAck]:
    """Yield the acknowledgments of a file; what is wrong with the others is told."""
    choice = choose(home, partner=partner.name, mapping="", file_name=Path(file).name)
    for part in read_documents(load_bytes(file), choice):
        if part.document is None:
            continue
        mapped = choice.map(part.document)
        if isinstance(mapped.entity, OrderAck):
            yield mapped.entity
        elif mapped.entity is None:
            show_findings([*part.findings, *mapped.findings], f"{file}, {part.place}")


def _find_orders(home: Path, partner: str, numbers: set[str]) -> "KnownOrders":
    from gateway.known_orders import find_known_orders  # noqa: PLC0415 loads the database

    return find_known_orders(home, partner, numbers)


def _read_lines(ack: OrderAck, partner: Partner, orders: "KnownOrders") -> list[LineReadings]:
    order = orders.by_number.get(ack.po_number)
    shipped = orders.shipped.get(ack.po_number, {})
    return list(list_readings(ack, order, partner.semantics, shipped))


def _judge(setting: str, partner: Partner, lines: Iterable[LineReadings]) -> Verdict:
    declared = getattr(partner.semantics, setting)
    own = [line for line in lines if line.setting == setting]
    votes = {option: sum(line.speaks_for == option for line in own) for option in OPTIONS[setting]}  # type: ignore[index]
    against = sum(number for option, number in votes.items() if option != declared)
    verdict = "not told"
    if votes[declared] and against:
        verdict = "mixed" if votes[declared] >= against else "contradicted"
    elif votes[declared]:
        verdict = "agrees"
    elif against:
        verdict = "contradicted"
    undecided = sum(not line.speaks_for for line in own)
    return Verdict(
        setting=setting, declared=declared, votes=votes, undecided=undecided, verdict=verdict
    )


def _list_silence(
    acks: Iterable[OrderAck], partner: Partner, orders: "KnownOrders"
) -> Iterator[dict[str, Any]]:
    """Yield what the setting for silence makes of lines of our orders that an answer does not mention."""
    for ack in acks:
        order = orders.by_number.get(ack.po_number)
        silent = _find_silent(order, ack) if order else []
        if silent:
            rule = partner.semantics.silence
            meaning = ack.unmentioned if rule == "as_header" else rule
            yield {
                "po_number": ack.po_number,
                "lines": silent,
                "status": ack.status,
                "are": meaning,
            }


def _find_silent(order: PurchaseOrder, ack: OrderAck) -> list[str]:
    said = {(line.line_number or "").lstrip("0") for line in ack.lines}
    return [one.line_number for one in order.lines if one.line_number.lstrip("0") not in said]


def _warn(one: Verdict) -> Finding:
    votes = ", ".join(f"{number} for {option}" for option, number in one.votes.items())
    best = max(one.votes, key=lambda option: one.votes[option])
    return Finding(
        level="warning",
        code=CONTRADICTED,
        sentence=f"semantics.{one.setting} is {one.declared}, and the lines say otherwise: {votes}",
        advice=f"write {one.setting}: {best}, or ask the partner what it means",
    )


def _warn_of_more(one: LaterAnswer) -> Finding:
    said = " and ".join(f"{amount:f}" for amount in one.said)
    about = f"line {one.line_number} of order {one.po_number}"
    return Finding(
        level="warning",
        code=CONTRADICTED,
        sentence=f"{about}: answers of {said} only together come to the {one.ordered.value:f} ordered",
        advice="a later answer replaces the one before here; ask the partner to say the whole line again",
    )


def _show_later(later: list[LaterAnswer]) -> None:
    meanings = {"whole": "the last says all of it", "more": "each adds to the one before"}
    if later:
        show_line()
        rows = [
            (
                one.po_number,
                one.line_number,
                one.ordered.value,
                ", then ".join(f"{amount:f}" for amount in one.said),
                meanings.get(one.speaks_for, "neither adds up"),
            )
            for one in later
        ]
        show_table(("order", "line", "ordered", "answered", "so"), rows)


def _show(
    partner: Partner,
    verdicts: list[Verdict],
    lines: list[LineReadings],
    silence: list[dict[str, Any]],
) -> None:
    rows = [
        (
            one.setting,
            one.declared,
            ", ".join(f"{option} {number}" for option, number in one.votes.items()),
            one.undecided,
            one.verdict,
        )
        for one in verdicts
    ]
    show_table(("setting", "declared", "lines that speak for", "undecided", "verdict"), rows)
    for setting in OPTIONS:
        _show_lines(setting, [one for one in lines if one.setting == setting])
    for told in silence:
        show_line(
            f"order {told['po_number']}: {counted(len(told['lines']), 'line')} not mentioned"
            f" ({', '.join(told['lines'])}) {'are' if len(told['lines']) > 1 else 'is'} {told['are']},"
            f" by semantics.silence: {partner.semantics.silence}"
        )


def _show_lines(setting: str, lines: list[LineReadings]) -> None:
    if not lines:
        return
    options = OPTIONS[setting]  # type: ignore[index]
    show_line()
    show_table(
        ("order", "line", "ordered", "said", *(f"{setting}: {one}" for one in options), "speaks for"),
        [
            (
                line.po_number,
                line.line_number,
                line.ordered.value,
                line.said,
                *(_tell(one) for one in line.readings),
                f"{line.speaks_for or 'none'}: {line.because}",
            )
            for line in lines
        ],
    )  # fmt: skip


def _tell(one: Any) -> str:
    parts = [
        f"{name} {amount.normalize():f}"
        for name in ("accepted", "backordered", "rejected")
        if (amount := getattr(one, name))
    ]
    return f"{' + '.join(parts) or 'nothing'} {'✓' if one.balances else '✗'}"
