"""Numbers: what a partner's control numbers tell, and how they begin anew."""

from typing import Annotated

import typer

from console.asked import actor, open_site
from console.operating.findings import show_actions
from console.operating.options import AsJson, Limit
from console.output import plain, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.forensics import begin_epochs, list_steps
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, list_actions, record_action
from gateway.ledger.control_numbers import bump_control_number
from gateway.ledger.files import find_file
from gateway.partners import Partner

app = typer.Typer(
    help="Control numbers: gaps, rewinds, duplicates, reuse; new epochs.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The partner, as its file is named.")]
Why = Annotated[str, typer.Option(help="Why; it is kept with your name.")]


@app.command()
def show(
    context: typer.Context,
    partner: Name,
    limit: Limit = 100,
    *,
    odd: Annotated[bool, typer.Option("--odd", help="Only what is not first or next.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what came of a partner by control number: gaps, rewinds, duplicates, reuse, epochs."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        steps = list_steps(tx, gateway.partners.get(partner))
        actions = list_actions(tx, f"partner {partner}")
    if odd:
        steps = [step for step in steps if step.word not in ("first", "next")]
    steps = steps[-limit:]
    if as_json:
        show_json({"partner": partner, "steps": plain(steps), "actions": plain(actions)})
        return
    show_table(
        ("came (UTC)", "from", "to", "", "ISA13", "is", "file", "what that means"),
        [
            (
                step.at,
                step.sender,
                step.receiver,
                step.usage,
                "" if step.control is None else f"{step.control:09d}",
                step.word,
                step.file_id,
                step.said,
            )
            for step in steps
        ],
    )
    show_actions(actions)


@app.command()
def epoch(
    context: typer.Context,
    partner: Name,
    reason: Why,
    start: Annotated[
        str,
        typer.Option("--from", help="The first file of the epoch; else what comes from now on."),
    ] = "",
) -> None:
    """Begin a new epoch: the partner's counter was reset, and numbers may come again.

    What came before is no longer compared. Then rerun the files that were refused.
    """
    _must_say_why(reason)
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        file = find_file(tx, start) if start else None
        if start and file is None:
            raise RefusalError(f"there is no file {start} in the ledger; see cmgateway file list")
        begun = begin_epochs(
            tx,
            gateway.partners.get(partner),
            actor=actor(),
            reason=reason.strip(),
            from_file=file.id if file else None,
        )
    for pair in begun:
        show_line(f"a new epoch begins: {pair}")


@app.command()
def bump(
    context: typer.Context,
    partner: Name,
    last: Annotated[int, typer.Option("--last", help="The last number the partner has seen.")],
    reason: Why,
    usage: Annotated[str, typer.Option(help="P, T or I.")] = "P",
) -> None:
    """Put our own numbers towards a partner forward, after a restore from a backup; never back."""
    _must_say_why(reason)
    gateway = open_site(context)
    one = gateway.partners.get(partner)
    us, them = _names_of(gateway, one)
    with gateway.ledger.begin() as tx:
        for scope in ("interchange", "group"):
            bump_control_number(tx, (us, them, usage, scope), last)
        said = f"the numbers we give go on after {last:09d}: {reason.strip()}"
        record_action(
            tx, Action(actor=actor(), verb="bump", subject=f"partner {partner}", reason=said)
        )
    show_line(f"what we send to {partner} is numbered after {last:09d}")


def _names_of(gateway: Gateway, partner: Partner) -> tuple[str, str]:
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        raise RefusalError(f"{partner.name} has no X12 name in {gateway.site.home}/partners")
    return us.id, them.id


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it")
