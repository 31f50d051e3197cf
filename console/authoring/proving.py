"""Proving: the cases beside mappings run, differences told value by value, expectations written."""

from typing import Annotated

import msgspec
import typer

from console.authoring.library import AsJson, Names, list_wanted, open_library
from console.output import clean, show_error, show_findings, show_json, show_line
from gateway.counted import counted
from translators.findings import Finding
from translators.mapper.case_files import (
    Case,
    Difference,
    Outcome,
    list_cases,
    place_of_expected,
    run_case,
)
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping

MOST = 40  # differences of one case that are shown


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case, or, without a case, of a mapping that cannot be proven."""

    mapping: str
    case: str = ""
    state: str = "as expected"  # differs, new, written, cannot be run, no case
    differences: list[Difference] = []
    findings: list[Finding] = []
    said: list[str] = []


def prove(
    context: typer.Context,
    names: Names = None,
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Write what comes out as what is expected.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the cases beside mappings and show each value that differs. Exit code 1 where one does.

    A case is a sample in mappings/PARTNER/NAME.cases/, with what is expected of it beside it;
    --update writes that file, so that the change shows in version control.
    """
    library = open_library(context)
    proofs = [
        proof for name in list_wanted(library, names) for proof in _prove(library, name, update)
    ]
    if as_json:
        show_json([msgspec.to_builtins(proof) for proof in proofs])
    else:
        _show(proofs)
    if any(proof.state not in {"as expected", "written", "no case"} for proof in proofs):
        raise typer.Exit(1)


def _prove(library: Library, name: str, update: bool) -> list[Proof]:
    cases = list_cases(library, name)
    if not cases:
        return [Proof(mapping=name, state="no case")]
    try:
        compiled = compile_mapping(library.load_mapping(name))
    except MappingError as error:
        return [Proof(mapping=name, state="cannot be run", findings=error.findings)]
    return [_prove_case(compiled, case, update) for case in cases]


def _prove_case(compiled: ReadMapping | WriteMapping, case: Case, update: bool) -> Proof:
    try:
        outcome = run_case(compiled, case)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        said = [f"{case.sample.name} is no {compiled.entity}: {error}"]
        return Proof(mapping=case.mapping, case=case.situation, state="cannot be run", said=said)
    return Proof(
        mapping=case.mapping,
        case=case.situation,
        state=_settle(compiled, case, outcome, update),
        differences=outcome.differences,
        said=outcome.faults,
    )


def _settle(
    compiled: ReadMapping | WriteMapping, case: Case, outcome: Outcome, update: bool
) -> str:
    """Return the state of a case, after writing its expectation where that is wanted."""
    if outcome.faults:
        return "cannot be written"
    known = case.expected.is_file()
    if known and not outcome.differences:
        return "as expected"
    if not update:
        return "differs" if known else "new"
    place_of_expected(compiled, case).write_bytes(outcome.text)
    return "written"


def _show(proofs: list[Proof]) -> None:
    for proof in proofs:
        if proof.state == "as expected":
            continue
        case = f" {proof.case}" if proof.case else ""
        show_line(f"{proof.mapping}{case}: {proof.state}{_advise(proof)}")
        show_findings(proof.findings)
        for said in proof.said:
            show_error(f"  {clean(said)}")
        for one in proof.differences[:MOST] if proof.state == "differs" else []:
            _show_difference(one)
        if proof.state == "differs" and len(proof.differences) > MOST:
            show_line(f"  … {len(proof.differences) - MOST} more differences")
    cases = [proof for proof in proofs if proof.case]
    fine = sum(proof.state == "as expected" for proof in cases)
    show_line(f"{counted(len(cases), 'case')}, {fine} as expected")


def _advise(proof: Proof) -> str:
    if proof.state == "no case":
        return f"; put a sample of the partner into {proof.mapping}.cases/"
    if proof.state == "new":
        return "; look at it with mapping try, then write what is expected with --update"
    return ""


def _show_difference(one: Difference) -> None:
    show_line(f"  {one.path}")
    if one.expected:
        show_line(f"    - {one.expected}")
    if one.found:
        show_line(f"    + {one.found}")
