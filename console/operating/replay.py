"""Replay: the files of a time done again, each effect previewed, left alone, repeated or suppressed."""

from typing import Annotated

import typer

from console.asked import actor, open_site
from console.operating.consequences import describe, show_consequences
from console.operating.options import AsJson, DryRun, MappingVersion, PartnerName, Reason
from console.output import show_json, show_line
from console.refusal import RefusalError
from console.times import read_time
from flows.again import Consequence, Wish, do_again, must_know, preview
from gateway.counted import counted
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow, list_files_between

Keys = Annotated[
    list[str] | None,
    typer.Option(help="An effect to be done once more, by its key; all: each that is done."),
]
Never = Annotated[list[str] | None, typer.Option(help="An effect never to be done, by its key.")]


def replay(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    since: Annotated[
        str,
        typer.Option(help="Files received since then (UTC), as 2026-11-26 or 2026-11-26T10:00."),
    ],
    *,
    until: Annotated[str, typer.Option(help="And before then; else until now.")] = "",
    partner: PartnerName = None,
    again: Keys = None,
    suppress: Never = None,
    reason: Reason = "",
    mapping_version: MappingVersion = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Do the files of a time again: parked ones are processed, stuck effects retried.

    What is done stays done: an effect is repeated only where --again names it, under its old key.
    Exit code 1 where a file is parked again.
    """
    gateway = open_site(context)
    wish = make_wish(again, suppress, reason, mapping_version)
    files = _list_files(gateway, since, until, partner)
    tried = [preview(gateway, file, wish) for file in files]
    found = [one for _, consequences in tried for one in consequences]
    must_know(wish, found)
    if dry_run:
        _tell(files, found, as_json=as_json)
        return
    must_say_why(reason)
    done = [do_again(gateway, file, wish) for file in files]
    _tell(files, [one for _, consequences in done for one in consequences], as_json=as_json)
    if any(outcome is not None and outcome.is_failed for outcome, _ in done):
        raise typer.Exit(1)


def make_wish(
    again: list[str] | None, never: list[str] | None, reason: str, version: str = ""
) -> Wish:
    """Return what a person wants, under the name of the OS user."""
    both = sorted(set(again or ()) & set(never or ()))
    if both:
        raise RefusalError(f"{', '.join(both)} cannot be both repeated and suppressed")
    return Wish(
        again=frozenset(again or ()),
        never=frozenset(never or ()),
        actor=actor(),
        reason=reason.strip(),
        version=version,
    )


def must_say_why(reason: str) -> None:
    """Refuse what is done again without a reason."""
    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it with your name")


def _list_files(gateway: Gateway, since: str, until: str, partner: str | None) -> list[FileRow]:
    begin, end = read_time(since, "--since"), read_time(until, "--until") if until else None
    with gateway.ledger.read() as tx:
        return list_files_between(tx, begin, end, partner)


def _tell(files: list[FileRow], found: list[Consequence], *, as_json: bool) -> None:
    if as_json:
        show_json([describe(one) for one in found])
        return
    show_line(f"{counted(len(files), 'file')} of that time")
    show_consequences(found)
