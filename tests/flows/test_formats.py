"""Partners who trade by workbook and by XML: the whole way, with what must not get in."""

import io
import json
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ERP = "erp/out"
NUMBER = "4500012345"


@pytest.fixture
def trade(home, request):
    """Return a world in which the named partner has the week's first order, in production."""
    partner = request.param
    file = home / "partners" / f"{partner}.yaml"
    file.write_text(file.read_text().replace("usage: test ", "usage: production "))
    world = request.getfixturevalue("world")
    order = json.loads((WEEK / "1_orders.json").read_text())[0] | {"vendor": partner}
    world.send(ERP, "orders.json", json.dumps([order]))
    world.turn()
    return world


@pytest.mark.parametrize("trade", ["cobalt"], indirect=True)
def test_a_sheet_that_was_sent_comes_back_filled_in(trade) -> None:
    """The order goes out as a workbook; filled in and saved, it is the answer, date cells and all."""
    book = load_workbook(io.BytesIO(trade.out("cobalt")[f"order_{NUMBER}.xlsx"]))
    page = book["Confirmation"]
    columns = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        page.cell(row, columns["Qty confirmed"]).value = page.cell(
            row, columns["Qty ordered"]
        ).value
        page.cell(row, columns["Ship date"]).value = page.cell(row, columns["Needed by"]).value
        page.cell(row, columns["Answer"]).value = "Yes"
    filled = io.BytesIO()
    book.save(filled)
    outcome = trade.send("drop/cobalt/in", "back.xlsx", filled.getvalue())

    assert outcome.state in {"routed", "delivered"}, trade.codes("back.xlsx")
    assert trade.told_erp()


@pytest.mark.parametrize("trade", ["cobalt"], indirect=True)
def test_a_workbook_comes_back_as_a_workbook_with_reasons(trade) -> None:
    """Rows that were not taken say why, in a sheet that can be mended and sent."""
    sent = trade.out("cobalt")[f"order_{NUMBER}.xlsx"]
    book = load_workbook(io.BytesIO(sent))
    page = book["Confirmation"]
    columns = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        page.cell(row, columns["PO"]).value = "0000000001"
        page.cell(row, columns["Answer"]).value = "Yes"
    filled = io.BytesIO()
    book.save(filled)
    trade.send("drop/cobalt/in", "back.xlsx", filled.getvalue())
    answer = load_workbook(io.BytesIO(trade.out("cobalt")["back.xlsx.answer.xlsx"]))["Confirmation"]
    rows = list(answer.iter_rows(values_only=True))

    assert ("gateway_status", "gateway_reason") == rows[0][-2:]
    assert "not taken" == rows[1][-2]
    assert "0000000001" in rows[1][-1]


@pytest.mark.parametrize("trade", ["dorado"], indirect=True)
def test_an_order_leaves_and_is_answered_as_xml(trade) -> None:
    """What we write parses, in its namespace; the answer takes effect."""
    order = etree.fromstring(trade.out("dorado")[f"order_{NUMBER}.xml"])
    lines = "".join(
        f'<Line number="{line.get("number")}"><Answer><Code>OK</Code></Answer></Line>'
        for line in order.iterfind(".//{urn:dorado:orders:2}Line")
    )
    answer = (
        '<OrderResponses xmlns="urn:dorado:orders:2"><OrderResponse result="accepted">'
        f"<Header><BuyerOrder>{NUMBER}</BuyerOrder></Header><Lines>{lines}</Lines>"
        "</OrderResponse></OrderResponses>"
    )
    outcome = trade.send("drop/dorado/in", "answer.xml", answer)

    assert outcome.state in {"routed", "delivered"}, trade.codes("answer.xml")


@pytest.mark.parametrize("trade", ["dorado"], indirect=True)
def test_hostile_xml_is_parked_and_its_sender_told(trade) -> None:
    """An entity that would read our disk is never resolved; the answer says what to leave out."""
    data = (
        '<!DOCTYPE OrderResponses [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<OrderResponses xmlns="urn:dorado:orders:2">&x;</OrderResponses>'
    )
    outcome = trade.send("drop/dorado/in", "evil.xml", data)

    assert ("parked", ["dtd-refused"]) == (outcome.state, trade.codes("evil.xml"))
    assert b"<!DOCTYPE" in trade.out("dorado")["evil.xml.answer.txt"]
