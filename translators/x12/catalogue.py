"""Catalogue: every finding of the X12 code with its level, sentence, advice and codes, as data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct, convert

from translators.findings import Finding, Level, X12Place

CATALOGUE = Path(__file__).with_name("catalogue.toml")


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the catalogue says of one finding; `{words}` in sentence and advice are filled in.

    The codes are those an acknowledgment may carry: AK304 and IK304, AK403 and IK403, AK502 and
    IK502, AK905, TA105. The place where a finding stands decides among several.
    """

    level: Level
    sentence: str
    forms: dict[str, str] = {}
    advice: str = ""
    example: str = ""
    ak304: tuple[str, ...] = ()
    ak403: tuple[str, ...] = ()
    ak502: tuple[str, ...] = ()
    ak905: tuple[str, ...] = ()
    ta105: tuple[str, ...] = ()


@cache
def load_parts() -> dict[str, dict[str, Entry]]:
    """Return the catalogue by part of a file: file, interchange, group, set, segment, element."""
    raw = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return convert(raw, dict[str, dict[str, Entry]])


@cache
def load_catalogue() -> dict[str, Entry]:
    """Return the entry of each finding, by its word."""
    return {code: entry for part in load_parts().values() for code, entry in part.items()}


def make_finding(  # noqa: PLR0913  # the parts of one finding
    code: str,
    x12: X12Place | None = None,
    place: str = "",
    words: Mapping[str, object] | None = None,
    *,
    form: str = "",
    advice: str | None = None,
) -> Finding:
    """Return the finding the catalogue describes, its words filled in; `advice` says it better."""
    entry = load_catalogue()[code]
    filled = words or {}
    return Finding(
        level=entry.level,
        code=code,
        sentence=write_sentence(code, filled, form),
        place=place,
        advice=entry.advice.format_map(filled) if advice is None else advice,
        x12=x12,
    )


def write_sentence(code: str, words: Mapping[str, object], form: str = "") -> str:
    """Return the sentence of a finding, or one of its other forms, with the words filled in."""
    entry = load_catalogue()[code]
    return (entry.forms[form] if form else entry.sentence).format_map(words)


def find_envelope_fault(  # noqa: PLR0913  # the parts of one finding
    code: str,
    words: Mapping[str, object] | None = None,
    *,
    form: str = "",
    note: str | None = None,
    segment: str = "ISA",
    advice: str | None = None,
) -> Finding:
    """Return a finding on an interchange's envelope; `note` is TA105, the entry's first if None."""
    entry = load_catalogue()[code]
    ta105 = note if note is not None else next(iter(entry.ta105), None)
    place = X12Place(segment=segment, ordinal=0, interchange_code=ta105)
    return make_finding(code, place, segment, words, form=form, advice=advice)
