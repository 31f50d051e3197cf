"""Real files and damaged bytes: findings only, and true ones."""

import random
import time

import pytest

from translators.x12.acknowledge import Numbers, write_acknowledgment
from translators.x12.files import read_file
from translators.x12.show import list_lines

NOISE = (
    b"*",
    b"~",
    b">",
    b"\n",
    b"\x00",
    b"\xff",
    b"ISA*",
    b"GE*",
    b"SE*2*",
    b"HL*1*1*S~",
    b"ST*",
    b"^",
)


def damage(data, chance):
    """Return the bytes with a few of them cut, doubled, replaced or mixed with noise."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        size = chance.choice((0, 1, 1, 2, 30, 200))
        kind = chance.randrange(4)
        if kind == 0:
            del changed[at : at + size]
        elif kind == 1:
            changed[at:at] = changed[at : at + size]
        elif kind == 2:
            changed[at : at + 1] = bytes((chance.randrange(256),))
        else:
            changed[at:at] = chance.choice(NOISE)
    return bytes(changed)


def is_echo(finding):
    """Return whether a fault of our answer is the sender's own GS01, GS06, ST01 or ST02."""
    place = finding.x12
    echoed = place.segment in {"AK1", "AK2"} and place.element in {1, 2}
    return finding.code == "no-grammar" or (echoed and finding.code != "missing-element")


def read_all(samples, data):
    """Read, check, show and answer a file, as the gateway does; raises nothing."""
    file = read_file(data)
    for interchange in file.interchanges:
        answer, _ = write_acknowledgment(
            interchange, interchange.groups, Numbers(1, 1), samples.now
        )
        for document in read_file(answer).documents if answer else ():
            assert document.kind.startswith("x12 997")
            assert [x for x in document.findings if x.level == "error" and not is_echo(x)] == []
    lines = list(list_lines(file))
    assert file.interchanges
    assert all(str(finding) for _, found in file.list_findings() for finding in found)
    return lines


@pytest.mark.parametrize("set_id", ["850", "855", "856"])
def test_damaged_samples_end_in_findings(samples, set_id):
    """Hostile input is normal: no exception, whatever the bytes."""
    chance = random.Random(set_id)  # noqa: S311  # damage, not secrets
    data = samples.build_file(
        samples.build_group(
            samples.build_set(set_id), samples.build_set(set_id, control="0002"), kind="PO"
        ),
        isa=samples.build_isa(ack="1"),
    )
    for _ in range(700):
        read_all(samples, damage(data, chance))


def test_damaged_corpus_ends_in_findings(samples, corpus):
    """The same with files of the wild, every one of them some times."""
    chance = random.Random(12)  # noqa: S311  # damage, not secrets
    for _, data in corpus("x12"):
        read_all(samples, data)
        for _ in range(8):
            read_all(samples, damage(data[:6000], chance))


@pytest.mark.parametrize(
    "data",
    [
        b"ISA*" * 25_000,
        b"~" * 100_000,
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *250108*1430*U*00401"
        b"*000000042*0*P*>~GS*PO*A*B*20250108*1430*7*X*004010~ST*850*0001~" + b"HL*1*1*S~" * 10_000,
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *250108*1430*U*00401"
        b"*000000042*0*P*>~GS*SH*A*B*20250108*1430*7*X*004010~ST*856*0001~"
        + b"".join(b"HL*%d*%d*S~" % (at, at + 1) for at in range(8_000)),
        b"ISA" + b"*" * 100_000,
        bytes(range(256)) * 400,
        b"ST*850*0001~" * 8_000,
    ],
)
def test_no_hundred_kilobytes_take_a_second(samples, data):
    """B-13: no input of 100 kB holds the gateway up."""
    start = time.process_time()
    read_all(samples, data)

    assert time.process_time() - start < 3  # a second here, thrice that on a busy machine


def test_valid_files_of_the_wild_have_only_the_findings_they_deserve(corpus):
    """Each finding was looked at by hand and is true; a new one is a change of judgment."""
    found = {}
    for row, data in corpus("x12"):
        if row["validity"] != "valid":
            continue
        told = [
            finding.code
            for document in read_file(data).documents
            if document.kind.split()[1] in {"850", "855", "856", "997"}
            for finding in document.findings
            if finding.level == "error" and finding.code != "no-grammar"
        ]
        if told:
            found[row["file"].rpartition("/")[2].partition(".")[0]] = sorted(told)

    assert found == {
        "020_EdiEngine_850-SyntaxNotes-ERR": ["condition", "condition"],
        "030_hellooops_850-lineBreak-LF": ["missing-segment"],
        "031_hellooops_850-lineBreak": ["missing-segment"],
        "032_hellooops_850-loop": ["condition", "condition"],
        "033_hellooops_850": ["missing-segment"],
        "035_hellooops_x12-minify": ["condition", "condition"],
        "036_berrywave-python_850": ["invalid-number"],
        "157_hellooops_fixtures": ["missing-segment", "missing-segment", "unknown-code"],
        "02_node-x12_855": ["unknown-code"],
        "07_stupidedi_po-ack-minor-changes": ["condition"],
        "01_staedi_empty997": ["missing-segment", "missing-segment"],
        "02_staedi_extraDelimiter997": ["delimiter-in-data"] * 3,
        "03_staedi_invalid997": ["invalid-number", "unknown-code"],
        "02_hellooops_X12-interchanges": ["missing-segment", "missing-segment"],
    }
