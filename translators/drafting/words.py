"""Words: what partners call our fields, answers and units, from `mappings/words.yaml`."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "words.yaml"
_MARKS = re.compile(r"[^\w°]+|_")


@dataclass(slots=True, frozen=True)
class Words:
    """For each role of a column its headers, for each of our codes theirs; all texts simplified."""

    columns: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]  # theirs -> ours
    units: Mapping[str, str]
    ships: tuple[str, ...] = ()  # parts of headers: the date is of goods that leave


def load_words(path: Path | None) -> Words:
    """Return the words of a file; none where there is no file, so that only values count."""
    from ruamel.yaml import YAML  # noqa: PLC0415 only authors need it

    said = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8")) if path else {}
    columns = {
        role: tuple(dict.fromkeys(simplify(word) for words in languages for word in words))
        for role, languages in said.get("columns", {}).items()
    }
    ships = tuple(simplify(word) for word in said.get("ships", ()))
    return Words(columns, _turn(said.get("answers", {})), _turn(said.get("units", {})), ships)


def simplify(text: str) -> str:
    """Return the text in small letters, without accents, dots and dashes, words apart by a blank."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_MARKS.sub(" ", letters).split())


def _turn(said: Mapping[str, list[str]]) -> dict[str, str]:
    return {simplify(theirs): ours for ours, words in said.items() for theirs in words}
