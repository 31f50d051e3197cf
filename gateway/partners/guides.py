"""Guides: the rules of agreed documents, with the lines of the partner file they stand on (B-39, B-49)."""

from typing import Any

from gateway.partners.partner import Partner
from gateway.yaml_file import YamlFile
from translators.x12.grammar import find_version

_ARRIVING = ("documents", "in")


def place_guides(file: YamlFile) -> Any:
    """Return the file's value, beside each guide the file:line of its rules."""
    documents = file.value.get("documents") or {}
    if not any(one.get("guide") for one in documents.get("in") or ()):
        return file.value
    placed = [
        one | {"guide_places": _list_places(file, at)} for at, one in enumerate(documents["in"])
    ]
    return file.value | {"documents": documents | {"in": placed}}


def _list_places(file: YamlFile, at: int) -> list[str]:
    rules = file.value["documents"]["in"][at].get("guide") or ()
    return [file.place((*_ARRIVING, at, "guide", number)) for number in range(len(rules))]


def guides_of(partner: Partner) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the rules of each X12 document that has some, by set and the version of its grammar."""
    guides: dict[tuple[str, str], tuple[str, ...]] = {}
    for agreed in partner.documents.arriving:
        if agreed.guide and agreed.kind.startswith("x12 "):
            _, set_id, version = agreed.kind.split(" ")
            guides[set_id, find_version(version) or version] = agreed.guide
    return guides


def places_of(partner: Partner) -> dict[str, str]:
    """Return the file:line of each rule, by its text."""
    return {
        text.strip(): place
        for agreed in partner.documents.arriving
        for text, place in zip(agreed.guide, agreed.guide_places, strict=False)
    }
