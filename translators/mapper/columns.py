"""Columns: where in its line the word stands that a mistake is about; only lint asks."""

from typing import Any

from msgspec.structs import replace

from translators.findings import Finding

Words = dict[int, list[tuple[int, str]]]  # line -> column and word, both from 1


def with_columns(findings: list[Finding], text: str, file: str) -> list[Finding]:
    """Return the findings that name a line of this file with the column behind it."""
    words = _list_words(text)
    return [_with_column(finding, words, f"{file}:") for finding in findings]


def _with_column(finding: Finding, words: Words, start: str) -> Finding:
    number = finding.rule.removeprefix(start)
    if not finding.rule.startswith(start) or not number.isdigit():
        return finding
    here = words.get(int(number), [])
    said = [(len(word), -column) for column, word in here if word and word in finding.sentence]
    column = -max(said)[1] if said else min((column for column, _ in here), default=1)
    return replace(finding, rule=f"{finding.rule}:{column}")


def _list_words(text: str) -> Words:
    """Return every key and text of a YAML file by its line; {} where it is no YAML."""
    from ruamel.yaml import YAML  # noqa: PLC0415 only authors' files need it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError:
        return {}
    words: Words = {}
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if getattr(node, "id", "") == "scalar":
            mark = node.start_mark
            words.setdefault(mark.line + 1, []).append((mark.column + 1, node.value))
        elif node is not None:
            for item in node.value:
                waiting.extend(item if isinstance(item, tuple) else (item,))
    return words
