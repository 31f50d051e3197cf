"""Publish: a mapping becomes a version with a number, checked and agreed to, in one transaction."""

from dataclasses import dataclass

import msgspec

from gateway.gateway import Gateway
from gateway.ledger.errors import LedgerError
from gateway.ledger.locks import hold
from gateway.ledger.versions import (
    NewPublication,
    NewVersion,
    Stage,
    has_taken_effect,
    list_publications,
    publish_version,
)
from gateway.versions.running import choose
from translators.findings import Finding, has_errors
from translators.mapper.case_files import list_cases, run_case
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping


@dataclass(slots=True, frozen=True)
class Candidate:
    """What would be published: the files as they were read once, compiled, and what speaks against it."""

    mapping: ReadMapping | WriteMapping | None
    texts: dict[str, str]
    faults: list[Finding]


def take_candidate(library: Library, name: str) -> Candidate:
    """Return a mapping as its files stand now, linted and proven; later changes of them do not matter."""
    try:
        texts = library.load_texts(library.load_mapping(name).files)
        kept = Library(library.roots, texts)
        compiled = compile_mapping(kept.load_mapping(name))
    except MappingError as error:
        return Candidate(None, {}, list(error.findings))
    faults = [one for one in check_mapping(kept, name) if one.level != "note"]
    return Candidate(compiled, texts, faults + list(_prove(kept, compiled)))


def _prove(library: Library, compiled: ReadMapping | WriteMapping) -> list[Finding]:
    """Return a fault for each case beside a mapping that is not as expected."""
    found = []
    for case in list_cases(library, compiled.name):
        try:
            outcome = run_case(compiled, case)
            wrong = bool(outcome.differences or outcome.faults) or not case.expected.is_file()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            wrong = True
        if wrong:
            found.append(
                Finding(
                    level="error",
                    code="case-differs",
                    sentence=f"case {case.situation} does not come out as expected",
                    advice=f"see cmgateway mapping test {compiled.name}",
                    rule=f"{compiled.name}.yaml",
                )
            )
    return found


def find_refusal(candidate: Candidate, stage: Stage) -> str:
    """Return what the sort of a mapping has against a stage, '' where nothing."""
    if isinstance(candidate.mapping, WriteMapping) and stage != "live":
        return (
            f"{candidate.mapping.name} writes what we send, of which nothing comes in to be tried; "
            "publish it live"
        )
    if has_errors(candidate.faults) or candidate.mapping is None:
        return "it has mistakes"
    if stage == "live" and candidate.faults:
        return "what is live has no warnings"
    return ""


def publish(
    gateway: Gateway, new: NewVersion, at: NewPublication, *, was: str | None = None
) -> int:
    """Return the number of what is published; all of it is in the ledger, or nothing.

    `was` is the version it was compared with: raises LedgerError where another one is live by now,
    and where trade that takes effect would stop without a word.
    """
    with gateway.ledger.begin() as tx:
        hold(tx, f"versions of {new.partner} {new.mapping}")
        live, _ = choose(list_publications(tx, new.partner, new.mapping))
        if was is not None and was != (live.version if live else ""):
            raise LedgerError(
                f"another version of {new.mapping} was published meanwhile; look at the difference again"
            )
        if at.stage != "live" and live is None and has_taken_effect(tx, new.partner, new.mapping):
            raise LedgerError(
                f"{new.mapping} of {new.partner} takes effect already, by its files; at stage "
                f"{at.stage} that would stop. Publish what runs now with --stage live first"
            )
        number = publish_version(tx, new, at)
        gateway.versions.look(tx)
        return number
