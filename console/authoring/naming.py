"""Naming: which document of a partner is meant, and which version of its mapping."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.authoring.choice import name_of
from console.refusal import RefusalError
from console.times import read_time
from gateway.partners import Partner
from gateway.partners.partner import AgreedDocument
from translators.findings import Finding
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError, describe
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.suggest import did_you_mean
from translators.mapper.write_mapping import WriteMapping

if TYPE_CHECKING:
    from gateway.gateway import Gateway
    from gateway.ledger.versions import VersionRow
    from gateway.versions.compare import Version

FILES = "its files"
RECORDED = "recorded"
PUBLISHED = "published"
STAGES = ("test", "shadow", "live")

PartnerArgument = Annotated[str, typer.Argument(metavar="PARTNER", help="Who sends it.")]
DocumentArgument = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="A set such as 855, a kind, or its mapping.")
]
Since = Annotated[
    str, typer.Option(help="Files received since then (UTC), as 2026-11-26; else all.")
]


def find_partner(gateway: "Gateway", name: str) -> Partner:
    """Return a partner; raises RefusalError naming those there are."""
    partner = gateway.partners.partners.get(name)
    if partner is None:
        advice = did_you_mean(name, sorted(gateway.partners.partners))
        raise RefusalError(f"there is no partner {name}; {advice}")
    return partner


def find_mapping(partner: Partner, word: str) -> str:
    """Return the mapping of the agreed document a word means; raises RefusalError listing all."""
    agreed = (*partner.documents.arriving, *partner.documents.leaving)
    found = {one.mapping for one in agreed if _is_meant(one, name_of(word))}
    if len(found) == 1:
        return found.pop()
    among = ", ".join(dict.fromkeys(f"{one.kind} ({one.mapping})" for one in agreed))
    if found:
        raise RefusalError(
            f"{word} may be several of the documents of {partner.name}: {among}; name its mapping"
        )
    raise RefusalError(f"{word} is none of the documents of {partner.name}: {among}")


def _is_meant(agreed: AgreedDocument, word: str) -> bool:
    words = agreed.kind.split()
    return word in (agreed.mapping, agreed.mapping.partition("/")[2], agreed.kind, *words[1:2])


def find_owner(gateway: "Gateway", mapping: str, name: str) -> Partner:
    """Return the partner named, or the only one that a mapping is agreed with."""
    if name:
        return find_partner(gateway, name)
    partners = gateway.partners.list_partners()
    owners = [one for one in partners if any(_is_agreed(one, mapping))]
    if len(owners) == 1:
        return owners[0]
    who = ", ".join(one.name for one in owners)
    several = f"is agreed with {who}" if who else "is agreed with nobody"
    raise RefusalError(f"{mapping} {several}; name one with --partner")


def _is_agreed(partner: Partner, mapping: str) -> list[bool]:
    agreed = (*partner.documents.arriving, *partner.documents.leaving)
    return [one.mapping == mapping for one in agreed]


def mapping_of(word: str) -> str:
    """Return the mapping a version is of, '' where the word does not say: published, recorded."""
    if word in (PUBLISHED, RECORDED):
        return ""
    path = Path(word)
    is_file = _is_file(word)
    return f"{path.parent.name}/{path.stem}" if is_file else name_of(word.partition("@")[0])


def find_version(gateway: "Gateway", partner: Partner, mapping: str, word: str) -> "Version":
    """Return the version a word means: a mapping (its files), one@3, one@live, a path, published."""
    from gateway.versions import compare  # noqa: PLC0415 loads the database

    if word == RECORDED:
        return compare.RECORDED
    name, at, which = word.partition("@")
    if word == PUBLISHED or at:
        return _find_published(gateway, partner, mapping, which or "live")
    library = gateway.shelf.library
    folder = Path(name).resolve().parent.parent
    if _is_file(name) and folder not in [root.resolve() for root in library.roots]:
        return compare.Version(name, _compile(Library((folder, *library.roots)), mapping))
    return compare.Version(FILES, _compile(library, mapping_of(word)))


def _is_file(word: str) -> bool:
    return word.endswith(".yaml") and Path(word).is_file()


def _find_published(gateway: "Gateway", partner: Partner, mapping: str, which: str) -> "Version":
    from gateway.ledger.versions import list_publications  # noqa: PLC0415 loads the database
    from gateway.versions.compare import Version  # noqa: PLC0415
    from gateway.versions.running import load_version  # noqa: PLC0415

    with gateway.ledger.read() as tx:
        rows = list_publications(tx, partner.name, mapping)
        row = _choose(rows, which)
        if row is None:
            raise RefusalError(_say_unpublished(partner, mapping, which, rows))
        published = load_version(tx, row)
    return Version(f"version {row.number}", _must_work(mapping, published.mapping))


def _choose(rows: list["VersionRow"], which: str) -> "VersionRow | None":
    wanted = [row for row in rows if which in (str(row.number), row.stage)]
    return wanted[-1] if wanted else None


def _say_unpublished(partner: Partner, mapping: str, which: str, rows: list["VersionRow"]) -> str:
    if not rows:
        return f"nothing of {mapping} is published for {partner.name}; its files are what runs"
    numbers = ", ".join(dict.fromkeys(str(row.number) for row in rows))
    return f"{mapping} of {partner.name} has no version {which}; published are {numbers}"


def _compile(library: Library, name: str) -> ReadMapping | WriteMapping:
    try:
        return compile_mapping(library.load_mapping(name))
    except MappingError as error:
        raise RefusalError(describe(error.findings[0])) from error


def _must_work(
    name: str, mapping: ReadMapping | WriteMapping | list[Finding]
) -> ReadMapping | WriteMapping:
    if isinstance(mapping, list):
        raise RefusalError(f"that version of {name} cannot be used any more: {mapping[0]}")
    return mapping


def begin_of(since: str) -> datetime:
    """Return the moment `--since` names, the beginning of time without one."""
    from gateway.versions.compare import BEGIN  # noqa: PLC0415 loads the database

    return read_time(since, "--since") if since else BEGIN
