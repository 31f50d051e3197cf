"""The loop over segments: levels, limits, what is known from before; at any doubt it declines."""

from collections.abc import Callable
from typing import Any

import pytest

from translators.compiled.fast_pass import Taken, compile_fast
from translators.compiled.foreseen import MOST_KNOWN, bind_keep, renew
from translators.mapper.load import Library
from translators.x12.delimiters import Delimiters

Take = Callable[..., Taken | None]


def take_with(library: Library, kind: str) -> Take:
    """Return what takes a set of one kind, told by the segments between ST and SE."""
    fast = compile_fast(library.load_mapping(f"base/{kind}_4010"))
    assert fast is not None
    bound = fast.bind(Delimiters())

    def take(*segments: str) -> Taken | None:
        ends = f"SE*{len(segments) + 2}*0001"
        return bound("~".join((f"ST*{kind}*0001", *segments, ends)))

    return take


@pytest.fixture
def take_notice(library: Library) -> Take:
    return take_with(library, "856")


@pytest.fixture
def take_answer(library: Library) -> Take:
    return take_with(library, "855")


def list_notice(one: str, two: str, three: str) -> list[str]:
    """Return a shipment, an order and an item whose levels have these numbers."""
    return [
        "BSN*00*SH1*20260101*1200",
        f"HL*{one}**S",
        "REF*BM*B1",
        f"HL*{two}*{one}*O",
        "PRF*PO1",
        f"HL*{three}*{two}*I",
        "LIN**BP*A-100",
        "SN1**5*EA",
        "CTT*3",
    ]


@pytest.mark.parametrize("numbers", [("1", "2", "3"), ("10", "20", "30"), ("1", "2", "A"), "321"])
def test_levels_may_have_any_numbers_of_their_own(take_notice: Take, numbers: str) -> None:
    """HL01 is a number no other level of the set has, in whatever order."""
    taken = take_notice(*list_notice(*numbers))

    assert taken is not None
    assert ["PO1"] == [line.po_number for line in taken.entity.lines]


@pytest.mark.parametrize("numbers", [("1", "2", "2"), ("1", "2", "1"), ("1", "2", "03"), "131"])
def test_levels_that_share_a_number_are_doubtful(take_notice: Take, numbers: str) -> None:
    """So is a number with a zero before it, which may be another's."""
    assert take_notice(*list_notice(*numbers)) is None


def test_more_levels_than_are_numbered_beforehand_are_taken(take_notice: Take) -> None:
    """A set may have any number of levels, and none may have the number of one long before it."""
    head = ["BSN*00*SH1*20260101*1200", "HL*1**S", "HL*2*1*O", "PRF*PO1"]
    items = [f"HL*{n}*2*I LIN**BP*A{n} SN1**5*EA".split() for n in range(3, 1303)]
    segments = [*head, *(one for item in items for one in item), "CTT*1302"]

    taken = take_notice(*segments)

    assert taken is not None
    assert 1300 == len(taken.entity.lines)
    segments[segments.index("HL*1301*2*I")] = "HL*301*2*I"
    assert take_notice(*segments) is None


def test_what_only_a_level_with_others_below_it_says_is_noted_where_it_has_none(
    take_notice: Take,
) -> None:
    """The notes stand in the order of the set."""
    segments = [
        *list_notice("1", "2", "3")[:-1],
        "HL*4*1*O",
        "PRF*PO2",
        "REF*ZZ*X",
        "HL*5**O",
        "PRF*PO3",
        "CTT*5",
    ]

    taken = take_notice(*segments)

    assert taken is not None
    assert ["PRF*PO2", "REF*ZZ*X", "PRF*PO3"] == taken.unread


@pytest.mark.parametrize(("repeats", "is_taken"), [(104, True), (105, False)])
def test_a_loop_repeats_as_often_as_it_may(
    take_answer: Take, repeats: int, *, is_taken: bool
) -> None:
    """ACK of an 855 line may stand 104 times; the count begins anew with each line."""
    first = ["BAK*00*AC*45*20250108", "PO1*1*9*EA*1**BP*A", *["ACK*IA*1*EA"] * 104]
    segments = [*first, "PO1*2*9*EA*1**BP*B", *["ACK*IA*1*EA"] * repeats, "CTT*2"]

    assert is_taken == (take_answer(*segments) is not None)


def test_a_description_known_from_before_is_that_of_its_own_line(take_answer: Take) -> None:
    """It is met behind a line again and again, by itself, before others, behind something else."""
    red, blue = "PID*F****RED PEN", "PID*F****BLUE PEN"
    lines = [f"PO1*{n}*9*EA*1**BP*A" for n in range(1, 5)]
    answer = "ACK*IA*9*EA"
    segments = [lines[0], red, answer, lines[1], red, blue, answer, lines[2], answer, lines[3], red]

    for _ in range(2):
        taken = take_answer("BAK*00*AC*45*20250108", *segments, "CTT*4")
        assert taken is not None
        found = [line.item.description for line in taken.entity.lines]
        assert ["RED PEN", "RED PEN", None, "RED PEN"] == found
    assert take_answer("BAK*00*AC*45*20250108", lines[0], answer, red, "CTT*1") is None
    whole = take_answer("BAK*00*AC*45*20250108", red, lines[0], "CTT*1")
    assert whole is not None
    assert whole.entity.lines[0].item.description is None


def test_too_many_descriptions_are_looked_for_no_more(take_answer: Take) -> None:
    """Where all differ they are read as they come; what each line says does not change."""
    names = [f"PEN {n}" for n in range(1500)]
    lines = [(f"PO1*{n}*9*EA*1**BP*A", f"PID*F****{name}") for n, name in enumerate(names)]
    segments = [one for line in lines for one in line]

    for _ in range(2):
        taken = take_answer("BAK*00*AC*45*20250108", *segments, "CTT*1500")
        assert taken is not None
        assert names == [line.item.description for line in taken.entity.lines]


def test_what_is_known_of_descriptions_is_bounded_and_begins_anew_with_a_file() -> None:
    """A worker reads for months; what it keeps may not grow with it."""
    scope: dict[str, Any] = {"KNOWN1": {}, "KNOWN2": {}}
    known, keep = scope["KNOWN1"], bind_keep(scope)

    for n in range(MOST_KNOWN + 1):
        assert scope["KNOWN1"] is known
        keep(known, f"PID*F****{n}", ("F", str(n)))

    assert scope == {"KNOWN1": None, "KNOWN2": {}}
    renew(scope)
    assert scope == {"KNOWN1": {}, "KNOWN2": {}}
