"""Arrivals: whether the control numbers of an interchange came before (B-25 to B-27)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection

from gateway.clock import now
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.findings import list_findings, record_findings
from gateway.ledger.fresh import look_up_fresh
from gateway.ledger.interchanges import (
    InterchangeKey,
    find_interchange,
    find_last_interchange,
    find_received_group,
    has_effect,
    look_up_interchanges,
    record_interchange,
)
from gateway.partners import Partner
from gateway.reply import Reply
from translators.findings import Finding, Level, X12Place, has_errors
from translators.x12.acknowledge import judge_interchange
from translators.x12.delimiters import ISA_WINDOW, read_isa
from translators.x12.structure import Group, Interchange

CONFLICT = "control-number-again"
LARGEST = 999_999_999


def key_of(interchange: Interchange) -> InterchangeKey | None:
    """Return what the interchange is known by, or None where its number or ids cannot be read."""
    return _key_of([interchange.header.element(at).strip() for at in (5, 6, 7, 8, 13, 15)])


def _peek_key(data: bytes) -> InterchangeKey | None:
    """Return what the first interchange of a file is known by, to look it up before it is read."""
    isa = read_isa(data[: 2 * ISA_WINDOW].lstrip()[:ISA_WINDOW])
    if isa is None or len(isa.elements) <= 15:
        return None
    return _key_of([isa.elements[at].strip() for at in (5, 6, 7, 8, 13, 15)])


def _key_of(texts: list[str]) -> InterchangeKey | None:
    if not all(texts) or not (texts[4].isascii() and texts[4].isdigit()) or len(texts[4]) > 9:
        return None
    return InterchangeKey(
        sender=f"{texts[0]}/{texts[1]}"[:40],
        receiver=f"{texts[2]}/{texts[3]}"[:40],
        control=int(texts[4]),
        usage=texts[5][:1],
    )


class SameNumberError(Exception):
    """Two files bear the same number: the second is judged when the first has been."""


def look_up_arrivals(tx: Connection, contents: Mapping[int, bytes]) -> None:
    """Look up what is recorded of files, and of the numbers of their interchanges, before they are read.

    Raises SameNumberError where they cannot be done together.
    """
    peeked = [key for data in contents.values() if (key := _peek_key(data)) is not None]
    keys = set(peeked)
    if len(keys) < len(peeked):
        raise SameNumberError("two of them bear the same ISA13")
    look_up_fresh(tx, contents)
    look_up_interchanges(tx, keys)


def hash_interchange(interchange: Interchange, data: bytes) -> str:
    """Return the SHA-256 of an interchange alone, from its ISA to before its IEA."""
    marks = interchange.delimiters
    start = interchange.header.offset
    ends, parts = re.escape(marks.segment.encode("latin-1")), re.escape(marks.element.encode())
    trailer = re.compile(ends + rb"\s*IEA" + parts).search(data, start)
    return sha256(data[start : trailer.start() if trailer else len(data)]).hexdigest()


def check_arrival(tx: Connection, partner: Partner, interchange: Interchange) -> list[Finding]:
    """Return the conflict where an accepted interchange had this number and other content (B-25).

    The same content again is no fault: its documents are known by what they say. One that was
    refused does not stand in the way of its correction.
    """
    key = key_of(interchange)
    if key is None:
        return []
    since = now() - timedelta(days=partner.control_numbers.days)
    known = find_interchange(tx, key, since)
    if known is None or known.sha256 == interchange.sha256:
        return []
    level: Level = "error" if partner.control_numbers.conflict == "park" else "warning"
    finding = _find(
        CONFLICT,
        f"ISA13 {key.control:09d} came on {known.received_at:%Y-%m-%d} with other content",
        "give each interchange its own number; send this one again under a new one",
        level=level,
        code="025",
    )
    return [finding]


def check_group_arrival(tx: Connection, partner: Partner, group: Group) -> list[Finding]:
    """Return an error where GS06 came before in another interchange, if that is looked at (B-26)."""
    header = group.header
    if not partner.control_numbers.unique_groups or not header.element(6).strip():
        return []
    control = group.interchange.header.element(13).strip()
    known = find_received_group(tx, partner.name, header.element(1), header.element(6).strip())
    if known is None or known == control:
        return []
    sentence = f"GS06 {header.element(6).strip()} came before, in interchange {known}"
    advice = "give each group of a kind its own number"
    return [_find("group-number-again", sentence, advice, level="error", segment="GS")]


def record_arrival(reply: Reply, interchange: Interchange) -> bool:
    """Return whether the interchange is refused; its number and what was found around it are recorded."""
    found = [*interchange.findings, *(one for g in interchange.groups for one in g.findings)]
    refused = any(one.code == CONFLICT and one.level == "error" for one in found)
    key = key_of(interchange)
    if key is not None and interchange.sha256:
        if not refused:
            late = check_arrival(reply.tx, reply.partner, interchange)  # two files at once
            refused = has_errors(late)
            found += late or _check_sequence(reply, key, interchange.sha256)
        accepted = not refused and _is_taken(reply, interchange)
        record_interchange(reply.tx, key, reply.file.id, interchange.sha256, accepted=accepted)
    if refused:
        _open_conflict(reply, found)
    record_around(reply, found)
    return refused


def _is_taken(reply: Reply, interchange: Interchange) -> bool:
    """Return whether something of it took effect; where all was refused it may come again (B-25)."""
    if not any(group.sets for group in interchange.groups):
        return judge_interchange(interchange) != "R"
    control = interchange.header.element(13).strip()[:14]
    return has_effect(reply.tx, reply.file.id, control)


def _check_sequence(reply: Reply, key: InterchangeKey, content: str) -> list[Finding]:
    """Return a note where numbers are left out, a warning where they begin again (B-27)."""
    since = now() - timedelta(days=reply.partner.control_numbers.days)
    known = find_interchange(reply.tx, key, since)
    last = find_last_interchange(reply.tx, key.sender, key.receiver, key.usage)
    if last is None or (known is not None and known.sha256 == content):
        return []
    expected = 1 if last.control == LARGEST else last.control + 1
    if key.control == expected:
        return []
    if key.control < expected:
        word, said = "control-number-rewind", "its numbers began again, or a file came late"
        advice = "ask the partner whether its counter was reset"
    else:
        word, said = "control-number-gap", f"{expected:09d} was expected"
        advice = "ask the partner for the interchanges between, if they do not come"
    sentence = f"ISA13 {key.control:09d} follows {last.control:09d}: {said}"
    return [_find(word, sentence, advice, level="note" if word.endswith("gap") else "warning")]


def _open_conflict(reply: Reply, found: list[Finding]) -> None:
    conflict = next(one for one in found if one.code == CONFLICT)
    summary = f"{reply.partner.name} sent {reply.file.name}: {conflict.sentence}"
    subject = f"file {reply.file.id}"  # by which `case show` sets both side by side
    open_case(
        reply.tx,
        NewCase(kind="control-number-conflict", owner="ops", summary=summary, subject=subject),
    )


def record_around(reply: Reply, found: list[Finding]) -> None:
    """Record what was found around the documents of a file, beside that of its other interchanges."""
    if not found:
        return
    rows = list_findings(reply.tx, file_id=reply.file.id)
    known = [row.finding for row in rows if row.document_id is None]
    more = [one for one in found if one not in known]
    if more:
        record_findings(reply.tx, [*known, *more], file_id=reply.file.id)


def _find(  # noqa: PLR0913  # the parts of one finding, by name
    word: str,
    sentence: str,
    advice: str,
    *,
    level: Level,
    code: str | None = None,
    segment: str = "ISA",
) -> Finding:
    x12 = X12Place(segment=segment, ordinal=0, interchange_code=code)
    return Finding(level=level, code=word, sentence=sentence, advice=advice, place=segment, x12=x12)
