"""Drafts of tables: what each column is taken for, by our orders and by its header."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, PromisedDate, Quantity
from translators.drafting.draft import Wanted
from translators.drafting.drafted import Drafted, draft_tables
from translators.drafting.pictures import list_date_pictures, list_number_pictures
from translators.drafting.shapes import SHAPES
from translators.drafting.words import Words, load_words
from translators.tabular.xlsx_writer import write_sheet_rows

WORDS = load_words(Path(__file__).resolve().parents[3] / "mappings/words.yaml")
SPEECHLESS = Words({}, {}, {})
COLUMNS = ("a", "b", "c", "d", "e", "f", "g")


def order(number: str, *lines: tuple[str, str, str, str]) -> PurchaseOrder:
    """Return an order of lines (number, part, quantity, price), needed in the middle of December."""
    return PurchaseOrder(
        po_number=number,
        ordered_on=date(2026, 11, 2),
        currency="USD",
        lines=tuple(
            OrderLine(
                line_number=line,
                item=Item(buyer=item),
                ordered=Quantity(value=Decimal(quantity), unit="EA"),
                unit_price=Decimal(price),
                needed=PromisedDate(on=date(2026, 12, 10), means="deliver"),
            )
            for line, item, quantity, price in lines
        ),
    )


ORDERS = (
    order("P-100", ("1", "A-1", "100", "2.50"), ("2", "A-2", "40", "7.25")),
    order("P-200", ("1", "A-2", "12", "7.25"), ("2", "A-3", "3", "1200")),
)


def draft(rows: list[str], words: Words = SPEECHLESS, orders=ORDERS, **more) -> Drafted:
    """Return the draft of one CSV."""
    wanted = Wanted(partner="fjord", shape=SHAPES[more.pop("makes", "OrderAck")], **more)
    return draft_tables({"one.csv": "\n".join(rows).encode()}, orders, words, wanted)


def taken(drafted: Drafted) -> dict[str, str]:
    """Return what each mapped column is taken for."""
    return {one.source: one.field for one in drafted.taken if one.state == "mapped"}


def test_values_alone_tell_every_column() -> None:
    """Without any word: order, line, part, both quantities, price, and two kinds of days."""
    drafted = draft([
        "a,b,c,d,e,f,g",
        "P-100,1,A-1,100,60,2.50,12/14/2026",
        "P-100,1,A-1,100,40,2.50,12/28/2026",
        "P-100,2,A-2,40,40,7.25,12/14/2026",
        "P-200,1,A-2,12,12,7.25,12/14/2026",
        'P-200,2,A-3,3,3,"1,200.00",12/16/2026',
    ])  # fmt: skip

    assert dict(
        zip(COLUMNS, ("po_number", "line_number", "item.buyer", "ordered", "quantity", "unit_price", "promised"), strict=True)
    ) == taken(drafted)  # fmt: skip
    text = drafted.files["fjord/ack_csv.yaml"]
    assert "promised.on: {from: g, as: date MM/DD/YYYY}" in text
    assert 'unit_price: {from: f, as: "number 1,234.5"}' in text


def test_small_numbers_are_told_apart_by_the_part_beside_them() -> None:
    """A column of ones and twos is the line number only where the parts beside it are those lines'."""
    drafted = draft(["x,y,po,part", "1,2,P-100,A-2", "2,1,P-100,A-1", "1,2,P-200,A-3"])

    assert ("line_number", None) == (taken(drafted)["y"], taken(drafted).get("x"))


def test_without_orders_headers_are_all_there_is() -> None:
    """French and Spanish headers, and each guess says that it rests on a header."""
    french = draft(
        ["N° de commande;Ligne;Référence article;Qté confirmée;Date de livraison", "X1;1;Z;5;31/12/2026"],
        WORDS, (),
    )  # fmt: skip
    spanish = draft(
        ["Pedido;Línea;Referencia;Cantidad;Fecha de entrega", "X1;1;Z;5;20261231"], WORDS, ()
    )
    roles = {"po_number", "line_number", "item.buyer", "quantity", "promised"}

    assert roles == set(taken(french).values()) == set(taken(spanish).values())
    assert "by their headers alone" in french.files["fjord/ack_csv.yaml"]
    assert all("header" in one.evidence[0] for one in french.taken)
    assert (
        "promised.on: {from: Date de livraison, as: date DD/MM/YYYY}"
        in french.files["fjord/ack_csv.yaml"]
    )


def test_what_is_not_sure_stays_a_comment() -> None:
    """A header whose values deny it, and a column nothing speaks for, are told and not mapped."""
    drafted = draft(
        ["PO,Line,Part,Qty,Colour,Price", "P-100,1,A-1,100,red,9.99", "P-200,2,A-3,3,red,8.88"],
        WORDS,
    )
    text = drafted.files["fjord/ack_csv.yaml"]

    assert "unit_price:" not in text
    assert "#   Price: perhaps unit_price, 0.50: its header is 100 % like 'price'; none of" in text
    assert "#   Colour: nothing speaks for any field" in text


def test_what_a_person_says_of_a_column_holds() -> None:
    """`--column` decides; without any order number there is no draft, and the sentence says how."""
    rows = ["one,two", "Q7,5"]
    lost = draft(rows, orders=())
    said = draft(rows, orders=(), said={"po_number": "one"})

    assert ["no-column"] == [one.code for one in lost.findings]
    assert "--column po_number=HEADER" in lost.findings[0].advice
    assert {"one": "po_number"} == taken(said)


def test_a_lone_quantity_below_an_order_is_what_is_confirmed() -> None:
    """A short answer does not add up, and is an answer all the same."""
    drafted = draft(["po,l,i,n", "P-100,1,A-1,60", "P-100,2,A-2,40", "P-200,1,A-2,12"])

    assert "quantity" == taken(drafted)["n"]


def test_a_workbook_and_fixed_width_are_drafted_too() -> None:
    """Rows above the header of a sheet are passed over; columns of blanks cut lines."""
    rows = [
        dict(zip("abc", one, strict=True)) for one in (("P-100", "2", "40"), ("P-200", "1", "12"))
    ]
    sheet = write_sheet_rows(["a", "b", "c"], rows, "Answer").data
    wanted = Wanted(partner="fjord", shape=SHAPES["OrderAck"])
    book = draft_tables({"one.xlsx": sheet}, ORDERS, WORDS, wanted)
    fixed = draft(["P-100 2 A-2 40 20261214", "P-200 1 A-2 12 20261214", "P-200 2 A-3  3 20261216"])

    assert "po_number" == taken(book)["a"]
    assert "reads: {format: xlsx}" in book.files["fjord/ack_xlsx.yaml"]
    text = fixed.files["fjord/ack_fixed.yaml"]
    assert "columns: {column 1: 1-6, column 2: 7-8" in text
    assert {"po_number", "line_number", "item.buyer", "quantity", "promised"} == set(
        taken(fixed).values()
    )


def test_a_shipment_is_drafted_by_its_number() -> None:
    """A ship notice is one document a shipment, and its lines name orders."""
    drafted = draft(
        ["Lieferschein;Bestellnummer;Pos;Menge;Versanddatum;Charge", "LS1;P-100;1;100;12.12.2026;C7"],
        WORDS, makes="ShipNotice",
    )  # fmt: skip
    text = drafted.files["fjord/ship_csv.yaml"]

    assert "one_per: Lieferschein" in text
    assert {
        "shipment_number",
        "po_number",
        "line_number",
        "quantity",
        "lot",
        "shipped_on",
        "noticed_on",
    } <= {one.field for one in drafted.taken if one.state == "mapped"}


@pytest.mark.parametrize(
    ("values", "picture"),
    [
        (["1.234,56", "12"], "1.234,5"),
        (["1,234.56", "7.5"], "1,234.5"),
        (["1 234,56"], "1 234,5"),
        (["1'234.50"], "1'234.5"),
        (["12.5", "3"], ""),
    ],
)
def test_pictures_of_numbers_are_found_from_values(values, picture) -> None:
    """The plainest picture that reads all values comes first."""
    assert picture == list_number_pictures(values)[0]


@pytest.mark.parametrize(
    ("values", "picture"),
    [
        (["31.12.2026"], "DD.MM.YYYY"),
        (["20261231"], ""),
        (["2026-12-31"], ""),
        (["12/31/2026"], "MM/DD/YYYY"),
        (["31/12/2026"], "DD/MM/YYYY"),
        (["31.12.26"], "DD.MM.YY"),
    ],
)
def test_pictures_of_days_are_found_from_values(values, picture) -> None:
    """Days of another century are no days."""
    assert picture == list_date_pictures(values)[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"only one line",
        b"a;b\n",
        b"{}",
        b"<a/>",
        b"PK\x03\x04",
        b'"a;b\n"c',
        b"\xff\xfea",
    ],
)
def test_what_is_no_table_is_a_sentence(data: bytes) -> None:
    """Whatever is given as a sample, nothing raises, and without rows there is no draft."""
    wanted = Wanted(partner="fjord", shape=SHAPES["OrderAck"])
    drafted = draft_tables({"one": data}, ORDERS, WORDS, wanted)

    assert drafted.findings
    assert {} == drafted.files


def test_a_header_is_only_taken_for_what_its_entity_has() -> None:
    """A day of delivery is promised in an answer, and expected in a ship notice."""
    rows = ["Bestellnummer;Lieferschein;Liefertermin", "P-9;LS1;12.12.2026"]
    ack, ship = (draft(rows, WORDS, (), makes=makes) for makes in ("OrderAck", "ShipNotice"))

    assert ("promised", "expected_on") == (taken(ack)["Liefertermin"], taken(ship)["Liefertermin"])


def test_a_unit_we_do_not_order_in_is_to_be_checked() -> None:
    """A dozen where we order each: the draft says so beside the unit."""
    drafted = draft(["PO,Line,Part,Qty,UOM", "P-100,1,A-1,100,pcs", "P-100,2,A-2,40,doz"], WORDS)

    assert "CHECK: DZ is not what we order in (EA)" in drafted.files["fjord/ack_csv.yaml"]
    assert "doz,DZ,guessed" in drafted.files["fjord/tables/ack_csv_unit.csv"]


def test_no_line_is_accepted_while_a_column_may_be_its_answer() -> None:
    """Words nobody understands leave each line to a person; without any, what stands there is accepted."""
    rows = ["Bestellnummer;Pos;Artikel;Menge;Zustand", "P-9;1;A-1;60;xq", "P-9;2;A-2;10;zz"]
    unclear = draft(rows, WORDS, ()).files["fjord/ack_csv.yaml"]
    plain = draft([row.rpartition(";")[0] for row in rows], WORDS, ()).files["fjord/ack_csv.yaml"]

    assert "status: {value: review}" in unclear
    assert "CHECK THIS: is a line answered in Zustand?" in unclear
    assert "status: {value: accepted}" in plain
