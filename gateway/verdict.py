"""Verdict: what would become of a file of a partner by what is agreed; asks no ledger and does nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.agreed import ReadDocument, agree, find_format, read_agreed
from gateway.clock import now
from gateway.containers import ContainerError, Member, is_container, open_container
from gateway.due import is_due, write_due
from gateway.map import MappedDocument, map_document
from gateway.partners import Agreement, Partner, Partners, Wanted, find_agreement
from gateway.partners.spread import find_spread
from gateway.partners.tolerance import tolerance_of
from gateway.parts import judge_part
from gateway.sheet_rows import SHEETS, Judged, has_rows, judge_rows, options_of, write_judged
from gateway.shelf import Shelf
from translators.document import Document
from translators.findings import Finding, has_errors
from translators.x12.acknowledge import Numbers, list_batches
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Interchange, Set

GOOD, BAD = "would be taken", "would not be taken"


@dataclass(slots=True, frozen=True)
class Around:
    """What was found around the documents of a file: at a group or an interchange."""

    place: str
    findings: list[Finding]


@dataclass(slots=True)
class Verdict:
    """All that would come of a file: its documents, what stands around them, and its X12 answer."""

    partner: str
    name: str
    format: str
    documents: list[MappedDocument] = field(default_factory=list)
    around: list[Around] = field(default_factory=list)
    answer: bytes = b""
    others: list[str] = field(
        default_factory=list
    )  # partners that the file names, or that agreed it

    @property
    def is_good(self) -> bool:
        """Return whether every document would be taken, and nothing around them is wrong.

        An interchange of TA1 segments has no document, and is in order.
        """
        good = all(map(is_taken, self.documents))
        return good and not any(has_errors(one.findings) for one in self.around)

    def add(self, name: str, inner: "Verdict") -> None:
        """Add what would come of a file that is inside this one."""
        for one in inner.documents:
            one.document.place = f"{name}, {one.document.place}"
        self.documents += inner.documents
        self.around += [Around(f"{name}, {one.place}", one.findings) for one in inner.around]
        self.answer += inner.answer
        self.others += [one for one in inner.others if one not in self.others]

    def list_errors(self) -> Iterator[Finding]:
        """Yield all errors in the order of the file."""
        found = [one.findings for one in self.documents] + [one.findings for one in self.around]
        yield from (finding for one in found for finding in one if finding.level == "error")


@dataclass(slots=True, frozen=True)
class Judge:
    """What a file is held against: all partners of a site, and its mappings."""

    partners: Partners
    shelf: Shelf

    def judge(self, partner: Partner, name: str, data: bytes) -> Verdict:
        """Return what would become of the file if the partner sent it under that name."""
        verdict = Verdict(partner.name, name, find_format(data))
        members = _list_members(partner, name, data)
        if members:
            for member in members:
                verdict.add(member.name, self.judge(partner, member.name, member.data))
        elif verdict.format == "x12":
            self._judge_x12(partner, data, verdict)
        elif verdict.format == "csv" and (spread := find_spread(partner, name)) is not None:
            findings = judge_part(self.shelf, spread, Member(name=name, data=data))
            verdict.documents.append(
                MappedDocument(1, Document(kind="csv", place="the whole file"), findings=findings)
            )
        else:
            for part in read_agreed(self.shelf, partner, name, data, verdict.format):
                verdict.documents.append(map_document(self.shelf, part))
        verdict.others = verdict.others or self._list_others(partner, verdict)
        return verdict

    def _judge_x12(self, partner: Partner, data: bytes, verdict: Verdict) -> None:
        drawn = 0
        for part in read_x12(data, tolerance_of(partner, now().date())):
            if isinstance(part, Set):
                document = document_of(part)
                agreement = agree(self.partners, partner, document)
                part.findings = list(document.findings)  # for the acknowledgment
                read = ReadDocument(len(verdict.documents) + 1, document, agreement)
                verdict.documents.append(map_document(self.shelf, read))
            elif isinstance(part, Group):
                place = f"group {part.header.element(6).strip()}"
                verdict.around.append(Around(place, part.findings))
            else:
                verdict.around.append(Around(f"interchange {part.ordinal}", part.findings))
                verdict.answer += _answer(partner, part, drawn)
                drawn += max(1, len(list_batches(part.groups)))
        verdict.around = [one for one in verdict.around if one.findings]

    def _list_others(self, partner: Partner, verdict: Verdict) -> list[str]:
        senders = [self.partners.find_by_x12(one.document.envelope) for one in verdict.documents]
        named = [one.name for one in senders if one and one.name != partner.name]
        if verdict.format != "x12" and any(
            one.code == "not-agreed" for one in verdict.list_errors()
        ):
            wanted = Wanted(direction="in", kind=verdict.format, file_name=verdict.name)
            named += [
                one.name
                for one in self.partners.list_partners("cm")
                if isinstance(find_agreement(one, wanted), Agreement)
            ]
        return list(dict.fromkeys(named))

    def write_sheet(self, verdict: Verdict, data: bytes) -> bytes:
        """Return the sender's own sheet with a status and a reason beside each row; b'' without rows."""
        judged: list[Judged] = []
        if is_container(data):  # whose rows stand in several files
            return b""
        for one in verdict.documents:
            if one.document.kind not in SHEETS or not has_rows(one.document):
                continue
            status = GOOD if is_taken(one) else BAD
            told = [] if is_taken(one) else one.findings
            judged += judge_rows(one.document.content, status, told)
        if not judged:
            return b""
        judged.sort(key=lambda one: one.row.number)
        mapping = next(one.mapping for one in verdict.documents if one.mapping)
        return write_judged(judged, options_of(self.shelf.find_reader(mapping)), data)


def is_taken(document: MappedDocument) -> bool:
    """Return whether a document would be used: it has an entity, and no error stands against it."""
    return document.entity is not None and not has_errors(document.findings)


def _list_members(partner: Partner, name: str, data: bytes) -> list[Member]:
    """Return the files inside a ZIP or gzip file; nothing where it cannot be opened: reading tells why."""
    if not is_container(data):
        return []
    most = max((one.take.max_bytes for one in partner.channels.arriving), default=0)
    try:
        return open_container(name, data, most)
    except ContainerError:
        return []


def _answer(partner: Partner, interchange: Interchange, drawn: int) -> bytes:
    if not is_due(partner, interchange):
        return b""
    return write_due(partner, interchange, Numbers(drawn + 1, drawn + 1), now())[0]
