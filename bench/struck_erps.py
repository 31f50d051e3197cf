"""ERPs to be struck: each releases orders, can be killed, held or taken away, and is counted from inside."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Protocol

from bench.erp_facade import TOKEN, Facade
from bench.site import FIRST, ROOT, BenchSite, drop, write_orders
from bench.sshd import wait_for_port
from bench.tryton import find_free_port

Blows = dict[str, Callable[[], None]]
PATIENCE = 1.5  # a held ERP is given up before it goes on: it answers after the time-out, too
LONGEST = 2.0
QUANTITY = 24
PARTNER = """\
partner: erp
role: erp
usage: production
erp: {erp}
channels:
  in:
    - {{name: released, asks: {{every_seconds: 1}}}}
documents:
  in:
    - {{kind: json, mapping: erp/canonical_order, entity: PurchaseOrder}}
acknowledgments: {{functional: none, interchange: never, wanted: false}}
"""


class StruckErp(Protocol):
    """What chaos wants of an ERP."""

    def release(self, number: int, cm: str) -> None:
        """Release one order, as its buyer does; it is there when this returns."""

    def blows(self) -> Blows:
        """Return what can be done to it, by name."""

    def count(self) -> Counter[str]:
        """Return how often each order's confirmation took effect in it."""

    def left(self) -> list[str]:
        """Return what it released and nobody took."""

    def stop(self) -> None:
        """End it."""


class FolderErp:
    """An ERP that takes and leaves files; its folder can be taken away."""

    def __init__(self, site: BenchSite, randomly: random.Random) -> None:
        """Keep the site, whose partner file is the folders' already."""
        self._site, self._random = site, randomly

    def release(self, number: int, cm: str) -> None:
        """Leave the file of an order."""
        order = write_orders(range(number, number + 1), cm)
        drop(self._site.erp_out, f"o_{number}.json", order)

    def blows(self) -> Blows:
        """Return what takes the folder away for a while."""
        return {"erp folder": self._take_away}

    def count(self) -> Counter[str]:
        """Return the files of confirmations by their order."""
        files = self._site.erp_in.glob("ConfirmOrder-*")
        return Counter(str(json.loads(one.read_bytes())["data"]["po_number"]) for one in files)

    def left(self) -> list[str]:
        """Return the files that were not taken."""
        return [one.name for one in self._site.erp_out.iterdir()]

    def stop(self) -> None:
        """Nothing runs."""

    def _take_away(self) -> None:
        folder, away = self._site.erp_in, self._site.home / "away"
        folder.rename(away)
        with suppress(OSError):  # the gateway made a folder of that name in between
            folder.write_text("nothing is mounted here")
        time.sleep(self._random.random() * LONGEST)
        if folder.is_dir():
            for file in folder.iterdir():
                file.rename(away / file.name)
            folder.rmdir()
        else:
            folder.unlink(missing_ok=True)
        away.rename(folder)


class FacadeErp:
    """An ERP behind HTTP with a database of its own: a process that is killed and held."""

    def __init__(self, site: BenchSite, randomly: random.Random) -> None:
        """Start it, and let the site ask and tell it."""
        self._file, self._random = site.home.parent / "erp.db", randomly
        self._facade, self._port = Facade(self._file), find_free_port()
        door = f"{{adapter: http, url: 'http://127.0.0.1:{self._port}/', token: ERP_TOKEN, timeout_seconds: {PATIENCE}}}"
        (site.home / "partners").mkdir(parents=True, exist_ok=True)
        (site.home / "partners" / "erp.yaml").write_text(PARTNER.format(erp=door))
        site.environment["CMGATEWAY_SECRET_ERP_TOKEN"] = TOKEN
        self._start()

    def release(self, number: int, cm: str) -> None:
        """Write an order into its database, as its other users do whether its door is open or not."""
        line = {
            "line_number": "1",
            "item": {"buyer": "A-100", "revision": "B"},
            "ordered": {"value": str(QUANTITY), "unit": "EA"},
            "unit_price": "12.50",
            "needed": {"on": "2026-12-18", "means": "deliver"},
        }
        order = {
            "po_number": str(FIRST + number),
            "ordered_on": "2026-11-26",
            "supplier": cm,
            "currency": "USD",
            "lines": [line],
        }
        self._facade.release(order)

    def blows(self) -> Blows:
        """Return what kills and what holds the process."""
        return {"erp": self._kill, "erp hangs": self._hang}

    def count(self) -> Counter[str]:
        """Return what was ever posted to an order, by order, from the table that nothing is taken from."""
        with closing(sqlite3.connect(self._file, timeout=30)) as db:
            rows = db.execute("SELECT path FROM posted WHERE path LIKE 'orders/%'").fetchall()
        return Counter(path.split("/")[1] for (path,) in rows)

    def left(self) -> list[str]:
        """Return nothing: an order that was not asked for has no 850, which is counted."""
        return []

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait(10)

    def _start(self) -> None:
        command = [sys.executable, "-m", "bench.erp_facade", str(self._file), str(self._port)]
        with self._file.with_name("erp.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        wait_for_port(self._port)

    def _kill(self) -> None:
        self.stop()
        time.sleep(self._random.random() * LONGEST)
        self._start()

    def _hang(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        time.sleep(self._random.random() * LONGEST * 1.5)
        self._process.send_signal(signal.SIGCONT)
