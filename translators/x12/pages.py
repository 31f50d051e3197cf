"""Pages: the catalogue of findings and the quirks as Markdown, for docs/findings.md."""

import re
from collections.abc import Iterator

from translators.x12.catalogue import Entry, load_parts
from translators.x12.quirks import QUIRKS

_WORD = re.compile(r"\{(\w+)\}")
_TITLES = {
    "file": "The file",
    "interchange": "The interchange: ISA and IEA",
    "group": "The group: GS and GE",
    "set": "The set: ST and SE",
    "segment": "Segments and loops",
    "element": "Elements",
    "writing": "What we write",
}


def write_findings_page() -> str:
    """Return one section for each finding of the X12 code, by part of a file."""
    lines = list[str]()
    for part, entries in load_parts().items():
        lines += [f"## {_TITLES[part]}", ""]
        for code, entry in entries.items():
            lines += _list_entry(code, entry)
    return "\n".join(lines)


def write_quirks_table() -> str:
    """Return the quirks with the finding each makes milder."""
    rows = [
        f"| `{name}` | `{cover.code}`{_write_where(cover.segment, cover.element)} |"
        for name, cover in QUIRKS.items()
    ]
    return "\n".join(["| quirk | the finding it makes milder |", "|---|---|", *rows])


def _list_entry(code: str, entry: Entry) -> Iterator[str]:
    yield f"#### {code}"
    yield ""
    yield f"{entry.level.capitalize()}{_write_codes(entry)}: *{_plain(entry.sentence)}*"
    for sentence in entry.forms.values():
        yield f"or *{_plain(sentence)}*"
    yield ""
    if entry.advice:
        yield f"What to do: {_plain(entry.advice)}."
        yield ""
    if entry.example:
        yield f"For example `{entry.example}`"
        yield ""


def _write_codes(entry: Entry) -> str:
    named = (
        ("AK304/IK304", entry.ak304),
        ("AK403/IK403", entry.ak403),
        ("AK502/IK502", entry.ak502),
        ("AK905", entry.ak905),
        ("TA105", entry.ta105),
    )
    said = [f"{name} {' or '.join(codes)}" for name, codes in named if codes]
    return f" ({', '.join(said)})" if said else ""


def _write_where(segment: str, element: int | None) -> str:
    return f" in {segment}{element:02d}" if element else ""


def _plain(sentence: str) -> str:
    """Return the sentence with the words to be filled in as capitals, escaped for Markdown."""
    said = _WORD.sub(lambda word: word[1].upper().replace("_", " "), sentence)
    return said.replace("*", "\\*")
