"""Remarks of canonical rules as findings of a document."""

from collections.abc import Iterable

from canonical.changes import Remark
from translators.findings import Finding


def findings_of(remarks: Iterable[Remark]) -> list[Finding]:
    """Return one finding for each remark."""
    return [
        Finding(
            level=remark.level,
            code=remark.code,
            sentence=remark.sentence,
            advice=remark.advice,
            place=remark.place,
        )
        for remark in remarks
    ]


def refuse(code: str, sentence: str, advice: str, place: str = "") -> Finding:
    """Return the finding that keeps a document from being applied."""
    return Finding(level="error", code=code, sentence=sentence, advice=advice, place=place)
