"""Envelope: what stands in ISA and GS between a partner and us, both ways, element by element."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.enveloped import usage_of
from gateway.partners import Partner
from translators.x12.grammar import GROUP_OF
from translators.x12.writer import settle_delimiters


@dataclass(slots=True, frozen=True)
class Row:
    """One element of the envelope: what the partner sends, and what it gets."""

    name: str
    title: str
    yours: str
    ours: str


def list_envelope(partner: Partner) -> list[Row]:
    """Return the elements of ISA and GS; none where no X12 is agreed."""
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        return []
    return [Row(*cells) for cells in _list_cells(partner)]


def _list_cells(partner: Partner) -> Iterator[tuple[str, ...]]:
    us, them = partner.us.x12, partner.identities.x12
    if us is None or them is None:
        return
    usage = usage_of(partner)
    word = "P, production" if usage == "P" else "T, test: nothing has effects yet"
    marks = settle_delimiters(
        partner.delimiters.to_x12(), max(_versions(partner), default="004010")
    )
    yours, ours = (_tell_versions(partner, way, 5) for way in ("in", "out"))
    number = "a number of nine digits, one higher each time"
    yield "ISA01-04", "Authorization and security", "00 and ten blanks, twice", "the same"
    yield "ISA05/06", "Sender", f"{them.qualifier} / {them.id}", f"{us.qualifier} / {us.id}"
    yield "ISA07/08", "Receiver", f"{us.qualifier} / {us.id}", f"{them.qualifier} / {them.id}"
    yield "ISA09/10", "Date and time", "YYMMDD and HHMM", "the same, UTC"
    repetition = "the repetition separator from 00402 on, U before"
    yield "ISA11", "Repetition or standard", repetition, marks.repetition or "U"
    yield "ISA12", "Version of the envelope", yours, ours
    yield "ISA13", "Interchange control number", number, number
    yield "ISA14", "TA1 asked for", "0, or 1 where you want a TA1", "0"
    yield "ISA15", "Usage", word, word
    yield "ISA16", "Component separator", "any that your data do not hold", marks.component
    groups = (_tell_groups(partner, way) for way in ("in", "out"))
    yield ("GS01", "Kind of documents", *groups)
    yield "GS02", "Sender of the group", them.group_id, us.group_id
    yield "GS03", "Receiver of the group", us.group_id, them.group_id
    yield "GS04/05", "Date and time", "CCYYMMDD and HHMM", "the same, UTC"
    yield "GS06", "Group control number", number.replace("of nine", "of up to nine"), "the same"
    yield "GS07", "Agency", "X", "X"
    yield "GS08", "Version", *(_tell_versions(partner, way, 6) for way in ("in", "out"))


def list_marks(partner: Partner) -> list[tuple[str, str]]:
    """Return the characters of what we write."""
    marks = settle_delimiters(
        partner.delimiters.to_x12(), max(_versions(partner), default="004010")
    )
    rows = [
        ("elements are parted by", marks.element),
        ("components are parted by", marks.component),
        ("repetitions are parted by", marks.repetition),
        ("a segment ends with" + (", before a new line," if marks.newline else ""), marks.segment),
    ]
    return [row for row in rows if row[1]]


def _versions(partner: Partner, way: str = "") -> list[str]:
    documents = partner.documents
    sides = {"in": documents.arriving, "out": documents.leaving}
    agreed = sides[way] if way else (*documents.arriving, *documents.leaving)
    found = [one.kind.split()[2] for one in agreed if one.kind.startswith("x12 ")]
    return list(dict.fromkeys(found))


def _tell_versions(partner: Partner, way: str, length: int) -> str:
    found = dict.fromkeys(version[:length] for version in _versions(partner, way))
    return " or ".join(found) or "-"


def _tell_groups(partner: Partner, way: str) -> str:
    documents = partner.documents
    agreed = documents.arriving if way == "in" else documents.leaving
    sets = [one.kind.split()[1] for one in agreed if one.kind.startswith("x12 ")]
    told = dict.fromkeys(f"{GROUP_OF[one]} for {one}" for one in sets if one in GROUP_OF)
    return ", ".join(told) or "-"
