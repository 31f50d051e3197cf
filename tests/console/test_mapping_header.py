"""A table whose header drifted is held with what is likely meant; nothing is silently empty (F11)."""

import json
import shutil
from pathlib import Path

import pytest

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
HEADER, *ROWS = (WEEK / "4_ack.csv").read_bytes().splitlines()
MAPPING = Path("mappings/borealis/ack_csv.yaml")


def sheet(*renamed: tuple[bytes, bytes]) -> bytes:
    """Return the week's sheet of another day, with other headers."""
    header = HEADER
    for old, new in renamed:
        header = b";".join(new if name == old else name for name in header.split(b";"))
    rows = [row.replace(b"AB-", b"AC-") for row in ROWS]
    return b"\r\n".join([header, *rows, b""])


@pytest.fixture
def held(drop, week) -> dict:
    """Return the file of a table in which the day of delivery has another name."""
    drop("drop/borealis/in/ack_new.csv", sheet((b"Liefertermin", b"Lieferdatum")))
    return json.loads(week("file", "show", "ack_new.csv", "--json").out)


def test_a_renamed_column_is_held_with_its_likely_name(held, week, home) -> None:
    """The file is parked, a case says what to do, and the sender is told; no date is lost in silence."""
    case = next(
        one
        for one in json.loads(week("case", "list", "--json").out)
        if one["kind"] == "header-drift"
    )
    answer = (home / "drop/borealis/out/ack_new.csv.answer.txt").read_text("utf-8-sig")

    assert "parked" == held["state"]
    assert "column 'Liefertermin' is gone, 'Lieferdatum' seems to be it now (0." in held["reason"]
    assert "ops" == case["owner"]
    assert f"See cmgateway mapping header {held['id']}; accept it" in case["summary"]
    assert "column 'Liefertermin' is gone" in answer


def test_an_accepted_alias_is_written_and_the_file_done(held, week, home) -> None:
    """The mapping gets the alias and keeps every other character; the rerun reads the date."""
    key = str(held["id"])
    before = (home / MAPPING).read_text()
    shown = week("mapping", "header", key)
    refused = week("mapping", "header", key, "--accept")
    done = week("mapping", "header", key, "--accept", "--reason", "told by mail")
    again = week("rerun", key)
    after = (home / MAPPING).read_text()
    cases = json.loads(week("case", "list", "--json").out)

    assert "aliases: {Lieferdatum: Liefertermin}" in shown.out
    assert (2, True) == (refused.code, "say with --reason why" in refused.err)
    assert (0, 0) == (done.code, again.code), again.err
    assert before == after.replace(", aliases: {Lieferdatum: Liefertermin}", "")
    assert "header-drift" not in {one["kind"] for one in cases}
    entity = json.loads(week("document", "show", f"d{held['documents'][0]['id']}", "--json").out)
    assert entity["content"]["lines"][0]["acks"][0]["promised"]["on"]


def test_a_column_that_is_gone_is_held_until_somebody_says_so(drop, week, home) -> None:
    """Nothing is like it, and a rule needs it: where the rule is taken out, the file can be done."""
    drop("drop/borealis/in/ack_none.csv", sheet((b"Preis", b"Farbe")).replace(b"0,42", b"blau"))
    key = str(json.loads(week("file", "show", "ack_none.csv", "--json").out)["id"])
    shown = json.loads(week("mapping", "header", key, "--json").out)
    refused = week("mapping", "header", key, "--accept", "--reason", "they no longer tell it")
    rule = next(one for one in (home / MAPPING).read_text().splitlines(True) if "Preis" in one)
    (home / MAPPING).write_text((home / MAPPING).read_text().replace(rule, ""))

    assert (["Preis"], []) == (shown["lost"], shown["aliases"])
    assert (2, True) == (refused.code, "nothing is like column 'Preis'" in refused.err)
    assert 0 == week("rerun", key).code


def test_a_column_is_what_a_person_says(drop, week, home) -> None:
    """`--alias` decides what nothing else can; a word that is no column is refused."""
    drop("drop/borealis/in/ack_none.csv", sheet((b"Auftrag", b"Zeichen")))
    key = str(json.loads(week("file", "show", "ack_none.csv", "--json").out)["id"])
    wrong = week("mapping", "header", key, "--alias", "Zeichnung=Auftrag")
    done = week(
        "mapping", "header", key, "--alias", "Zeichen=Auftrag", "--accept", "--reason", "by mail"
    )

    assert (2, True) == (wrong.code, "write NEW=OLD" in wrong.err)
    assert (0, 0) == (done.code, week("rerun", key).code)
    assert "aliases: {Zeichen: Auftrag}" in (home / MAPPING).read_text()


def test_a_new_column_is_told_and_not_held(drop, week) -> None:
    """Nobody misses anything: the note stands at the document, and the file is taken."""
    data = b"\r\n".join(
        line + extra for line, extra in zip(sheet().splitlines(), (b";Lager", *[b";Nord"] * 9), strict=False)
    )  # fmt: skip
    drop("drop/borealis/in/ack_more.csv", data)
    file = json.loads(week("file", "show", "ack_more.csv", "--json").out)

    assert file["state"] not in {"parked", "quarantined"}
    assert 2 == week("mapping", "header", str(file["id"])).code


def test_a_sheet_goes_back_under_the_headers_it_came_with(held, drop, week, home) -> None:
    """An alias is our word for their column; their sheet keeps theirs."""
    key = str(held["id"])
    assert 0 == week("mapping", "header", key, "--accept", "--reason", "told by mail").code
    strange = sheet((b"Liefertermin", b"Lieferdatum")).replace(b"4500012346", b"4500019999")
    drop("drop/borealis/in/ack_strange.csv", strange)
    answer = (home / "drop/borealis/out/ack_strange.csv.answer.csv").read_bytes()

    assert strange.splitlines()[0] + b";gateway_status;gateway_reason" == answer.splitlines()[0]


def test_a_published_version_must_be_published_anew(held, week, home) -> None:
    """What runs is the version, not the files: until the alias is published, the file stays held."""
    cases = MAPPING.with_suffix(".cases")
    shutil.copytree(WEEK.parents[2] / cases, home / cases, dirs_exist_ok=True)
    assert 0 == week("mapping", "publish", "borealis", "borealis/ack_csv", "--reason", "go").code
    key = str(held["id"])
    done = week("mapping", "header", key, "--accept", "--reason", "told by mail")
    again, shown = week("rerun", key), week("mapping", "header", key)
    told = (
        "mappings/borealis/ack_csv.yaml knows this header by now, and what runs is a published "
        "version that does not: cmgateway mapping publish borealis borealis/ack_csv --reason …, "
        f"then cmgateway rerun {key}"
    )

    assert f"accepted; {told}\n" in done.out
    assert (1, True, True) == (again.code, told in again.out, told in shown.out)
    words = ("mapping", "publish", "borealis", "borealis/ack_csv", "--reason", "their new header")
    mark = week(*words).out.partition("--accept ")[2].split()[0]
    assert 0 == week(*words, "--accept", mark).code
    assert (0, False) == ((last := week("rerun", key)).code, "publish" in last.out)
