"""Publishing: a mapping becomes a version that runs, after its difference was seen and accepted."""

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from console.asked import actor, open_site
from console.authoring.differing import Html
from console.authoring.library import AsJson
from console.authoring.naming import (
    FILES,
    DocumentArgument,
    PartnerArgument,
    Since,
    begin_of,
    find_mapping,
    find_partner,
)
from console.output import show_findings, show_json, show_line
from console.page import save_page
from console.refusal import RefusalError

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.ledger.versions import Stage
    from gateway.partners import Partner
    from gateway.versions.compare import Version
    from gateway.versions.difference import Difference
    from gateway.versions.publish import Candidate

StageName = Literal["test", "shadow", "live"]


def publish(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    partner: PartnerArgument,
    document: DocumentArgument,
    *,
    stage: Annotated[
        StageName, typer.Option(help="test and shadow change nothing; live takes effect.")
    ] = "live",
    version: Annotated[
        int | None, typer.Option(help="Publish this version again, not the files as they are now.")
    ] = None,
    accept: Annotated[str, typer.Option(help="The mark of the difference you agree to.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept with your name.")] = "",
    since: Since = "",
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Make the files of a mapping a version that runs, at a stage; going back is publishing an older one.

    It must be free of mistakes and warnings, its cases as expected, and its difference to what is
    live seen and accepted: without --accept it is shown, with its mark. Exit code 1 where it is
    not published.
    """
    from console.authoring.difference import write_difference  # noqa: PLC0415 loads the database
    from gateway.versions.compare import Comparison, Version, compare_versions  # noqa: PLC0415

    gateway = open_site(context)
    owner = find_partner(gateway, partner)
    mapping = find_mapping(owner, document)
    candidate = _take(gateway, owner, mapping, version)
    _must_be_clean(candidate, mapping, stage)
    new = Version(f"version {version}" if version else FILES, candidate.mapping)
    old = _find_live(gateway, owner, mapping)
    wanted = Comparison(partner=owner, old=old, new=new, since=begin_of(since))
    found = compare_versions(gateway, wanted)
    if html is not None:
        save_page(html, write_difference(found))
    if stage == "live" and found.accept != accept:
        _show_unaccepted(found, accept, as_json=as_json)
        raise typer.Exit(1)
    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it with your name")
    number = _publish(gateway, found, candidate, (stage, reason.strip()))
    if as_json:
        show_json(msgspec.to_builtins(found) | {"version": number, "stage": stage})
    else:
        _say_published(found, stage, number)


def _must_be_clean(candidate: "Candidate", mapping: str, stage: "Stage") -> None:
    """Show what speaks against a mapping, and end where that keeps it from a stage."""
    from gateway.versions.publish import find_refusal  # noqa: PLC0415 loads the database

    refusal = find_refusal(candidate, stage)
    show_findings(candidate.faults, mapping)
    if refusal:
        show_line(f"{mapping} is not published: {refusal}")
        raise typer.Exit(1)


def _take(gateway: "Gateway", partner: "Partner", mapping: str, number: int | None) -> "Candidate":
    """Return what is to be published: the files as they are now, or a version there was."""
    from gateway.versions.publish import Candidate, take_candidate  # noqa: PLC0415 as above
    from gateway.versions.running import find_version  # noqa: PLC0415

    if number is None:
        return take_candidate(gateway.shelf.library, mapping)
    with gateway.ledger.read() as tx:
        found = find_version(tx, partner.name, mapping, number)
    if found is None:
        raise RefusalError(
            f"{mapping} of {partner.name} has no version {number}; see mapping versions"
        )
    if isinstance(found.mapping, list):
        return Candidate(None, found.texts, found.mapping)
    return Candidate(found.mapping, found.texts, [])


def _find_live(gateway: "Gateway", partner: "Partner", mapping: str) -> "Version":
    from gateway.ledger.versions import list_publications  # noqa: PLC0415 as above
    from gateway.versions.compare import RECORDED, Version  # noqa: PLC0415
    from gateway.versions.running import choose, load_version  # noqa: PLC0415

    with gateway.ledger.read() as tx:
        live, _ = choose(list_publications(tx, partner.name, mapping))
        if live is None:
            return RECORDED
        found = load_version(tx, live).mapping
    if isinstance(found, list):
        return RECORDED
    return Version(f"version {live.number}", found)


def _show_unaccepted(found: "Difference", accept: str, *, as_json: bool) -> None:
    from console.authoring.difference import show_difference  # noqa: PLC0415 as above

    if as_json:
        show_json(msgspec.to_builtins(found))
        return
    show_difference(found)
    show_line()
    if accept:
        show_line(f"{accept} is not the mark of this difference")
    if found.accept:
        show_line(f"if that is what is wanted, say so: --accept {found.accept} --reason …")
    else:
        show_line("nothing differs; publish it without --accept")


def _publish(
    gateway: "Gateway", found: "Difference", candidate: "Candidate", how: "tuple[Stage, str]"
) -> int:
    from gateway.ledger.versions import NewPublication, NewVersion  # noqa: PLC0415 as above
    from gateway.versions.publish import publish as publish_now  # noqa: PLC0415

    about, (stage, reason) = found.about, how
    seen = {
        "mark": found.accept,
        "old": msgspec.to_builtins(about.old),
        "documents": found.documents,
        "differing": found.differing,
        "causes": [msgspec.to_builtins(group.causes) for group in found.groups],
    }
    new = NewVersion(
        partner=about.partner,
        mapping=about.mapping,
        version=about.new.version,
        texts=candidate.texts,
    )
    at = NewPublication(
        stage=stage, actor=actor(), reason=reason, accepted=msgspec.json.encode(seen).decode()
    )
    return publish_now(gateway, new, at, was=about.old.version)


def _say_published(found: "Difference", stage: str, number: int) -> None:
    from console.authoring.difference import say_extent  # noqa: PLC0415 as above

    about = found.about
    show_line(f"{about.mapping} of {about.partner}: version {number} is {WORDS[stage]}")
    show_line(say_extent(found))
    if about.old.version and about.old.version != about.new.version:
        back = "back again" if stage == "live" else "end it"
        number_before = about.old.name.removeprefix("version ")
        again = f"{about.partner} {about.mapping} --version {number_before}"
        show_line(f"{back}: cmgateway mapping publish {again}")


WORDS = {
    "test": "in test: what is marked as test, or all where none is live, is read without effect",
    "shadow": "in shadow: it reads what comes without effect; see cmgateway mapping shadow",
    "live": "live",
}
