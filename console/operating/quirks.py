"""Quirks: tolerated deviations of partners, and how often each is met."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.asked import home_of, open_site
from console.operating.options import AsJson
from console.output import cell, show_json, show_table
from gateway.clock import now
from gateway.partners import Partner, load_partners
from gateway.settings import Site, load_site

if TYPE_CHECKING:
    from gateway.quirk_register import RegisteredQuirk

_SQLITE = "sqlite:///"


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


def _has_ledger(context: typer.Context) -> bool:
    """Return whether there is a ledger to look into; looking must not make one."""
    site = load_site(home_of(context))
    if not site.database_url.startswith(_SQLITE):
        return True
    return (site.home / site.database_url.removeprefix(_SQLITE).partition("?")[0]).is_file()
