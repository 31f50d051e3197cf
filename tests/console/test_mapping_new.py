"""`mapping new`: a partner nobody prepared is recognised by the orders we sent him."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity
from gateway.gateway import open_gateway
from gateway.ledger.documents import NewDocument, record_document
from gateway.ledger.orders import record_order

PARTNER = "fjord"
ITEMS = ("FX-1001", "FX-1002", "FX-2040", "FX-3007", "FX-3100")
HEADERS = {
    "po": "Bestell-Nr.",
    "line": "Position",
    "item": "Artikelnummer",
    "text": "Bezeichnung",
    "quantity": "Bestätigte Menge",
    "price": "Einzelpreis",
    "promised": "Liefertermin",
    "status": "Rückmeldung",
    "job": "Unsere Auftragsnummer",
}
NAMELESS = {key: f"Spalte {at}" for at, key in enumerate(HEADERS, 1)}


def make_orders() -> list[PurchaseOrder]:
    """Return three orders of several lines, with numbers that could be taken for one another."""
    return [
        PurchaseOrder(
            po_number=f"45000{70100 + at}",
            ordered_on=date(2026, 11, 2) + timedelta(days=at),
            currency="EUR",
            supplier=PARTNER,
            lines=tuple(
                OrderLine(
                    line_number=str(10 * number),
                    item=Item(buyer=ITEMS[(at + number) % len(ITEMS)]),
                    ordered=Quantity(value=Decimal(250 * number + 1250 * at), unit="EA"),
                    unit_price=Decimal("1.25") * number,
                    needed=PromisedDate(on=date(2026, 12, 14) + timedelta(days=number), means="deliver"),
                )
                for number in range(1, 4 + at)
            ),
        )
        for at in range(3)
    ]  # fmt: skip


def answer(order: PurchaseOrder, headers: dict[str, str]) -> bytes:
    """Return an acknowledgment as a German spreadsheet writes it: one line is split, one is late."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headers.values())
    for at, line in enumerate(order.lines):
        first = line.ordered.value * (2 if at == 1 else 5) / 5
        for part in filter(None, (first, line.ordered.value - first)):
            writer.writerow(_row(order, line, part, late=7 * at))
    return text.getvalue().encode("cp1252")


def _row(order: PurchaseOrder, line: OrderLine, part: Decimal, late: int) -> list[str]:
    day = line.needed.on + timedelta(days=late)
    return [
        order.po_number,
        line.line_number,
        line.item.buyer,
        f"Gehäuse {line.item.buyer[-4:]} grün",
        f"{int(part):,}".replace(",", "."),
        f"{line.unit_price:f}".replace(".", ","),
        f"{day:%d.%m.%Y}",
        "bestätigt" if not late else "verspätet",
        f"AB-{order.po_number[-3:]}",
    ]


@pytest.fixture
def home(home: Path) -> Path:
    """Return the site with a partner of whom only the name is known."""
    (home / f"partners/{PARTNER}.yaml").write_text(f"partner: {PARTNER}\nrole: cm\n")
    return home


@pytest.fixture
def orders(home: Path) -> list[PurchaseOrder]:
    """Return the orders, which are in the ledger of the site."""
    made = make_orders()
    gateway = open_gateway(home)
    with gateway.ledger.begin() as tx:
        new = NewDocument(
            partner="erp", direction="in", kind="json", state="applied", ordinal=1, file_id=None
        )
        document = record_document(tx, new)
        for one in made:
            record_order(tx, one, PARTNER, document)
    gateway.ledger.dispose()
    return made


@pytest.fixture
def samples(tmp_path: Path) -> Callable[..., list[str]]:
    """Return what writes a sample of each order and returns the options that name them."""

    def write(orders: list[PurchaseOrder], headers: dict[str, str]) -> list[str]:
        words = []
        for at, one in enumerate(orders, 1):
            path = tmp_path / f"AB {at}.csv"
            path.write_bytes(answer(one, headers))
            words += ["--sample", str(path)]
        return words

    return write


def check_entities(home: Path, orders: list[PurchaseOrder], name: str) -> None:
    """Hold what the drafted cases expect against the orders the samples were made from."""
    for at, order in enumerate(orders, 1):
        file = home / f"mappings/{PARTNER}/{name}.cases/ab_{at}.expected.yaml"
        entity = YAML(typ="safe").load(file.read_text())["entities"][0]
        assert order.po_number == entity["po_number"]
        assert [one.line_number for one in order.lines] == [
            one["line_number"] for one in entity["lines"]
        ]
        for index, (line, told) in enumerate(zip(order.lines, entity["lines"], strict=True)):
            assert line.item.buyer == told["item"]["buyer"]
            assert line.unit_price == Decimal(told["unit_price"])
            amounts = [Decimal(ack["quantity"]["value"]) for ack in told["acks"]]
            assert line.ordered.value == sum(amounts)
            assert {str(line.needed.on + timedelta(days=7 * index))} == {
                ack["promised"]["on"] for ack in told["acks"]
            }


@pytest.mark.parametrize("headers", [HEADERS, NAMELESS], ids=["german", "nameless"])
def test_an_unprepared_partner_is_recognised_by_values(run, home, orders, samples, headers) -> None:
    """Number, line, part, quantity and date are right, under German headers and under none that say anything."""
    ran = run("mapping", "new", "--partner", PARTNER, *samples(orders, headers), "--json")
    found = json.loads(ran.out)
    taken = {one["source"]: one["field"] for one in found["taken"] if one["state"] == "mapped"}

    assert (0, [], 3) == (ran.code, found["lint"], found["known"])
    assert {
        headers["po"]: "po_number",
        headers["line"]: "line_number",
        headers["item"]: "item.buyer",
        headers["quantity"]: "quantity",
        headers["price"]: "unit_price",
        headers["promised"]: "promised",
        headers["status"]: "status",
    }.items() <= taken.items()
    check_entities(home, orders, "ack_csv")


def test_a_draft_reads_its_samples_and_is_never_written_over(run, home, orders, samples) -> None:
    """`mapping try` and `mapping test` are content with it; a second draft leaves it alone."""
    words = samples(orders[:1], HEADERS)
    assert 0 == run("mapping", "new", "--partner", PARTNER, *words).code
    file = home / f"mappings/{PARTNER}/ack_csv.yaml"
    written = file.read_text()
    tried = json.loads(run("mapping", "try", words[1], "--mapping", "fjord/ack_csv", "--json").out)
    again = run("mapping", "new", "--partner", PARTNER, *words)

    assert [orders[0].po_number] == [one["entity"]["po_number"] for one in tried]
    assert 0 == run("mapping", "test", "fjord/ack_csv").code
    assert (2, True) == (again.code, "ack_csv.cases/ab_1.csv is there already" in again.err)
    assert written == file.read_text()


def test_a_site_without_orders_says_that_headers_are_all_there_is(run, home, samples) -> None:
    """There is no ledger, and none is made; a dry run shows the draft and writes nothing."""
    shutil.rmtree(home / "var", ignore_errors=True)
    ran = run("mapping", "new", "--partner", PARTNER, "--dry-run", *samples(make_orders(), HEADERS))

    assert (0, True) == (ran.code, ran.out.startswith("this site has no ledger with orders to"))
    assert "po_number: {from: Bestell-Nr., required:" in ran.out
    assert not (home / "mappings" / PARTNER).exists()
    assert not (home / "var" / "ledger.db").exists()


def test_of_x12_only_what_differs_is_written(week, home) -> None:
    """The week's 855 has implied decimals and codes of its own; both are found and the draft is clean."""
    sample = Path(__file__).resolve().parents[2] / "console/demo/week/3_855.edi"
    ran = week(
        "mapping", "new", "--partner", "acme", "--name", "new", "--sample", str(sample), "--json"
    )
    found = json.loads(ran.out)

    assert (0, [], "base/855_4010") == (ran.code, found["lint"], found["base"])
    assert "unit_price: {as: N2}" in (home / "mappings/acme/new.yaml").read_text()
    assert {"lines.unit_price", "lines.acks.status"} <= {
        one["field"] for one in found["taken"] if one["state"] == "mapped"
    }
    assert 0 == week("mapping", "test", "acme/new").code


def test_two_samples_of_one_name_are_refused(run, samples) -> None:
    """Each sample becomes a case of its own name."""
    words = samples(make_orders()[:1], HEADERS)
    ran = run("mapping", "new", "--partner", PARTNER, *words, *words)

    assert (2, True) == (ran.code, "two samples would be the case ab_1.csv" in ran.err)


@pytest.mark.parametrize(
    ("partner", "name"),
    [(PARTNER, "../../stray"), (PARTNER, "acme/855"), (PARTNER, "/tmp/stray"), ("base", "ack")],  # noqa: S108
)
def test_a_draft_stays_in_the_folder_of_its_partner(run, home, tmp_path, partner, name) -> None:
    """A name that leads elsewhere is a sentence; not even the draft looked at leaves its folder."""
    sample = tmp_path / "ab.csv"
    sample.write_bytes(answer(make_orders()[0], HEADERS))
    before = {one for one in tmp_path.parent.rglob("*.yaml") if home not in one.parents}
    words = ("--partner", partner, "--name", name, "--sample", str(sample))
    ran = run("mapping", "new", *words)

    assert (2, True) == (ran.code, "small letters" in ran.err or "name the partner" in ran.err)
    assert before == {one for one in tmp_path.parent.rglob("*.yaml") if home not in one.parents}
    assert not (home / "mappings" / PARTNER).exists()


def test_an_unknown_partner_is_a_sentence(run, home, samples) -> None:
    """Nothing is drafted for a name that was mistyped; the nearest is told."""
    ran = run("mapping", "new", "--partner", "fjrd", *samples(make_orders()[:1], HEADERS))

    assert (2, True) == (ran.code, "there is no partner fjrd" in ran.err)
    assert "did you mean fjord?" in ran.err
    assert not (home / "mappings/fjrd").exists()


def test_what_is_wrong_with_a_sample_is_told_with_its_name(run, tmp_path) -> None:
    """Of several samples the one that cannot be read is named, and no empty table stands above."""
    good, bad = tmp_path / "good.csv", tmp_path / "twice.csv"
    good.write_text("PO;Qty\n4500070100;1\n")
    bad.write_text("PO;Qty;Qty\n4500070100;1;2\n")
    words = ("--sample", str(good), "--sample", str(bad))
    ran = run("mapping", "new", "--partner", PARTNER, *words)

    assert (1, "") == (ran.code, ran.out)
    assert "twice.csv, row 1" in ran.err
