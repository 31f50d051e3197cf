"""XML parsed so that hostile input does nothing: no DTD, no entities, no network, no huge trees."""

from lxml import etree

from translators.xml.faults import MEND, describe

MOST_BYTES = 50_000_000
MOST_DEPTH = 64


class XmlError(Exception):
    """The bytes are no XML that is read here; the message says why, `advice` what to do."""

    def __init__(self, sentence: str, advice: str = MEND) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.advice = advice


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of a document; raises XmlError.

    A document type is refused and not only ignored: whoever sends one wants something of the parser.
    """
    if len(data) > MOST_BYTES:
        raise XmlError(f"the file has {len(data)} bytes; {MOST_BYTES} are the limit")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        sentence, advice = describe(error)
        raise XmlError(f"this is not XML: {sentence}", advice) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("the file begins with a document type (DTD), which is not read here")
    if _is_deep(root):
        raise XmlError(f"more than {MOST_DEPTH} levels stand inside each other")
    return root


def _is_deep(root: etree._Element) -> bool:
    level, elements = 0, [root]
    while elements and level <= MOST_DEPTH:
        level, elements = level + 1, [child for one in elements for child in one]
    return bool(elements)
