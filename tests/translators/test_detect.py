"""What format bytes have."""

import io
import zipfile

import pytest

from translators.detect import detect_format


def pack(name):
    """Return a zip with one entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\x1a", "empty"),
        (b"ISA*00*          *00*          *ZZ*A", "x12"),
        (b"\xef\xbb\xbf\r\nISA|00|", "x12"),
        (b"ST*850*0001~BEG*00*SA*1**20250108~", "x12"),
        (b"Subject: order\r\n\r\nISA*00*   *00*   *ZZ*A*ZZ*B*", "x12"),
        (b"UNA:+.? 'UNB+UNOA:1+A+B", "edifact"),
        (b"UNB+UNOA:1+A+B", "edifact"),
        (b'<?xml version="1.0"?><a/>', "xml"),
        (b"\xff\xfe" + "<Order xmlns='x'/>".encode("utf-16-le"), "xml"),
        (b"<!-- note --><Order/>", "xml"),
        (b' {"po": 1}', "json"),
        (b"[1, 2]", "json"),
        (b"[PO],Line\n1,2\n", "csv"),
        (b"<PO> ;Line\n1;2\n", "csv"),
        (b"<Order>\n<PO>1;2\n", "xml"),
        (b"<a>1,2</a>", "xml"),
        (b"PO Number;Pos\n4500012345;10\n", "csv"),
        (b"STATUS,QTY\nIA,5\n", "csv"),
        ("Bestellung;Menge\nM\u00fcller;5\n".encode("cp1252"), "csv"),
        (b"\xff\xfe" + "PO\tLine\n1\t2\n".encode("utf-16-le"), "csv"),
        (b"Visa card,ISA*note\n1,2\n", "csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"%PDF-1.7 text", "binary"),
        (b"\x1f\x8b\x08\x00", "binary"),
        (bytes(range(256)), "binary"),
        (pack("order.csv"), "zip"),
        (pack("xl/workbook.xml"), "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "xls"),
    ],
)
def test_content_decides(data, wanted):
    """The name of a file says nothing; its bytes do."""
    assert detect_format(data) == wanted
