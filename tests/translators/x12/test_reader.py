"""Reading bytes into sets, groups and interchanges."""

import pytest

from translators.x12.files import read_file
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Interchange, Set


def read(data):
    return list(read_x12(data))


def sets_of(data):
    return [part for part in read_x12(data) if isinstance(part, Set)]


def codes(data):
    return [finding.code for part in read_x12(data) for finding in part.findings]


def test_parts_come_as_their_trailers_are_met(samples):
    """A set is passed on at SE, its group at GE, its interchange at IEA."""
    data = samples.build_file(
        samples.build_group(samples.build_set(), samples.build_set(control="0002")),
        samples.build_group(samples.build_set("855"), kind="PR", control=8),
    )

    assert [Set, Set, Group, Set, Group, Interchange] == [type(part) for part in read(data)]
    assert [] == codes(data)


def test_segments_keep_ordinal_and_byte(samples):
    """Ordinals count from ST = 1; offsets are bytes of the file."""
    data = samples.build_one()
    segment = sets_of(data)[0].segments[5]

    assert (segment[0], segment.ordinal) == ("N4", 6)
    assert data[segment.offset :].startswith(b"N4*RENO")


@pytest.mark.parametrize("size", [1, 7, 106, 4096])
def test_pieces_of_any_size_give_the_same(samples, size):
    """How the bytes arrive does not matter."""
    data = samples.build_one() * 2
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    whole, cut = sets_of(data), sets_of(pieces)

    assert [[*map(list, part.segments)] for part in whole] == [
        [*map(list, part.segments)] for part in cut
    ]


@pytest.mark.parametrize(
    "before", ["\ufeff", "\r\n\r\n", "   ", "Welcome to the mailbox\r\n", "a" * 70_000 + "\n"]
)
def test_an_interchange_is_found_behind_what_stands_before_it(samples, before):
    """B-2: a byte order mark, blanks or a banner do not hide the ISA."""
    parts = sets_of(before.encode() + samples.build_one())

    assert len(parts) == 1
    assert parts[0].findings == []


@pytest.mark.parametrize("end", ["~\n", "~\r\n", "\n", "\r\n", "\x1c", "\x85", "'\n"])
def test_any_byte_may_end_a_segment(samples, end):
    """B-3: the terminator is what the ISA says; line ends behind it are decoration."""
    data = samples.build_one().decode().replace("~", end).encode("latin-1")
    part = sets_of(data)[0]

    assert [segment[0] for segment in part.segments][:3] == ["ST", "BEG", "REF"]
    assert part.segments[-1] == ["SE", "11", "0001"]
    assert part.findings == []


def test_an_empty_segment_is_a_warning_not_the_end(samples):
    """B-4: a doubled terminator is reported, and reading goes on."""
    data = samples.build_one().replace(b"REF*DP*038~", b"REF*DP*038~~")

    assert codes(data) == ["empty-segment"]


def test_a_missing_last_terminator_loses_nothing(samples):
    """B-5: the last segment counts without its terminator."""
    assert codes(samples.build_one()[:-1]) == ["no-last-terminator"]


@pytest.mark.parametrize("tail", [b"\n", b"\x00\x00", b"\x1a", b"  \r\n"])
def test_filling_after_iea_is_ignored(samples, tail):
    """B-6: line ends, NUL and Ctrl-Z are no content."""
    assert codes(samples.build_one() + tail) == []


def test_other_bytes_after_iea_are_noted(samples):
    """B-6: a mail footer is ignored with a note."""
    assert codes(samples.build_one() + b"-- \nsent by fax\n") == ["bytes-after-iea"]


def test_interchanges_may_change_delimiters(samples):
    """B-6, B-14: each interchange of a file is read by its own delimiters."""
    other = samples.build_one().replace(b"*", b"|").replace(b"~", b"\n")
    parts = sets_of(samples.build_one() + other)

    assert [part.group.interchange.delimiters.element for part in parts] == ["*", "|"]
    assert [part.ordinal for part in parts] == [1, 2]
    assert [part.findings for part in parts] == [[], []]


def test_a_new_isa_ends_an_interchange_without_iea(samples):
    """What follows a broken interchange is read all the same."""
    first = samples.build_one()
    cut = first[: first.index(b"GE*")]
    parts = read(cut + samples.build_one())

    assert [part.set_id for part in parts if isinstance(part, Set)] == ["850", "850"]
    assert codes(cut + samples.build_one()) == ["no-ge", "no-iea"]


def test_a_truncated_set_is_told_and_its_neighbours_live(samples):
    """Salvage: the set without SE has the finding, the one before has none."""
    data = samples.build_file(
        samples.build_group(samples.build_set(), samples.build_set(control="0002"))
    )
    good, bad = sets_of(data[: data.rindex(b"CTT")])

    assert good.findings == []
    assert [finding.x12.set_code for finding in bad.findings] == ["2"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"SE*11*0001", b"SE*12*0001", "segment-count"),
        (b"SE*11*0001", b"SE**0001", "segment-count"),
        (b"SE*11*0001", b"SE*11*0002", "set-control"),
        (b"GE*1*7", b"GE*2*7", "set-count"),
        (b"GE*1*7", b"GE*1*8", "group-control"),
        (b"IEA*1*", b"IEA*2*", "group-count"),
        (b"IEA*1*000000042", b"IEA*1*000000043", "interchange-control"),
        (b"ST*850*0001", b"ST**0001", "no-set-id"),
        (b"GS*PO", b"GS*PR", "group-kind"),
    ],
)
def test_counts_and_numbers_must_agree(samples, old, new, code):
    """B-15, B-16, B-19: headers and trailers say the same."""
    assert codes(samples.build_one().replace(old, new)) == [code]


@pytest.mark.parametrize(
    ("old", "new"), [(b"GE*1*7", b"GE*1*0007"), (b"IEA*1*000000042", b"IEA*01*42")]
)
def test_control_numbers_are_compared_as_numbers(samples, old, new):
    """B-16: leading zeros of GE02 and IEA02 do not matter."""
    assert codes(samples.build_one().replace(old, new)) == []


def test_a_set_number_used_twice_is_a_warning(samples):
    """B-26: ST02 is unique within its group."""
    group = samples.build_group(samples.build_set(), samples.build_set())

    assert codes(samples.build_file(group)) == ["set-control-again"]


def test_ta1_stands_between_isa_and_gs(samples):
    """B-24: a TA1 may be there, and may be all there is."""
    ta1 = "TA1*000000001*250108*1430*A*000~"
    data = samples.build_file(isa=samples.build_isa() + ta1)
    part = read(data)[-1]

    assert part.acks == [["TA1", "000000001", "250108", "1430", "A", "000"]]
    assert part.findings == []


def test_a_set_alone_is_read_for_people_who_try_a_sample(samples):
    """Without envelope the set is read with the usual delimiters, and is in error."""
    parts = sets_of(samples.build_set().encode())

    assert len(parts[0].segments) == 11
    assert [finding.code for finding in parts[0].findings] == ["no-envelope"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\x00 \n", "empty-file"),
        (b"PO,Line\n1,2\n", "no-isa"),
        (b"ISA*00*", "no-isa"),
        (b"\xff\xfe" * 50_000, "no-isa"),
    ],
)
def test_what_is_no_x12_comes_out_as_one_finding(data, code):
    """B-43: nothing that arrives is passed over in silence."""
    assert codes(data) == [code]


def test_a_segment_without_end_does_not_fill_the_memory(samples):
    """B-13: a runaway segment is cut and told once."""
    data = samples.build_one().replace(b"HEX BOLT", b"x" * 300_000)

    assert "segment-too-long" in codes(data)


def test_a_set_without_end_does_not_fill_the_memory(samples, monkeypatch):
    """B-13: beyond a limit, segments are counted and no longer kept."""
    monkeypatch.setattr("translators.x12.reader.MOST_SEGMENTS", 5)
    part = sets_of(samples.build_one())[0]

    assert [finding.code for finding in part.findings] == ["set-too-long"]
    assert len(part.segments) == 6


def test_latin_letters_are_read_where_utf_8_fails(samples):
    """B-10: Latin-1 is the second guess, and the byte that made it so is named."""
    data = samples.build_one().replace(b"MAIN", "MÄIN".encode("latin-1"))
    parts = read(data)

    assert parts[0].segments[3].element(2) == "MÄIN WAREHOUSE"
    assert f"byte {data.index(b'AIN') if b'AIN' in data else data.index(0xC4)} " in (
        parts[-1].findings[0].sentence
    )


def test_a_released_set_keeps_what_an_answer_needs(samples):
    """A set passed on holds its ST and findings only."""
    part = sets_of(samples.build_one())[0]
    part.release()

    assert (part.set_id, part.control, len(part.segments)) == ("850", "0001", 1)


def test_a_missing_terminator_is_one_fault(samples):
    """F8: the next line is read as the segment it is, and nothing after it is blamed."""
    data = samples.build_one().replace(b"BP*A-100*VP*X9~", b"BP*A-100*VP*X9\n")
    found = read_file(data).documents[0].findings

    assert [(f.code, f.x12.ordinal, f.x12.segment) for f in found] == [
        ("missing-terminator", 7, "PO1")
    ]
