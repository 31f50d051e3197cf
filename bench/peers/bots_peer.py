"""Bots: reading a file by its grammar, and the same with a mapping script that writes JSON.

Bots checks structure, counts, lengths, dates and numbers; it has no code lists and no relational
notes. It reads a whole file into a tree. Its engine, database and routes are left out, for its good.
"""

import functools
import json
import logging
import os
import sys
from pathlib import Path

from measure import Work, measure
from plan import collect


def check(path: str, kind: str, folder: str) -> Work:
    """Return what reads and checks a file."""
    _start(folder)
    return lambda: sum(1 for _ in _read(path, kind))


def convert(path: str, kind: str, folder: str) -> Work:
    """Return what reads and checks a file, maps each message and writes JSON."""
    _start(folder)

    def get(node: object, where: str) -> str | None:
        *loops, field = where.split("/")
        own = {"BOTSID": node.record["BOTSID"]}
        steps = [own, *({"BOTSID": name} for name in loops[:-1])]
        tag = field[:-2]
        if tag == own["BOTSID"]:
            return node.get({"BOTSID": tag, field: None})
        return node.get(*steps, {"BOTSID": tag, field: None})

    def loop(node: object, name: str) -> list[object]:
        return list(node.getloop({"BOTSID": node.record["BOTSID"]}, {"BOTSID": name}))

    def work() -> int:
        documents = 0
        for message in _read(path, kind):
            json.dumps(collect(kind, message.root, get, loop))
            documents += 1
        return documents

    return work


@functools.cache
def _start(folder: str) -> None:
    """Start Bots with the site in the folder."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    from bots import botsglobal, botsinit  # noqa: PLC0415

    botsinit.generalinit("botsconfig_bench")
    botsglobal.logger = botsglobal.logmap = logging.getLogger("bots")
    botsglobal.logger.setLevel(logging.ERROR)


def _read(path: str, kind: str):  # noqa: ANN202
    from bots import inmessage  # noqa: PLC0415

    file = inmessage.parse_edi_file(
        editype="x12", messagetype="x12", filename=str(Path(path)), testindicator="", kind=kind
    )
    if file.errorlist:
        raise ValueError(file.errorlist[:3])
    yield from file.nextmessage()


measure({"check": check, "map": convert})
