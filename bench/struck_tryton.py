"""A real Tryton to be struck: it is killed and held, and what it holds of each order is asked of it."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.site import FIRST, PROMISED, BenchSite
from bench.struck_erps import LONGEST, PARTNER, QUANTITY, Blows
from bench.tryton import ADMIN_PASSWORD, DATABASE, Tryton, copy_database, find_template
from bench.tryton_buyer import draft_order, release
from bench.tryton_seed import PASSWORD, USER
from gateway.erp.errors import ErpError

MAKERS = {"acme": "CM-A", "chaosfar": "CM-B"}
ORDER = "purchase.purchase"
DOOR = (
    "{{adapter: tryton, url: '{url}', database: {database}, user: {user}, password: ERP_PASSWORD, "
    "timeout_seconds: {patience}, units: {{EA: u}}, partners: {{acme: CM-A, chaosfar: CM-B}}}}"
)
PATIENCE = 2.5


class TrytonErp:
    """A server with a fresh database beside the site."""

    def __init__(self, site: BenchSite, randomly: random.Random) -> None:
        """Start it, and let the site ask and tell it."""
        template = find_template()
        if template is None:
            raise SystemExit("Tryton is not installed: .venv/bin/python -m bench.tryton")
        self._random, folder = randomly, site.home.parent / "tryton"
        folder.mkdir()
        copy_database(template / "erp.sqlite", folder / "erp.sqlite")
        self._server = Tryton(folder, template)
        self._server.start()
        self._buyer = self._server.buyer()
        self._count_from(FIRST)
        self._connect(site.home / "partners" / "erp.yaml")
        site.environment["CMGATEWAY_SECRET_ERP_PASSWORD"] = PASSWORD

    def release(self, number: int, cm: str) -> None:
        """Release one order, as a buyer does who tries again while his ERP is away."""
        self._patiently(lambda: self._release(str(FIRST + number), MAKERS[cm]))

    def blows(self) -> Blows:
        """Return what kills and what holds the process."""
        return {"erp": self._kill, "erp hangs": self._hang}

    def count(self) -> Counter[str]:
        """Return how often each order is promised: its deliveries of that day, and changes nobody wanted."""
        return self._patiently(self._count)

    def left(self) -> list[str]:
        """Return nothing: an order that was not asked for has no 850, which is counted."""
        return []

    def stop(self) -> None:
        """End the process."""
        self._server.kill()

    def _connect(self, file: Path) -> None:
        door = DOOR.format(url=self._server.url, database=DATABASE, user=USER, patience=PATIENCE)
        file.write_text(PARTNER.format(erp=door))

    def _count_from(self, number: int) -> None:
        """Let Tryton number orders as this bench does."""
        admin = self._server.rpc("admin", ADMIN_PASSWORD)
        numbers = admin.rows("ir.sequence", [("name", "=", "Purchase")], ["name"])
        admin.call(
            "model.ir.sequence.write", [row["id"] for row in numbers], {"number_next": number}
        )
        admin.close()

    def _release(self, number: str, maker: str) -> None:
        known = self._buyer.rows(ORDER, [("number", "=", number)], ["state"])
        order = known[0]["id"] if known else self._draft(maker)
        if release(self._buyer, order) != number:
            raise RuntimeError(f"Tryton did not call the order {number}")

    def _draft(self, maker: str) -> int:
        """Return a new order; one whose answer was lost stays a draft that nobody releases."""
        return draft_order(self._buyer, maker, [("A-100", QUANTITY)], delivery=date(2026, 12, 18))

    def _count(self) -> Counter[str]:
        numbers = {
            row["id"]: row["purchase."]["number"]
            for row in self._buyer.rows("purchase.line", [], ["purchase.number"])
        }
        domain = [("planned_date", "=", PROMISED), ("state", "!=", "cancelled")]
        moves = self._buyer.rows("stock.move", domain, ["quantity", "origin"])
        promised: Counter[str] = Counter()
        for row in moves:
            promised[numbers[int(row["origin"].split(",")[1])]] += int(row["quantity"])
        times = Counter({order: -(-pieces // QUANTITY) for order, pieces in promised.items()})
        changes = self._buyer.rows("purchase.amendment", [], ["purchase.number"])
        return times + Counter(row["purchase."]["number"] for row in changes)

    def _patiently(self, do: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + 60
        while True:
            try:
                return do()
            except ErpError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _kill(self) -> None:
        self._server.kill()
        time.sleep(self._random.random() * LONGEST)
        self._server.start()

    def _hang(self) -> None:
        if self._server.process is not None:
            self._server.process.send_signal(signal.SIGSTOP)
            time.sleep(self._random.random() * PATIENCE * 2)
            self._server.process.send_signal(signal.SIGCONT)
