"""The language from file to entity: what authors write, what they are told."""

from pathlib import Path

import pytest

from translators.document import Document
from translators.mapper.compile import compile_mapping, try_compile
from translators.mapper.errors import MappingError, UnknownMappingError
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set

SHIPPED = Path(__file__).parents[3] / "mappings"
HEAD = "mapping: own/ack\nreads: x12 855 004010\nmakes: OrderAck\n"
FIELDS = "fields:\n  po_number: BAK03\n  status: {value: accepted}\n"


@pytest.fixture
def write(tmp_path):
    """Return what writes files below one root, in front of the shipped mappings."""

    def write_files(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace(
                "_csv", ".csv"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return Library((tmp_path, SHIPPED))

    return write_files


def told(library, name="own/ack"):
    """Return the mistakes of a mapping as an author sees them."""
    try:
        _, findings = try_compile(library.load_mapping(name))
    except MappingError as error:
        findings = error.findings
    return [f"{f.rule}: {f.sentence}{'; ' if f.advice else ''}{f.advice}" for f in findings]


def document(*segments):
    """Return the one document of segments between ST and SE."""
    lines = ["ST*855*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    data = "~".join([*lines, ""]).encode()
    return next(document_of(part) for part in read_x12(data) if isinstance(part, Set))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("po_numbr: BAK03", "OrderAck has no field po_numbr; did you mean po_number?"),
        ("release: BAK3", "'BAK3' is not an element; a path such as BAK03, N104(01=ST) or N1(01=ST)/N401 is wanted"),
        ("release: BAK99", "BAK has 10 elements, not 99"),
        ("release: QQQ01", None),
        ("release: BEG03", None),
        ("release: {from: BAK05, lookup: base/ack_tipe}", "there is no table base/ack_tipe; write its CSV with the header theirs,ours into the tables folder"),
        ("release: {from: BAK05, as: uper}", "there is no reader 'uper'; did you mean upper?"),
        ("release: {frm: BAK05}", "there is no key frm; did you mean from?"),
        ("release: {when: BAK05}", "release says neither where it stands (from) nor what it is (value)"),
        ("lines: {each: PO2, fields: {line_number: PO101}}", None),
        ("parties: {each: N1, fields: {name: N102}}", "Party needs role, which is not mapped; add a line for parties.role"),
        ("purpose: {value: orignal}", None),
        ("parties: {each: N1(q=ST), fields: {role: N101}}", None),
        ("release: N1(q=ST)/N401", None),
        ("release: REF02(1=VN)", None),
        ("ordered_on: {value: 20250231}", "value: '20250231' is no date"),
        ("currency: {compute: 1 + 1}", "currency is no number and cannot be computed"),
        ("release: {from: BAK05, when: A or B}", None),
        ("lines: BAK03", "lines holds several values and cannot be one; write lines.<field>, or each and fields"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence_with_its_line(write, line, sentence):
    """Every mistake is told with file and line, what was wanted, and what was likely meant."""
    library = write(own__ack_yaml=f"{HEAD}{FIELDS}  {line}\n")
    found = told(library)
    assert [text.split(": ", 1)[0] for text in found] == ["own/ack.yaml:7"]
    assert sentence is None or found == [f"own/ack.yaml:7: {sentence}"]


def test_what_is_ignored_must_be_a_segment(write):
    """A misspelt segment in ignore would hide nothing and say so."""
    found = told(write(own__ack_yaml=f"{HEAD}ignore: [CCT, REF(q=ZZ), N1/N2]\n{FIELDS}"))
    assert [text.split(";")[0] for text in found] == [
        "own/ack.yaml:4: ignore: CCT is no segment of 004010",
        "own/ack.yaml:4: ignore: REF(q=ZZ) is no segment of 004010",
        "own/ack.yaml:4: ignore: N1/N2 is no segment of 004010",
    ]


def test_all_mistakes_are_told_at_once(write):
    """An author sees every mistake in one run."""
    library = write(own__ack_yaml=f"{HEAD}fields:\n  a: BAK03\n  b: BAK04\n")
    assert len(told(library)) == 4  # two unknown fields, two required ones unmapped


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mapping: own/ack\nmapping: own/ack\n", "own/ack.yaml:2: mapping stands here and in own/ack.yaml:1; keep one of them"),
        ("mapping: {a: 1\n", None),
        ("- a\n", "own/ack.yaml:1: a file of `key: value` lines was wanted"),
        ("mapping: own/other\n", "own/ack.yaml:1: this file says it is own/other but stands at own/ack.yaml; write `mapping: own/ack`"),
        ("mapping: own/ack\nextends: base/855\n", "own/ack.yaml:2: there is no mapping base/855 to extend; did you mean base/855_4010?"),
        ("mapping: own/ack\nextends: acme/855\n", "own/ack.yaml:2: acme/855 extends base/855_4010 itself; one level is all there is; extend the base itself"),
        ("mapping: &a own/ack\n", "own/ack.yaml:1: anchors and aliases are no part of the language"),
        ("", "own/ack.yaml:1: a file of `key: value` lines was wanted"),
        ("mapping: own/ack\nreads: x12 855 004010\nmakes: OrderAcks\nfields: {}\n", "own/ack.yaml:3: makes: there is no entity OrderAcks; did you mean OrderAck?"),
        ("mapping: own/ack\nreads: x12 999 001000\nmakes: OrderAck\nfields: {}\n", "own/ack.yaml:2: there is no grammar of 999 at 001000"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told(write, text, sentence):
    """YAML that cannot be used is a sentence, not a stack trace."""
    found = told(write(own__ack_yaml=text))
    assert len(found) == 1
    assert sentence is None or found == [sentence]


def test_an_unknown_mapping_is_told_with_its_neighbour():
    """Asking for a mapping that is not there raises with the nearest name."""
    with pytest.raises(
        UnknownMappingError, match=r"no mapping base/855_401; did you mean base/855_4010\?"
    ):
        Library((SHIPPED,)).load_mapping("base/855_401")


@pytest.mark.parametrize("name", ["../855", "a/b/c", "/etc/passwd", "acme/..", ".git/config"])
def test_a_name_cannot_lead_out_of_its_root(name):
    """A mapping is only looked for under the roots."""
    with pytest.raises(UnknownMappingError):
        Library((SHIPPED,)).load_mapping(name)


def test_the_first_root_wins(write):
    """A site's own table stands before the packaged one."""
    library = write(base__tables__ack_type_csv="theirs,ours\nAC,review\n")
    mapping = library.load_mapping("base/855_4010")
    mapped = compile_mapping(mapping).map(document("BAK*00*AC*1*20250108"))
    assert mapped.entity.status == "review"


def test_scalars_stay_text(write):
    """00 stays 00 and NO stays NO; nothing is guessed from how text looks."""
    library = write(
        own__ack_yaml=f"{HEAD}{FIELDS}  release: {{value: 00}}\n  note: {{value: NO}}\n"
    )
    entity = (
        compile_mapping(library.load_mapping("own/ack"))
        .map(document("BAK*00*AC*1*20250108"))
        .entity
    )
    assert (entity.release, entity.note) == ("00", "NO")


def test_null_drops_a_field_and_ignore_adds(write):
    """An overlay drops a field with null, and adds to what its base ignores."""
    text = "mapping: own/ack\nextends: base/855_4010\nfields:\n  release: null\nignore: [SAC]\n"
    mapping = compile_mapping(write(own__ack_yaml=text).load_mapping("own/ack"))
    mapped = mapping.map(document("BAK*00*AC*1*20250108*7", "PER*BD*x", "SAC*C*D240***100"))
    assert (mapped.entity.release, mapped.findings) == (None, [])


def test_rejecting_parks_what_nobody_reads(write):
    """With unmapped: reject a segment nobody reads is an error and there is no entity."""
    library = write(own__ack_yaml=f"{HEAD}unmapped: reject\n{FIELDS}")
    mapped = compile_mapping(library.load_mapping("own/ack")).map(
        document("BAK*00*AC*1*20250108", "CUR*BY*USD")
    )
    assert mapped.entity is None
    assert [(f.level, f.place) for f in mapped.findings] == [("error", "segment 3: CUR*BY*USD")]


def test_a_qualified_path_covers_only_its_qualifier(write):
    """REF02(01=VN) reads one REF; another qualifier is reported."""
    library = write(own__ack_yaml=f"{HEAD}{FIELDS}  vendor_order_no: REF02(01=VN)\n")
    mapped = compile_mapping(library.load_mapping("own/ack")).map(
        document("BAK*00*AC*1*20250108", "REF*VN*7", "REF*ZZ*8")
    )
    assert mapped.entity.vendor_order_no == "7"
    assert [f.place for f in mapped.findings] == ["segment 4: REF*ZZ*8"]


def test_items_say_where_they_stand():
    """The place of every list item is kept, so that a timeline can say who said what where."""
    mapping = compile_mapping(Library((SHIPPED,)).load_mapping("base/855_4010"))
    mapped = mapping.map(
        document("BAK*00*AC*1*20250108", "PO1*1*5*EA*2**BP*A", "ACK*IA*5*EA", "ACK*IR")
    )
    assert mapped.places["lines[0].acks[1]"] == "segment 5: ACK*IR"
    assert set(mapped.places) == {"", "lines[0]", "lines[0].acks[0]", "lines[0].acks[1]"}


def test_content_that_cannot_be_read_is_a_finding():
    """A document without content maps to nothing and says so."""
    mapping = compile_mapping(Library((SHIPPED,)).load_mapping("base/855_4010"))
    mapped = mapping.map(Document(kind="x12 855 004010", place="set 1"))
    assert (mapped.entity, [f.code for f in mapped.findings]) == (None, ["nothing-to-map"])


def test_the_version_follows_mapping_base_and_tables(write):
    """Another row in a table is another version; the same content is the same mapping."""
    before = Library((SHIPPED,)).load_mapping("acme/855")
    same = Library((SHIPPED,)).load_mapping("acme/855")
    after = write(acme__tables__line_reason_csv="theirs,ours\nX1,other\n").load_mapping("acme/855")
    assert before == same
    assert before.version != after.version
    assert compile_mapping(before) is compile_mapping(same)


def test_the_schema_judges_what_the_compiler_lets_pass(write):
    """check_mapping gives the schema's findings with file and line, too."""
    library = write(own__ack_yaml=f"{HEAD}{FIELDS}one_per: [a]\n")
    assert [f.rule for f in check_mapping(library, "own/ack")] == ["own/ack.yaml:7:1"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("code,ours\nA,b\n", "own/tables/t.csv:1: the first row must be theirs,ours, not code,ours"),
        ("theirs,ours\nA,b\nA,c\n", "own/tables/t.csv:3: 'A' stands here and in own/tables/t.csv:2; keep one row"),
        ("theirs,ours\nA,b,c,d\n", 'own/tables/t.csv:2: 4 cells stand under 2 headings; put "…" around a comma'),
        ("theirs,ours\nA,acepted\n", "own/tables/t.csv:2: A becomes 'acepted', which status does not know; did you mean accepted?"),
    ],
)  # fmt: skip
def test_a_bad_table_is_told_with_its_row(write, table, sentence):
    """A table that cannot be used is told with file and row."""
    text = f"{HEAD}fields:\n  po_number: BAK03\n  status: {{from: BAK02, lookup: own/t}}\n"
    assert told(write(own__ack_yaml=text, own__tables__t_csv=table)) == [sentence]
