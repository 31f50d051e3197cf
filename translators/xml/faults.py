"""Faults of XML in our own words: what stands there, what was wanted, what to do."""

import re

from lxml.etree import XMLSyntaxError

MEND = "mend the file"
_PAIR = re.compile(r"mismatch: (\S{1,80}) line ([0-9]+) and ([^\s,]{1,80})")
_OPEN = re.compile(r"tag (\S{1,80}) line ([0-9]+)")
_NAMED = re.compile(r"(?:Entity '|attribute |Attribute |prefix )([^\s']{1,80})")

# The number libxml2 has for a fault (xmlerror.h): what is wrong, and what to do about it.
_SAID = {
    4: ("no element begins here", "begin the file with its outermost element"),
    5: ("something stands behind the end of the outermost element", "send one document a file"),
    9: ("a control character stands here", "leave out what XML 1.0 cannot hold"),
    23: ("& stands alone in a text", "write &amp; for it"),
    26: ("&{name}; is declared nowhere", "write the character itself"),
    38: ("a < stands in the value of an attribute", "write &lt; for it"),
    39: ("the value of an attribute has no quotation marks", "put it into quotation marks"),
    41: ("attribute {name} has no value", 'write {name}="…"'),
    42: ("attribute {name} stands twice in one element", "leave one of them out"),
    62: ("]]> stands in a text", "write ]]&gt; for it"),
    63: ("a CDATA section does not end", "end it with ]]>"),
    65: ("no blank stands between two attributes", "put one between them"),
    68: ("& or < stands alone, or what follows is no name", "write &amp; for & and &lt; for <"),
    73: ("a tag has no >", MEND),
    80: ("two dashes stand inside a comment", "leave the comment out"),
    201: ("the prefix {name} is declared nowhere", 'declare it with xmlns:{name}="…"'),
}


def describe(error: XMLSyntaxError | ValueError) -> tuple[str, str]:
    """Return what is wrong with the text and what to do about it."""
    said = str(error)
    if pair := _PAIR.search(said):
        opened, line, closed = pair.groups()
        return (
            f"</{closed}> ends <{opened}>, which began in line {line}",
            f"end it with </{opened}>",
        )
    code = getattr(error, "code", 0)
    if code == 77 and (opened := _OPEN.search(said)):
        name, line = opened.groups()
        told = f"the file ends before <{name}>, which began in line {line}, is closed"
        return told, "send it whole"
    name = named.group(1) if (named := _NAMED.search(said)) else "it"
    sentence, advice = _SAID.get(code, ("it cannot be read from here on", MEND))
    return sentence.format(name=name), advice.format(name=name)
