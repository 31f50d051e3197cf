"""Bots' site: the folder with settings and grammars that Bots reads, written from our grammars."""

from collections.abc import Iterator
from pathlib import Path

from translators.x12.grammar import (
    ElementRule,
    Grammar,
    LoopRule,
    SegmentRule,
    SegmentUse,
    load_elements,
    load_grammar,
    load_segments,
)

VERSION = "004010"
MANY = 99999
HEAD = "from bots.botsconfig import *\n"
SETTINGS = """DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
SECRET_KEY = "bench"
INSTALLED_APPS = ()
USE_TZ = False
"""
INI = """[settings]
max_number_errors = 10
get_checklevel = 1
[directories]
usersys = usersys_bench
botssys = botssys_bench
[webserver]
environment = development
[charsets]
us-ascii = ascii
"""
ENVELOPE = """
nextmessage = ({"BOTSID": "ISA"}, {"BOTSID": "GS"}, {"BOTSID": "ST"})
structure = [{ID: "ISA", MIN: 0, MAX: 99999, LEVEL: [
    {ID: "GS", MIN: 0, MAX: 99999, LEVEL: [
        {ID: "ST", MIN: 0, MAX: 99999, SUBTRANSLATION: {"BOTSID": "ST", "ST01": None}},
        {ID: "GE", MIN: 1, MAX: 1},
    ]},
    {ID: "IEA", MIN: 1, MAX: 1},
]}]
"""


def write_site(folder: Path, kinds: tuple[str, ...]) -> Path:
    """Return the folder with Bots' settings and a grammar for each kind and the envelope."""
    config, grammars = folder / "botsconfig_bench", folder / "usersys_bench" / "grammars" / "x12"
    files = {
        config / "__init__.py": "",
        config / "settings.py": SETTINGS,
        config / "bots.ini": INI,
        folder / "usersys_bench" / "__init__.py": "",
        grammars.parent / "__init__.py": "",
        grammars / "__init__.py": "",
        grammars / "x12.py": HEAD
        + ENVELOPE
        + _write_records(("ISA", "GS", "ST", "SE", "GE", "IEA")),
    }
    for kind in kinds:
        grammar = load_grammar(kind, VERSION)
        if grammar is not None:
            files[grammars / f"{kind}{VERSION}.py"] = _write_grammar(grammar)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _write_grammar(grammar: Grammar) -> str:
    first, *rest = grammar.root.nodes
    inside = ",\n".join(_write_node(node) for node in rest)
    syntax = 'syntax = {"functionalgroup": "XX", "checkcollision": False}\n'
    structure = f'structure = [{{ID: "{first.id}", MIN: 1, MAX: 99999, LEVEL: [\n{inside}\n]}}]\n'
    return HEAD + syntax + structure + _write_records(tuple(dict.fromkeys(_list_ids(grammar.root))))


def _write_node(node: SegmentUse | LoopRule) -> str:
    most = node.repeat if isinstance(node, LoopRule) else node.max_use
    head = f'{{ID: "{node.id}", MIN: {int(node.requirement == "M")}, MAX: {most or MANY}'
    if isinstance(node, SegmentUse):
        return head + "}"
    inside = ",\n".join(_write_node(inner) for inner in node.nodes[1:])
    return f"{head}, LEVEL: [\n{inside}\n]}}" if inside else head + "}"


def _list_ids(rule: LoopRule) -> Iterator[str]:
    for node in rule.nodes:
        if isinstance(node, LoopRule):
            yield from _list_ids(node)
        else:
            yield node.id


def _write_records(ids: tuple[str, ...]) -> str:
    segments, elements = load_segments(VERSION), load_elements(VERSION)
    rows = (f'    "{name}": [\n{_write_fields(segments[name], elements)}    ],\n' for name in ids)
    return "recorddefs = {\n" + "".join(rows) + "}\n"


def _write_fields(rule: SegmentRule, elements: dict[str, ElementRule]) -> str:
    lines = ['["BOTSID", "M", 3, "AN"]']
    for at, use in enumerate(rule.elements, 1):
        name, need = f"{rule.id}{at:02d}", "M" if use.requirement == "M" else "C"
        if name == "ISA16":  # Bots splits the separator that stands here into two empty parts
            lines.append('["ISA16", "C", [["ISA16.1", "C", 1, "AN"], ["ISA16.2", "C", 1, "AN"]]]')
            continue
        if use.components:
            parts = ", ".join(
                _write_field(
                    f"{name}.{n:02d}",
                    "M" if part.requirement == "M" else "C",
                    elements[part.number],
                )
                for n, part in enumerate(use.components, 1)
            )
            lines.append(f'["{name}", "{need}", [{parts}]]')
        else:
            lines.append(_write_field(name, need, elements[use.number]))
    return "".join(f"        {line},\n" for line in lines)


def _write_field(name: str, need: str, rule: ElementRule) -> str:
    kind = "AN" if rule.type == "ID" else rule.type
    return f'["{name}", "{need}", ({rule.min}, {rule.max}), "{kind}"]'
