"""SAP at the end of the trade, by IDoc files: ORDERS05 in, 850 out; 855 and 856 in, ORDRSP and DESADV out."""

from pathlib import Path

from translators.xml.parse import parse_xml

ERP_FILE = """\
partner: erp
role: erp
usage: production
erp:
  adapter: idoc
  sap: {our_port: GATEWAY, our_number: GATEWAY, sap_port: SAPERP, sap_number: ERPCLNT100, client: "100"}
  partners: {acme: "0000100234"}
  units: {EA: PCE}
channels:
  in:
    - {name: released, folder: erp/out, take: {stable_seconds: 1, only: ["*.xml"]}}
  out:
    - {name: updates, folder: erp/in}
documents:
  in:
    - {kind: idoc, mapping: erp/canonical_order, entity: PurchaseOrder}
acknowledgments: {functional: none, interchange: never, wanted: false}
"""
ORDER = """<?xml version="1.0"?><ORDERS05><IDOC BEGIN="1">
<EDI_DC40><DOCNUM>404040</DOCNUM><MESTYP>ORDERS</MESTYP></EDI_DC40>
<E1EDK01><CURCY>USD</CURCY><BELNR>4500012345</BELNR></E1EDK01>
<E1EDK03><IDDAT>012</IDDAT><DATUM>20261123</DATUM></E1EDK03>
<E1EDKA1><PARVW>LF</PARVW><PARTN>0000100234</PARTN></E1EDKA1>
{items}</IDOC></ORDERS05>"""
ITEM = """<E1EDP01><POSEX>0000{0}</POSEX><MENGE>{1}.000</MENGE><MENEE>PCE</MENEE><VPREI>{2}</VPREI><PEINH>1</PEINH>
<E1EDP20><WMENG>{1}</WMENG><EDATU>20261218</EDATU></E1EDP20>
<E1EDP19><QUALF>001</QUALF><IDTNR>{3}</IDTNR></E1EDP19></E1EDP01>"""
PARTS = ((1, 144, "12.50", "A-100"), (2, 60, "4.80", "A-150"), (3, 10, "99.00", "A-200"))
WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"


def _told(world, message: str) -> list:
    """Return the IDocs of a message that lie in front of SAP."""
    roots = [parse_xml(path.read_bytes()) for path in (world.home / "erp" / "in").glob("*.xml")]
    return [one for one in roots if message == one.findtext("IDOC/EDI_DC40/MESTYP")]


def test_an_order_of_sap_comes_back_to_it_confirmed_and_shipped(world) -> None:
    """Every schedule line is there; what cannot be told by IDoc does not hold back what can."""
    (world.home / "partners" / "erp.yaml").write_text(ERP_FILE)
    world.turn()
    assert {} == world.gateway.partners.findings
    order = ORDER.format(items="".join(ITEM.format(*part) for part in PARTS))
    assert "routed" == world.send("erp/out", "orders.xml", order).state
    assert 1 == sum("850" in name for name in world.out("acme"))

    world.send("drop/acme/in", "855.edi", (WEEK / "3_855.edi").read_bytes())
    world.turn()
    items = _told(world, "ORDRSP")[0].findall("IDOC/E1EDP01")
    said = {
        item.findtext("POSEX"): (
            item.findtext("ACTION"),
            item.findtext("MENGE"),
            [(one.findtext("WMENG"), one.findtext("EDATU")) for one in item.findall("E1EDP20")],
        )
        for item in items
    }
    assert ("002", "144", [("144", "20261214")]) == said["00001"]
    assert ("002", "60", [("20", "20261216"), ("40", "20270112")]) == said["00002"]
    assert ("003", "0", []) == said["00003"]

    notice = (WEEK / "7_856.edi").read_text()
    cut = notice[: notice.index("HL*7*1*O~")] + "CTT*6~\nSE*23*0001~\nGE*1*704~\nIEA*1*000000704~\n"
    world.send("drop/acme/in", "856.edi", cut)
    world.turn()
    lines = _told(world, "DESADV")[0].findall("IDOC/E1EDL20/E1EDL24")
    assert [("A-100", "144", "PCE"), ("A-150", "20", "PCE")] == [
        (one.findtext("MATNR"), one.findtext("LFIMG"), one.findtext("VRKME")) for one in lines
    ]
    assert {"done"} == {one.state for one in world.effects()}


def test_an_idoc_that_cannot_be_read_is_parked_with_its_place(world) -> None:
    """The order is told apart from its neighbours, and ops see what SAP has to mend."""
    (world.home / "partners" / "erp.yaml").write_text(ERP_FILE)
    world.turn()
    order = ORDER.format(items=ITEM.format(1, "many", "1", "A-100"))
    assert "parked" == world.send("erp/out", "orders.xml", order).state
    assert "bad-idoc" in world.codes("orders.xml")
