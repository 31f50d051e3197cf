"""A whole trade through the gateway with a real ERP at its end: release, 850, 855, 856."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bench.tryton import DATABASE, Tryton
from bench.tryton_buyer import release_order
from bench.tryton_seed import PASSWORD, USER
from flows.orchestrator import Orchestrator
from flows.turn import Turning, take_turn
from gateway.clock import StillClock, use_clock
from gateway.erp.tryton.rpc import Rpc
from gateway.gateway import Gateway, open_gateway
from gateway.ledger.cases import list_cases
from gateway.ledger.effects import list_effects
from gateway.places import make_folders

ROOT = Path(__file__).resolve().parents[2]
# The database of the ERP is filled once a machine; a test may have to wait for that.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]
ERP = """\
partner: erp
role: erp
usage: production
erp:
  adapter: tryton
  url: {url}
  database: {database}
  user: {user}
  password: ERP_PASSWORD
  partners: {{acme: CM-A, borealis: CM-B}}
  units: {{EA: u}}
  locations: {{acme: CMA-SITE}}
channels:
  in:
    - {{name: released, asks: {{every_seconds: 5}}}}
documents:
  in:
    - {{kind: json, mapping: erp/canonical_order, entity: PurchaseOrder}}
acknowledgments: {{functional: none, interchange: never, wanted: false}}
"""
ENVELOPE = (
    "ISA*00*          *00*          *ZZ*ACMETOOL       *01*048826173      *261124*1015*U*00401*"
    "{control:09d}*0*P*>~GS*{group}*ACMETOOL*KESTREL*20261124*1015*{control}*X*004010~{body}"
    "GE*1*{control}~IEA*1*{control:09d}~"
)


@dataclass
class Trade:
    """A gateway between a maker's folder and the ERP."""

    home: Path
    gateway: Gateway
    clock: StillClock
    turning: Turning
    tryton: Tryton
    buyer: Rpc

    def run_until(self, is_so: Callable[[], bool], seconds: float = 40) -> None:
        """Let the gateway turn until something holds."""
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, [
                (one.key, one.state, one.error) for one in self.effects()
            ]
            take_turn(self.turning)
            if not self.turning.deliverer.busy:  # nobody's lease runs out while it works
                self.clock.advance(timedelta(seconds=5))
            time.sleep(0.02)

    def effects(self) -> list:
        """Return all effects for the ERP."""
        with self.gateway.ledger.read() as tx:
            return [one for one in list_effects(tx, limit=1000) if one.kind == "erp"]

    def told(self, number: int) -> bool:
        """Return whether so many commands are done in the ERP."""
        return number == sum(one.state == "done" for one in self.effects())

    def sent(self) -> list[str]:
        """Return what lies in front of the maker."""
        return sorted(path.name for path in (self.home / "drop/acme/out").iterdir())

    def drop(self, name: str, group: str, control: int, segments: str) -> None:
        """Drop one set of the maker."""
        lines = [line.strip() for line in segments.split("~") if line.strip()]
        body = "~".join([*lines, f"SE*{len(lines) + 1}*0001~"])
        data = ENVELOPE.format(control=control, group=group, body=body)
        (self.home / "drop/acme/in" / name).write_text(data)

    def deliveries(self, part: str) -> list[tuple[float, date, bool]]:
        """Return what is planned for a part: how much, when, and whether a shipment has it."""
        rows = self.buyer.rows(
            "stock.move",
            [("product.code", "=", part), ("state", "!=", "cancelled")],
            ["quantity", "planned_date", "shipment"],
        )
        return sorted((row["quantity"], row["planned_date"], bool(row["shipment"])) for row in rows)


@pytest.fixture
def trade(tmp_path: Path, fresh_tryton: Tryton, monkeypatch) -> Iterator[Trade]:
    """Return a site whose ERP is Tryton."""
    for folder in ("partners", "mappings"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = ERP.format(url=fresh_tryton.url, database=DATABASE, user=USER)
    (tmp_path / "partners" / "erp.yaml").write_text(text)
    rules = tmp_path / "partners" / "_routing.yaml"  # what is refused is for a person here
    rules.write_text(rules.read_text().replace("automatic: true", "automatic: false"))
    monkeypatch.setenv("CMGATEWAY_SECRET_ERP_PASSWORD", PASSWORD)
    clock = StillClock(datetime(2026, 11, 24, 8, 0))  # noqa: DTZ001 the ledger keeps UTC without a zone
    with use_clock(clock):
        gateway = open_gateway(tmp_path)
        assert {} == gateway.partners.findings
        make_folders(gateway)
        buyer = fresh_tryton.buyer()
        turning = Turning(gateway, Orchestrator(gateway, enabled=False))
        yield Trade(tmp_path, gateway, clock, turning, fresh_tryton, buyer)
        turning.deliverer.close()
        gateway.erps.close()
        gateway.ledger.dispose()
        buyer.close()


def release(trade: Trade) -> str:
    """Let the buyer release an order, and wait for its 850."""
    lines = [("A-100", 100), ("A-200", 250)]
    number = release_order(trade.buyer, "CM-A", lines, delivery=date(2027, 1, 15))
    trade.run_until(lambda: any("850" in name for name in trade.sent()))
    return number


def answer(trade: Trade, number: str) -> None:
    """Let the maker split line 1 and refuse ten of it; it says nothing about line 2."""
    trade.drop(
        "855.edi",
        "PR",
        801,
        f"""ST*855*0001~BAK*00*AC*{number}*20261124*****20261124~REF*IL*SO-77120~
        PO1*001*100*EA*1250**BP*A-100~ACK*IA*60*EA*067*20270111~
        ACK*B9*30*EA*067*20270208~ACK*X1*10*EA~CTT*1""",
    )


def test_an_order_released_in_the_erp_comes_back_to_it_confirmed_and_shipped(trade) -> None:
    """Dates, quantities and shipment are read out of the ERP; the line nobody spoke of keeps its date."""
    number = release(trade)
    answer(trade, number)
    trade.run_until(lambda: trade.told(2))

    order = trade.buyer.rows("purchase.purchase", [("number", "=", number)], ["reference"])[0]
    lines = trade.buyer.rows("purchase.line", [("purchase", "=", order["id"])], ["quantity"])
    assert "SO-77120" == order["reference"]
    assert [90.0, 250.0] == [line["quantity"] for line in sorted(lines, key=lambda one: one["id"])]
    split = [(30.0, date(2027, 2, 8), False), (60.0, date(2027, 1, 11), False)]
    assert split == trade.deliveries("A-100")
    assert [(250.0, date(2027, 1, 15), False)] == trade.deliveries("A-200")

    trade.drop(
        "856.edi",
        "SH",
        802,
        f"""ST*856*0001~BSN*00*SHP-901*20261127*1502*0001~HL*1**S~TD5**2*UPSN*M~
        DTM*011*20261127~DTM*017*20261201~N1*ST*Main warehouse*92*WH01~HL*2*1*O~PRF*{number}~
        HL*3*2*P~MAN*GM*00300123450000000018~HL*4*3*I~LIN*1*BP*A-100~SN1*001*40*EA~
        HL*5*2*P~MAN*GM*00300123450000000025~HL*6*5*I~LIN*2*BP*A-200~SN1*002*250*EA~CTT*6""",
    )
    trade.run_until(lambda: trade.told(3))

    shipments = trade.buyer.rows("stock.shipment.in", [], ["reference", "planned_date", "state"])
    said = [(one["reference"], one["planned_date"], one["state"]) for one in shipments]
    assert [("SHP-901", date(2026, 12, 1), "draft")] == said
    left = [(20.0, date(2027, 1, 11), False), (30.0, date(2027, 2, 8), False)]
    assert [*left, (40.0, date(2026, 12, 1), True)] == trade.deliveries("A-100")
    assert [(250.0, date(2026, 12, 1), True)] == trade.deliveries("A-200")
    # What we confirmed is no new order to us, however often the ERP is asked.
    for _ in range(10):
        take_turn(trade.turning)
        trade.clock.advance(timedelta(seconds=5))
    assert 1 == sum("850" in name for name in trade.sent())


def test_an_erp_that_is_killed_while_it_is_told_holds_everything_once(trade) -> None:
    """The answer is lost, the server comes back, and the kept plan is gone on with."""
    number = release(trade)
    answer(trade, number)
    trade.tryton.kill()
    for _ in range(4):
        take_turn(trade.turning)
        trade.clock.advance(timedelta(seconds=5))
    assert trade.told(0)
    assert any("cannot be reached" in one.error for one in trade.effects())
    trade.tryton.start()
    trade.clock.advance(timedelta(minutes=10))
    trade.run_until(lambda: trade.told(2))
    assert 2 == len(trade.deliveries("A-100"))
    assert 1 == len(trade.buyer.rows("purchase.amendment", [], ["state"]))


def test_a_wrong_password_is_told_once_and_not_tried_until_it_is_changed(
    trade, monkeypatch
) -> None:
    """Tryton locks out who goes on: one case for ops, and the commands wait."""
    number = release(trade)
    log = trade.tryton.folder / "trytond.log"
    before = log.read_text().count("401 -")
    trade.gateway.erps.close()
    monkeypatch.setenv("CMGATEWAY_SECRET_ERP_PASSWORD", "not the password")
    answer(trade, number)
    for _ in range(8):
        take_turn(trade.turning)
        trade.clock.advance(timedelta(seconds=5))
    with trade.gateway.ledger.read() as tx:
        assert ["erp-login-refused"] == [one.kind for one in list_cases(tx) if one.owner == "ops"]
    assert trade.told(0)
    assert before + 1 == log.read_text().count("401 -")

    monkeypatch.setenv("CMGATEWAY_SECRET_ERP_PASSWORD", PASSWORD)
    trade.clock.advance(timedelta(minutes=14))
    trade.run_until(lambda: trade.told(2))
