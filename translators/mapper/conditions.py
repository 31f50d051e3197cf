"""Conditions: `when: ACK04 in (067 068) and not N104`."""

import re

from translators.mapper.formats import Check, Here
from translators.mapper.running import Source
from translators.mapper.source import TextNode

TERM = re.compile(
    r"(?P<negated>not )?(?P<path>.+?)"
    r"(?: (?P<sign>=|!=) (?P<value>.+)| (?P<none>not )?in \((?P<values>[^()]+)\))?"
)


def compile_when(node: TextNode, here: Here) -> Check | None:
    """Return what says whether the condition holds at a place; None after naming a mistake."""
    checks = [_compile_term(term, node, here) for term in node.text.split(" and ")]
    good = [check for check in checks if check is not None]
    if len(good) < len(checks):
        return None
    if len(good) == 1:
        return good[0]
    return lambda place: all(check(place) for check in good)


def _compile_term(text: str, node: TextNode, here: Here) -> Check | None:
    match = TERM.fullmatch(text.strip())
    if match is None or (match["negated"] and (match["sign"] or match["values"])):
        advice = "write A, not A, A = x, A != x or A in (x y), joined by and"
        here.mistakes.add(node.where, f"{text!r} is no condition", advice)
        return None
    source = here.format.compile_source(TextNode(match["path"].strip(), node.where), here.scope)
    return None if source is None else _check_of(match, source)


def _check_of(match: re.Match[str], source: Source) -> Check:
    get = source.get
    if match["sign"] == "=":
        wanted = match["value"].strip()
        return lambda place: get(place) == wanted
    if match["sign"] == "!=":
        unwanted = match["value"].strip()
        return lambda place: get(place) != unwanted
    if match["values"]:
        values = frozenset(match["values"].split())
        if match["none"]:
            return lambda place: get(place) not in values
        return lambda place: get(place) in values
    if match["negated"]:
        return lambda place: not get(place)
    return lambda place: bool(get(place))
