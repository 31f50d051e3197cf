"""XML by mappings: names by URI, lines told, and nothing reached outside the file or blown up."""

import os
import random
import re
import time
from pathlib import Path

import pytest

from translators.mapper.written import OutNode, Written
from translators.xml.xml_reader import read_xml_documents
from translators.xml.xml_writer import write_xml

SAID = {"format": "xml"}
ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("CMGATEWAY_CORPUS", ROOT.parent / "shared" / "corpus"))
LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


def read(text, said=None, one_per=None):
    """Return the content of each document, and the words of what was found."""
    data = text if isinstance(text, bytes) else text.encode()
    documents = read_xml_documents(data, {**SAID, **(said or {})}, one_per)
    return [one.content for one in documents], [f.code for one in documents for f in one.findings]


def test_elements_attributes_and_text():
    """Repeated elements are a list; text beside children is kept; comments and instructions say nothing."""
    content, codes = read('<a x="1">t<!-- no --><b>1</b><b y="2">2</b><?pi?><c/></a>')
    assert (content, codes) == (
        [{"@x": "1", "b": ["1", {"@y": "2", ".": "2"}], "c": "", ".": "t"}],
        [],
    )


def test_prefixes_are_the_mapping_s_own():
    """The same document in other prefixes is the same; a namespace nobody names stays visible."""
    said = {"namespace": "urn:a", "namespaces": "p: urn:b"}
    first = read('<a xmlns="urn:a" xmlns:q="urn:b" q:k="1"><q:b>1</q:b></a>', said)
    second = read('<z:a xmlns:z="urn:a" xmlns:y="urn:b" y:k="1"><y:b>1</y:b></z:a>', said)
    assert first == second == ([{"@p:k": "1", "p:b": "1"}], [])
    assert read('<a xmlns="urn:a"><b xmlns="urn:c"/></a>', said)[0] == [{"{urn:c}b": ""}]
    assert read('<a xmlns="urn:c"/>', said)[1] == ["other-namespace"]


@pytest.mark.parametrize(
    "data",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        '<?xml version="1.0"?><!-- c --><!doctype a [<!ENTITY x "y">]><a k="&x;"/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode(
            "utf-16"
        ),
    ],
    ids=["laughs", "file", "network", "small-letters", "utf-16"],
)
def test_document_types_are_refused(data):
    """Whatever it declares: it is not resolved, not fetched, and ends at once."""
    began = time.perf_counter()
    assert read(data)[1] == ["dtd-refused"]
    assert time.perf_counter() - began < 5


def test_a_document_type_that_declares_nothing_may_be_passed_over():
    """As cXML has it; a mapping says so, and an internal one is refused all the same."""
    ignored = {"doctype": "ignored"}
    assert read('<!DOCTYPE a SYSTEM "http://x/y.dtd">\n<a>1</a>', ignored) == ([{".": "1"}], [])
    assert read('<!DOCTYPE a [<!ENTITY x "y">]><a/>', ignored)[1] == ["dtd-refused"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<?xml version="1.0" encoding="utf-8"?><a>M\xfcller</a>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="latin-1"?><a>M\xc3\xbcller</a>', "wrong-encoding"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "bad-encoding"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><a/>', "bad-encoding"),
        (b"<a><b></a>", "bad-xml"),
        (b"<a>" * 300 + b"</a>" * 300, "too-deep"),
        (b"<a>&nbsp;</a>", "bad-xml"),
        (b"<a/><b/>", "bad-xml"),
    ],
)
def test_what_cannot_be_read_is_one_error(data, code):
    """An encoding that is not what it says, and text that is no XML."""
    assert read(data)[1] == [code]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_encodings_are_read_as_declared(encoding):
    """By byte order mark, by declaration, and as UTF-8 without either."""
    said = "" if encoding == "utf-8-sig" else f' encoding="{encoding}"'
    assert read(f'<?xml version="1.0"{said}?><a>Müller</a>'.encode(encoding)) == (
        [{".": "Müller"}],
        [],
    )


def test_documents_of_a_file_share_what_is_said_around_them():
    """What a document does not say itself, its file may say for all."""
    content, _ = read('<f on="1"><h><d n="1"/><d n="2" on="3"/></h></f>', one_per="h/d")
    assert [(one["@n"], one["@on"]) for one in content] == [("1", "1"), ("2", "3")]
    assert read("<f/>", one_per="d")[1] == ["empty-file"]


def test_damaged_xml_ends_in_findings():
    """Bytes changed, cut and doubled never raise."""
    dice, good = random.Random(9), '<a xmlns="u" x="ü"><b>1</b><![CDATA[c]]>&amp;</a>'.encode()  # noqa: S311
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        read(
            bytes(data[: dice.randint(1, len(data))]), {"namespace": "u"}, dice.choice([None, "b"])
        )


def test_what_xml_cannot_hold_is_told():
    """A character no XML can hold is a ? and an error; markup is text."""
    tree = OutNode("a", text="<&>\ufffe", attributes={"k": '"'})
    file = write_xml(Written(tree=tree), {"format": "xml", "root": "a"})
    assert [one.code for one in file.findings] == ["bad-value"]
    assert read(file.data) == ([{"@k": '"', ".": "<&>?"}], [])


def test_public_samples_are_read():
    """CXML and RosettaNet that nobody here wrote: by their namespace, past a DTD that is not fetched."""
    files = sorted(CORPUS.rglob("*.xml"))
    if not files:
        pytest.skip("no corpus at CMGATEWAY_CORPUS or ../shared/corpus")
    for path in files:
        data = path.read_bytes()
        said = {"doctype": "ignored"}
        if b"rosettanet" in data:
            said["namespace"] = re.search(
                rb'xmlns(?::\w+)?="(urn:rosettanet:specification:interchange:PurchaseOrderRequest:[^"]*)"',
                data,
            )[1].decode()
        content, codes = read(data, said)
        assert codes == [], path.name
        assert len(content[0]) >= 2, path.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a><b>1</a>", "</a> ends <b>, which began in line 1; end it with </b>"),
        ("<a>\n<b>1", "the file ends before <b>, which began in line 2, is closed; send it whole"),
        ("<a>R&D</a>", "& stands alone in a text; write &amp; for it"),
        ("<a>&uuml;</a>", "&uuml; is declared nowhere; write the character itself"),
        ("<p:a/>", 'the prefix p is declared nowhere; declare it with xmlns:p="…"'),
        ("<a/><b/>", "something stands behind the end of the outermost element"),
        ("<a x='1' x='2'/>", "attribute x stands twice in one element"),
    ],
)
def test_faults_are_told_in_our_words(text, said):
    """What stands there and what to do; no word of a parser."""
    [document] = read_xml_documents(text.encode(), SAID, None)

    assert f"this is not XML: {said}" in str(document.findings[0])
