"""Rules of containers: what is inside comes out within limits, or a sentence."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.containers import ContainerError, Member, is_container, open_container

MEGABYTE = 1_000_000


def _zip(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _open(data, name="a.zip", most=MEGABYTE):
    return {one.name: one.data for one in open_container(name, data, most)}


def test_members_are_files_of_their_own():
    """Their names tell where from; folders and hidden files of systems are passed over."""
    members = {"x.edi": b"ISA", "sub/": b"", "sub/y.csv": b"po", ".DS_Store": b"z"}
    members |= {"__MACOSX/._x.edi": b"z"}
    assert _open(_zip(members)) == {"a.zip/x.edi": b"ISA", "a.zip/sub/y.csv": b"po"}


def test_gzip_holds_one_file():
    """Its name is the container's without the ending."""
    assert open_container("a.edi.gz", gzip.compress(b"ISA"), 10) == [
        Member(name="a.edi.gz/a.edi", data=b"ISA")
    ]


def test_containers_in_containers_are_opened():
    """Three deep, and no deeper."""
    inner = _zip({"x.edi": b"ISA"})
    middle = _zip({"b.zip": inner, "y.edi.gz": gzip.compress(b"GS")})
    assert _open(_zip({"c.zip": middle})) == {
        "a.zip/c.zip/b.zip/x.edi": b"ISA",
        "a.zip/c.zip/y.edi.gz/y.edi": b"GS",
    }
    with pytest.raises(ContainerError, match="nested more than 3 deep"):
        _open(_zip({"d.zip": _zip({"c.zip": middle})}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_zip({}), "damaged|holds no files"),
        (_zip({".hidden": b""}), "it holds no files"),
        (_zip({"../x.edi": b""}), r"in it, \.\./x.edi: the name leads to another folder"),
        (_zip({"/etc/x": b""}), "in it, /etc/x: the name leads to another folder"),
        (_zip({"a\nb": b""}), r"in it, a\\nb: the name has characters that cannot be shown"),
        (_zip({"x" * 239: b""}) + b"", "a.zip|holds"),
        (_zip({"zeros": bytes(MEGABYTE + 1)}), "larger than the channel allows"),
        (gzip.compress(bytes(50 * MEGABYTE)), "larger than the channel allows"),
        (_zip({str(number): b"" for number in range(1001)}), "more than 1000 files"),
        (_zip({"x.edi": b"ISA" * 99})[:80], "damaged, encrypted or of a kind not read here"),
        (gzip.compress(bytes(range(256)))[:99], "damaged, encrypted or of a kind not read here"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_must_not_be_opened_is_told(data, said):
    """Bombs, wild names and damage are refused whole."""
    if said == "a.zip|holds":
        assert len(_open(data)) == 1
        return
    with pytest.raises(ContainerError, match=said):
        _open(data)


def test_encrypted_members_are_refused():
    """Nobody gave us the password."""
    data = bytearray(_zip({"x.edi": b"ISA"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ContainerError, match=r"x.edi is encrypted"):
        _open(bytes(data))


def test_a_workbook_is_no_container():
    """It is a ZIP, and a document."""
    assert not is_container(_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}))
    assert is_container(_zip({"x.edi": b""}))
    assert is_container(gzip.compress(b""))
    assert not is_container(b"ISA*00*")


@settings(max_examples=200, deadline=None)
@given(some.data())
def test_damage_is_a_sentence(data):
    """Whatever bytes are changed, members or a ContainerError come out."""
    whole = bytearray(_zip({"x.edi": b"ISA*00*" * 50, "b.gz": gzip.compress(b"GS" * 99)}))
    for _ in range(data.draw(some.integers(1, 4))):
        whole[data.draw(some.integers(0, len(whole) - 1))] = data.draw(some.integers(0, 255))
    try:
        assert open_container("a.zip", bytes(whole), MEGABYTE) is not None
    except ContainerError as error:
        assert str(error)  # noqa: PT017 either is right
