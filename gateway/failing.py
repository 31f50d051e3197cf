"""Failing: files that must not be taken, each spoiled in one place, with what our own checker says of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.partners import Partner
from gateway.partners.partner import AgreedDocument
from gateway.samples import Arriving
from gateway.verdict import Judge
from translators.findings import Finding
from translators.spoiled.rows import list_spoiled_rows
from translators.spoiled.spoiled import Spoiled, list_spoiled_files
from translators.spoiled.trees import list_spoiled_json, list_spoiled_xml
from translators.spoiled.x12 import list_spoiled_x12
from translators.x12.grammar import load_grammar

WANTED = 20
ENOUGH = 2 * WANTED  # of workbooks, which take a hundredth of a second each


@dataclass(slots=True, frozen=True)
class Failing:
    """A file that is not taken: what was done to it, and the errors found."""

    name: str
    spoiled: Spoiled
    errors: list[Finding]


def list_failing(
    judge: Judge, partner: Partner, agreed: AgreedDocument, sample: Arriving
) -> list[Failing]:
    """Return twenty files that are not taken, of as many kinds of fault and parts as there are."""
    found: dict[str, list[Failing]] = {}
    is_slow = sample.table is not None and not sample.table.delimiter
    for spoiled in _list_spoiled(agreed, sample):
        if is_slow and sum(map(len, found.values())) >= ENOUGH:
            break
        name = spoiled.name or sample.name
        verdict = judge.judge(partner, name, spoiled.data)
        errors = list(verdict.list_errors())
        if errors and not verdict.is_good:
            found.setdefault(errors[0].code, []).append(Failing(name, spoiled, errors))
    return _spread([_by_parts(one) for one in found.values()])


def _list_spoiled(agreed: AgreedDocument, sample: Arriving) -> Iterator[Spoiled]:
    if agreed.files:
        ending = sample.name.rpartition(".")[2]
        title = "The name of the file says nothing that is agreed"
        yield Spoiled(title, sample.data, "name", sample.name, f"file1.{ending}", f"file1.{ending}")
    words = agreed.kind.split()
    grammar = load_grammar(*words[1:]) if len(words) == 3 else None
    if grammar is not None:
        yield from list_spoiled_x12(sample.data, grammar)
    elif sample.table is not None:
        yield from list_spoiled_rows(sample.table)
    elif agreed.kind == "json":
        yield from list_spoiled_json(sample.data)
    elif agreed.kind == "xml":
        yield from list_spoiled_xml(sample.data)
    else:
        yield from list_spoiled_files(sample.data, agreed.kind)


def _by_parts(failing: list[Failing]) -> list[Failing]:
    """Return them so that one of each part comes first, then the second of each."""
    counts: dict[str, int] = {}
    ranked = []
    for at, one in enumerate(failing):
        turn = counts[one.spoiled.part] = counts.get(one.spoiled.part, -1) + 1
        ranked.append((turn, at, one))
    return [one for *_, one in sorted(ranked, key=lambda item: item[:2])]


def _spread(kinds: list[list[Failing]]) -> list[Failing]:
    """Return twenty, kind by kind in turn, then put together by kind again."""
    taken = [0] * len(kinds)
    left = WANTED
    while left and any(count < len(kind) for count, kind in zip(taken, kinds, strict=True)):
        for at, kind in enumerate(kinds):
            if left and taken[at] < len(kind):
                taken[at] += 1
                left -= 1
    return [one for count, kind in zip(taken, kinds, strict=True) for one in kind[:count]]
