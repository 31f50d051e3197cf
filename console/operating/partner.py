"""Partner, in operation: quirks as they are met, and the control numbers of what we send."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.asked import actor, home_of, open_site
from console.operating.options import AsJson
from console.output import cell, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.clock import now
from gateway.partners import Partner, load_partners
from gateway.settings import Site, load_site

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.quirk_register import RegisteredQuirk

_SQLITE = "sqlite:///"

Name = Annotated[str, typer.Argument(help="The partner, as its file is named.")]


def quirks(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Partners; without, all.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List tolerated deviations. Says who agreed, until when, and how often each was met."""
    partners = load_partners(Site(home=home_of(context)))
    chosen = [partners.get(name) for name in names or sorted(partners.partners)]
    rows = find_quirks(context, chosen)
    if as_json:
        show_json(rows)
    else:
        show_quirks(rows, with_partner=True)


def find_quirks(context: typer.Context, partners: Sequence[Partner]) -> "list[RegisteredQuirk]":
    """Return the quirks of partners with their hits; a site without a ledger yet has none."""
    if not any(partner.quirks for partner in partners):
        return []
    from gateway.ledger.quirks import list_quirks_met  # noqa: PLC0415 loads the database
    from gateway.quirk_register import list_registered  # noqa: PLC0415 loads the database

    today = now().date()
    if not _has_ledger(context):
        return list_registered(partners, [], today)
    with open_site(context).ledger.read() as tx:
        return list_registered(partners, list_quirks_met(tx), today)


def show_quirks(rows: "Sequence[RegisteredQuirk]", *, with_partner: bool = False) -> None:
    """Write quirks as a table."""
    named = ("partner",) if with_partner else ()
    columns = (*named, "quirk", "until", "hits", "first (UTC)", "last (UTC)", "owner", "reason")
    show_table(
        columns,
        [
            (
                *((row.partner,) if with_partner else ()),
                row.quirk,
                cell(row.expires) if row.holds else f"{row.expires}, over",
                row.hits,
                row.first_seen,
                row.last_seen,
                row.owner,
                row.reason,
            )
            for row in rows
        ],
    )


def numbers(context: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """List the last control numbers of what we sent a partner."""
    from gateway.ledger.control_numbers import list_control_numbers  # noqa: PLC0415 as above

    gateway = open_site(context)
    us, them = _names_of(gateway, name)
    with gateway.ledger.read() as tx:
        rows = list_control_numbers(tx, us, them)
    if as_json:
        show_json(rows)
        return
    columns = ("sender", "receiver", "usage", "of", "last")
    show_table(
        columns, [(row.sender, row.receiver, row.usage, row.scope, row.last) for row in rows]
    )


def bump(  # noqa: PLR0913, PLR0917 what is asked, each by its own name
    context: typer.Context,
    name: Name,
    last: Annotated[int, typer.Option(min=1, help="The last number that was used.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with your name.")],
    scope: Annotated[
        Literal["interchange", "group"], typer.Option(help="Whose number: ISA13 or GS06.")
    ] = "interchange",
    usage: Annotated[
        Literal["P", "T"], typer.Option(help="ISA15: production or test counts apart.")
    ] = "P",
) -> None:
    """Say which control number was used last. For a ledger restored from a backup; never goes back."""
    from gateway.ledger.actions import Action, record_action  # noqa: PLC0415 as above
    from gateway.ledger.control_numbers import LARGEST, bump_control_number  # noqa: PLC0415

    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it")
    gateway = open_site(context)
    us, them = _names_of(gateway, name)
    said = f"{scope} {usage}: {last} was used last. {reason}"
    with gateway.ledger.begin() as tx:
        bump_control_number(tx, (us, them, usage, scope), last)
        done = Action(actor=actor(), verb="bump", subject=f"partner {name}", reason=said)
        record_action(tx, done)
    show_line(f"the next {scope} to {name} is {1 if last == LARGEST else last + 1}")


def _names_of(gateway: "Gateway", name: str) -> tuple[str, str]:
    """Return what we and the partner are called in an ISA."""
    partner = gateway.partners.get(name)
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        raise RefusalError(f"{name} is sent no X12: its file has no identities.x12 or us.x12")
    return us.id, them.id


def _has_ledger(context: typer.Context) -> bool:
    """Return whether there is a ledger to look into; looking must not make one."""
    site = load_site(home_of(context))
    if not site.database_url.startswith(_SQLITE):
        return True
    return (site.home / site.database_url.removeprefix(_SQLITE).partition("?")[0]).is_file()
