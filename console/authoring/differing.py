"""Differing: what another version of a mapping would change for the files in the archive, by cause."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.asked import open_site
from console.authoring.library import AsJson
from console.authoring.naming import (
    PUBLISHED,
    RECORDED,
    Since,
    begin_of,
    find_owner,
    find_version,
    mapping_of,
)
from console.output import show_json
from console.page import save_page
from console.refusal import RefusalError

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.partners import Partner

Html = Annotated[
    Path | None, typer.Option("--html", help="Write a page that stands alone into this file.")
]


def diff(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            help="A mapping (its files), one@3 or one@shadow, published, recorded, or a YAML file."
        ),
    ],
    new: Annotated[
        str, typer.Argument(help="The other version; without it OLD is held against what runs.")
    ] = "",
    partner: Annotated[str, typer.Option(help="Whose files; else whoever it is agreed with.")] = "",
    since: Since = "",
    *,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Read archived files by two versions of a mapping and show what differs, by cause.

    Nothing is changed and nothing is sent. Recorded is what the ledger holds of each document.
    """
    from console.authoring.difference import show_difference, write_difference  # noqa: PLC0415
    from gateway.versions.compare import Comparison, compare_versions  # noqa: PLC0415

    gateway = open_site(context)
    mapping = mapping_of(new) or mapping_of(old)
    if not mapping:
        raise RefusalError("name the mapping, as in cmgateway mapping diff published base/855_4010")
    owner = find_owner(gateway, mapping, partner)
    if not new:
        old, new = what_runs(gateway, owner, mapping), old
    if new == RECORDED:
        raise RefusalError("what the ledger holds is what is compared with; name it first")
    wanted = Comparison(
        partner=owner,
        old=find_version(gateway, owner, mapping, old),
        new=find_version(gateway, owner, mapping, new),
        since=begin_of(since),
    )
    found = compare_versions(gateway, wanted)
    if html is not None:
        save_page(html, write_difference(found))
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        show_difference(found)


def what_runs(gateway: "Gateway", partner: "Partner", mapping: str) -> str:
    """Return what a mapping is compared with: the version that is live, else what the ledger holds."""
    from gateway.ledger.versions import list_publications  # noqa: PLC0415 loads the database

    with gateway.ledger.read() as tx:
        rows = list_publications(tx, partner.name, mapping)
    return PUBLISHED if any(row.stage == "live" for row in rows) else RECORDED
