"""cmgateway: the reader alone, the careful check, and check, base mapping and canonical JSON."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measure import Work, measure

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from translators.x12.reader import read_x12  # noqa: E402
from translators.x12.structure import Set  # noqa: E402

BLOCK = 65_536


def tokenise(path: str, _kind: str, _folder: str) -> Work:
    """Return what reads a file into sets, envelopes checked, and drops them."""
    return lambda: _pass(path, lambda _: None)


def check(path: str, _kind: str, _folder: str) -> Work:
    """Return what finds everything wrong with each set."""
    from translators.x12.documents import document_of  # noqa: PLC0415

    return lambda: _pass(path, document_of)


def convert(path: str, kind: str, _folder: str) -> Work:
    """Return what checks each set, maps it and writes canonical JSON."""
    from canonical.entities import write_json  # noqa: PLC0415
    from translators.mapper.compile import compile_mapping  # noqa: PLC0415
    from translators.mapper.load import Library  # noqa: PLC0415
    from translators.x12.documents import document_of  # noqa: PLC0415

    mapping = compile_mapping(Library((ROOT / "mappings",)).load_mapping(f"base/{kind}_4010"))

    def one(set_: Set) -> None:
        mapped = mapping.map(document_of(set_))
        if mapped.entity is None:
            raise ValueError(mapped.findings)
        write_json(mapped.entity)

    return lambda: _pass(path, one)


def convert_fast(path: str, kind: str, _folder: str) -> Work:
    """Return what does the same with the compiled pass; compiling it is set-up."""
    from translators.compiled.quick import Quick  # noqa: PLC0415
    from translators.mapper.compile import compile_mapping  # noqa: PLC0415
    from translators.mapper.load import Library  # noqa: PLC0415
    from translators.x12.documents import document_of  # noqa: PLC0415

    mapping = compile_mapping(Library((ROOT / "mappings",)).load_mapping(f"base/{kind}_4010"))

    def one(set_: Set) -> None:
        if set_.taken is None:
            raise ValueError(f"{set_.place} was declined")
        if mapping.map(document_of(set_)).json is None:
            raise ValueError(f"{set_.place} gave nothing")

    return lambda: _pass(path, one, Quick(lambda _: mapping, worth=-1).take)


def _pass(path: str, one: Callable[[Set], object], quick: Any = None) -> int:
    documents = 0
    for part in read_x12(_read(path), quick=quick):
        if isinstance(part, Set):
            one(part)
            part.release()
            documents += 1
    return documents


def _read(path: str) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        while block := file.read(BLOCK):
            yield block


if __name__ == "__main__":
    measure({"tokenise": tokenise, "check": check, "map": convert, "fast": convert_fast})
