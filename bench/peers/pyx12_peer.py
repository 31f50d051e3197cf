"""pyx12: its reader, x12n_document with maps of our grammar, and its context reader with a map.

x12n_document parses its maps anew on every call, 0.6 s; here they are kept loaded, for its good.
"""

import functools
import json
import logging
from pathlib import Path

import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12context
import pyx12.x12file
import pyx12.x12n_document
from measure import Work, measure
from plan import collect

logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)
pyx12.map_if.load_map_file = functools.cache(pyx12.map_if.load_map_file)
PARAMS = pyx12.params.ParamsBase()


def tokenise(path: str, _kind: str, _folder: str) -> Work:
    """Return what reads segments, envelopes checked."""

    def work() -> int:
        with Path(path).open(encoding="ascii") as file:
            return sum(segment.get_seg_id() == "ST" for segment in pyx12.x12file.X12Reader(file))

    return work


def check(path: str, _kind: str, folder: str) -> Work:
    """Return what validates a file."""

    def work() -> int:
        seen = 0

        def count(segment: object, *_: object) -> None:
            nonlocal seen
            seen += segment.get_seg_id() == "ST"

        with Path(path).open(encoding="ascii") as file:
            good = pyx12.x12n_document.x12n_document(
                PARAMS, file, None, None, map_path=folder, callback=count
            )
        if not good:
            raise ValueError(path)
        return seen

    return work


def convert(path: str, kind: str, folder: str) -> Work:
    """Return what validates each set, takes values out of its tree and writes JSON."""

    def get(node: object, where: str) -> str | None:
        return node.get_value(where)

    def loop(node: object, name: str) -> list[object]:
        return list(node.select(name))

    def work() -> int:
        documents = 0
        with Path(path).open(encoding="ascii") as file:
            errors = pyx12.error_handler.errh_null()
            reader = pyx12.x12context.X12ContextReader(PARAMS, errors, file, map_path=folder)
            for node in reader.iter_segments("ST_LOOP"):
                if node.id == "ST_LOOP":
                    json.dumps(collect(kind, node, get, loop))
                    documents += 1
        return documents

    return work


measure({"tokenise": tokenise, "check": check, "map": convert})
