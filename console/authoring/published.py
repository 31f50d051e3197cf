"""Published: which versions of a mapping there are, who published them and why, and what shadows showed."""

from typing import TYPE_CHECKING, Any

import msgspec
import typer

from console.asked import open_site
from console.authoring.differing import Html
from console.authoring.library import AsJson
from console.authoring.naming import (
    DocumentArgument,
    PartnerArgument,
    find_mapping,
    find_partner,
)
from console.output import plain, show_json, show_line, show_table
from console.page import save_page
from console.refusal import RefusalError

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.ledger.versions import VersionRow


def versions(
    context: typer.Context,
    partner: PartnerArgument,
    document: DocumentArgument,
    *,
    as_json: AsJson = False,
) -> None:
    """List what was published of a mapping for a partner: who, when, why; and what runs now."""
    from gateway.ledger.versions import list_publications  # noqa: PLC0415 loads the database
    from gateway.versions.running import choose  # noqa: PLC0415

    gateway = open_site(context)
    owner = find_partner(gateway, partner)
    mapping = find_mapping(owner, document)
    with gateway.ledger.read() as tx:
        rows = list_publications(tx, owner.name, mapping)
    live, trial = choose(rows)
    described = [_describe(row, live, trial) for row in reversed(rows)]
    if as_json:
        show_json(described)
        return
    _show_versions(described, rows[::-1])
    show_line(say_running(gateway, mapping, live, trial))


def _show_versions(described: list[dict[str, Any]], rows: list["VersionRow"]) -> None:
    show_table(
        ("version", "stage", "now", "published (UTC)", "by", "why", "differed", "of", "content"),
        [
            (
                row.number,
                row.stage,
                one["now"],
                row.published_at,
                row.actor,
                row.reason,
                row.accepted.get("differing"),
                row.accepted.get("documents"),
                row.version[:12],
            )
            for one, row in zip(described, rows, strict=True)
        ],
    )


def _describe(
    row: "VersionRow", live: "VersionRow | None", trial: "VersionRow | None"
) -> dict[str, Any]:
    now = "runs" if row is live else f"in {row.stage}" if row is trial else ""
    described: dict[str, Any] = plain(row)
    return described | {"now": now}


def say_running(
    gateway: "Gateway", mapping: str, live: "VersionRow | None", trial: "VersionRow | None"
) -> str:
    """Return in a sentence what runs, and whether the files say something else by now."""
    from gateway.versions.running import find_drift  # noqa: PLC0415 loads the database

    runs = live or trial
    if runs is None:
        return f"nothing of {mapping} is published: its files are what runs"
    without = "" if live else ", without effect"
    said = f"version {runs.number} of {mapping} runs{without}"
    return f"{said}; {find_drift(gateway.shelf.library, trial or runs) or 'its files say the same'}"


def shadow(
    context: typer.Context,
    partner: PartnerArgument,
    document: DocumentArgument,
    *,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Show what the version in shadow made otherwise of what came since, by cause."""
    from console.authoring.difference import show_difference, write_difference  # noqa: PLC0415
    from gateway.versions.shadowed import gather_shadow  # noqa: PLC0415

    gateway = open_site(context)
    owner = find_partner(gateway, partner)
    mapping = find_mapping(owner, document)
    found = gather_shadow(gateway, owner.name, mapping)
    if found is None:
        raise RefusalError(
            f"no version of {mapping} was in shadow for {owner.name}; "
            f"cmgateway mapping publish {owner.name} {mapping} --stage shadow"
        )
    if html is not None:
        save_page(html, write_difference(found))
    if as_json:
        show_json(msgspec.to_builtins(found))
    else:
        show_difference(found)
