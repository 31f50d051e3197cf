"""Second opinion, maps: our grammars as a map directory that pyx12 reads, one folder a version.

pyx12 reads everything from the folder it is given: `maps.xml` (which set is which file), a control
map for each ISA12 it knows, `dataele.xml`, `codes.xml` and one map a set. Lengths of an element
differ between versions and `dataele.xml` has no version, hence a folder for each.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from translators.x12.grammar import (
    GRAMMARS,
    GROUP_OF,
    ElementUse,
    Grammar,
    LoopRule,
    SegmentRule,
    SegmentUse,
    list_sets,
    load_elements,
    load_grammar,
    load_segments,
)

CONTROL_VERSIONS = ("00401", "00501")  # the only ISA12 that pyx12 takes
_USAGE = {"M": "R", "O": "S", "X": "S"}  # where the notes decide (X) nothing is required as such
_GROUP_IMPLEMENTATION = {"999": "X231"}  # 997 and 999 share FA; their GS08 tells them apart
_ENVELOPE_ORDER = (("ISA", 10), ("TA1", 20), ("IEA", 30))


def control_version_of(version: str) -> str:
    """Return the ISA12 under which pyx12 is asked about a version: 00501 from 005010 on."""
    return CONTROL_VERSIONS[version >= "005010"]


def group_version_of(set_id: str, version: str) -> str:
    """Return the GS08 under which `maps.xml` finds a set."""
    return version + _GROUP_IMPLEMENTATION.get(set_id, "")


def load_maps(version: str, folder: Path) -> Path:
    """Return the map directory of a version inside the folder, written there where it is missing.

    Its name holds a digest of the grammar files, so a changed grammar makes a new one; it appears
    whole or not at all, whoever else writes it at the same time.
    """
    target = folder / f"{version}-{_digest(version)}"
    if (target / "maps.xml").is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{version}-", dir=folder))
    for name, text in _list_files(version):
        (draft / name).write_text(text, encoding="utf-8")
    try:
        os.replace(draft, target)  # noqa: PTH105 -- Path.replace says the same; this names the act
    except OSError:  # another process was first
        if not (target / "maps.xml").is_file():
            raise
    return target


def _digest(version: str) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted((GRAMMARS / version).glob("*.txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _list_files(version: str) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file of a map directory."""
    yield "maps.xml", _write_index(version)
    yield "dataele.xml", _write_elements(version)
    yield "codes.xml", _write_codes(version)
    for control in CONTROL_VERSIONS:
        yield f"x12.control.{control}.xml", _write_map(version, control, None)
    for set_id in list_sets(version):
        grammar = load_grammar(set_id, version)
        yield f"{set_id}.xml", _write_map(version, control_version_of(version), grammar)


def _write_index(version: str) -> str:
    control = control_version_of(version)
    lines = [
        f'<map vriic="{group_version_of(set_id, version)}" fic="{GROUP_OF[set_id]}"'
        f' abbr="{set_id}">{set_id}.xml</map>'
        for set_id in list_sets(version)
        if set_id in GROUP_OF
    ]
    return _wrap("maps", [f'<version icvn="{control}">', *lines, "</version>"])


def _write_elements(version: str) -> str:
    lines = [
        f'<data_ele ele_num="{rule.number}" data_type="{rule.type}" min_len="{rule.min}"'
        f' max_len="{rule.max}" name={quoteattr(rule.name)}/>'
        for rule in load_elements(version).values()
    ]
    return _wrap("data_elements", lines)


def _write_codes(version: str) -> str:
    lines = []
    for rule in load_elements(version).values():
        if rule.codes:
            codes = "".join(f"<code>{escape(code)}</code>" for code in rule.codes)
            lines.append(
                f"<codeset><id>e{rule.number}</id><name>{escape(rule.name)}</name>"
                f"<data_ele>{rule.number}</data_ele><version>{codes}</version></codeset>"
            )
    return _wrap("codes", lines)


def _write_map(version: str, control: str, grammar: Grammar | None) -> str:
    """Return the map of a set, or of the envelope alone."""
    rules = load_segments(version)
    writer = _MapWriter(rules, {n for n, rule in load_elements(version).items() if rule.codes})
    lines = ['<loop xid="ISA_LOOP" type="explicit" pos="1" usage="R" repeat="&gt;1" name="ISA">']
    for name, at in _ENVELOPE_ORDER:
        usage = SegmentUse(name, "O" if name == "TA1" else "M", None if name == "TA1" else 1)
        lines += writer.write_segment(usage, at, control)
        if name == "ISA":
            lines += _write_group(writer, grammar)
    head = f'<transaction xid="{grammar.set_id if grammar else control}" name="map">'
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', head, *lines, "</loop>"]) + (
        "\n</transaction>\n"
    )


def _write_group(writer: "_MapWriter", grammar: Grammar | None) -> Iterator[str]:
    yield '<loop xid="GS_LOOP" type="explicit" pos="20" usage="R" repeat="&gt;1" name="GS">'
    yield from writer.write_segment(SegmentUse("GS", "M", 1), 10)
    if grammar is not None:
        root = LoopRule("ST_LOOP", "M", None, grammar.root.nodes)
        yield from writer.write_loop(root, "ST_LOOP", 20)
    yield from writer.write_segment(SegmentUse("GE", "M", 1), 30)
    yield "</loop>"


class _MapWriter:
    """Writes loops and segments as pyx12's map elements; `coded` are the elements with a list."""

    def __init__(self, rules: dict[str, SegmentRule], coded: set[str]) -> None:
        self._rules = rules
        self._coded = coded

    def write_loop(self, rule: LoopRule, name: str, at: int) -> Iterator[str]:
        """Yield the lines of a loop; siblings need names of their own, or pyx12 counts them as one."""
        repeat = "&gt;1" if rule.repeat is None else rule.repeat
        yield (
            f'<loop xid="{name}" type="{"explicit" if name == "ST_LOOP" else "implicit"}"'
            f' usage="{_USAGE[rule.requirement]}" pos="{at}" repeat="{repeat}" name="{name}">'
        )
        taken = set[str]()
        for place, node in enumerate(rule.nodes, 1):
            if isinstance(node, LoopRule):
                unique = node.id if node.id not in taken else f"{node.id}_{place}"
                taken.add(unique)
                yield from self.write_loop(node, unique, place * 10)
            else:
                yield from self.write_segment(node, place * 10)
        yield "</loop>"

    def write_segment(self, use: SegmentUse, at: int, control: str = "") -> Iterator[str]:
        """Yield the lines of a segment; ISA12 must name its version in place, for pyx12 to know it."""
        rule = self._rules[use.id]
        most = "&gt;1" if use.max_use is None else use.max_use
        yield (
            f'<segment xid="{use.id}" usage="{_USAGE[use.requirement]}" pos="{at}"'
            f' max_use="{most}" name={quoteattr(rule.name or use.id)}>'
        )
        yield from (f"<syntax>{note}</syntax>" for note in rule.notes)
        for place, element in enumerate(rule.elements, 1):
            inline = control if (use.id, place) == ("ISA", 12) else ""
            yield from self._write_element(element, use.id, f"{place:02d}", inline)
        yield "</segment>"

    def _write_element(
        self, use: ElementUse, owner: str, place: str, inline: str = ""
    ) -> Iterator[str]:
        head = f'xid="{owner}{place}" usage="{_USAGE[use.requirement]}" seq="{place.lstrip("-")}"'
        if use.components:
            yield f'<composite {head} data_ele="{use.number}" name="{use.number}">'
            for at, part in enumerate(use.components, 1):
                yield from self._write_element(part, f"{owner}{place}", f"-{at}")
            yield "</composite>"
            return
        codes = ""
        if inline:
            codes = f"<valid_codes><code>{inline}</code></valid_codes>"
        elif use.number in self._coded:
            codes = f'<valid_codes external="e{use.number}"/>'
        yield f'<element {head} data_ele="{use.number}" name="{use.number}">{codes}</element>'


def _wrap(tag: str, lines: list[str]) -> str:
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{tag}>\n{body}\n</{tag}>\n'
