"""Who the partners are and what is agreed with them."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.partners import (
    Agreement,
    PartnerError,
    Partners,
    Wanted,
    check_receiver,
    check_usage,
    find_agreement,
    fingerprint_of,
    has_effects,
    load_partners,
)
from gateway.settings import load_site
from translators.document import Envelope
from translators.findings import Finding

REPOSITORY = Path(__file__).resolve().parents[2]

PARTNER = """
partner: {name}
role: cm
usage: production
identities: {{x12: {{qualifier: {qualifier}, id: {id}}}}}
us: {{x12: {{qualifier: ZZ, id: US}}}}
channels:
  in: [{{name: drop, folder: drop/{name}}}]
  out: [{{name: pickup, folder: out/{name}}}]
documents:
  in: [{{kind: x12 855 004010, mapping: {name}/855, entity: OrderAck}}]
"""


@pytest.fixture
def home(tmp_path) -> Path:
    """Return an empty site."""
    (tmp_path / "partners").mkdir()
    return tmp_path


def _add(home: Path, name: str, text: str = "", **words: str) -> None:
    words = {"name": name, "qualifier": "ZZ", "id": name.upper()} | words
    (home / "partners" / f"{name}.yaml").write_text(
        text or PARTNER.format(**words), encoding="utf-8"
    )


def _load(home: Path) -> Partners:
    return load_partners(load_site(home))


def _said(partners: Partners, name: str) -> list[str]:
    return [str(finding) for finding in partners.findings[name]]


@pytest.fixture(scope="module")
def ours() -> Partners:
    """Return the partners this repository ships."""
    return load_partners(load_site(REPOSITORY))


def test_our_own_partner_files_are_sound(ours):
    """What we ship loads without a finding."""
    assert ours.findings == {}
    assert [one.name for one in ours.list_partners()] == [
        "acme",
        "borealis",
        "cascade",
        "cobalt",
        "delmar",
        "dorado",
        "erp",
    ]


def test_every_agreed_mapping_of_ours_exists(ours):
    """A partner file may not promise what nobody can read or write."""
    for partner in ours.list_partners():
        for document in (*partner.documents.arriving, *partner.documents.leaving):
            path = REPOSITORY / "mappings" / f"{document.mapping}.yaml"
            assert path.is_file(), f"{partner.name}: {document.mapping}"


def test_there_is_one_erp(ours):
    """The ERP is a partner with a role of its own."""
    assert [one.name for one in ours.list_partners("erp")] == ["erp"]
    assert ours.get("erp").dialect.status["accepted"] == "CONFIRMED"


def test_an_id_keeps_its_leading_zero(home):
    """Every scalar is text: 02 stays 02, and NO stays NO."""
    _add(home, "one", qualifier="02", id="0012")
    _add(home, "two", id="NO")
    partners = _load(home)
    assert (
        partners.get("one").identities.x12.qualifier,
        partners.get("one").identities.x12.id,
    ) == ("02", "0012")
    assert partners.get("two").identities.x12.id == "NO"


def test_defaults_lie_under_each_partner(home):
    """Tables merge key by key; the partner's own key wins."""
    _add(home, "one")
    (home / "partners" / "_defaults.yaml").write_text("us: {x12: {group: KGRP, id: OTHER}}\n")
    us = _load(home).get("one").us.x12
    assert (us.id, us.group) == ("US", "KGRP")


def test_a_broken_file_does_not_stop_the_others(home):
    """Other partners go on; asking for the broken one tells all that is wrong, with lines."""
    _add(home, "good")
    _add(home, "bad", "partner: bad\nrole: cm\nchanels: {}\nusage: maybe\n")
    partners = _load(home)
    assert [one.name for one in partners.list_partners()] == ["good"]
    assert _said(partners, "bad") == [
        "error: (bad.yaml:3): the file has no key 'chanels'; did you mean 'channels'?",
        "error: (bad.yaml:4): usage holds 'maybe'; wanted is one of production, test",
    ]
    with pytest.raises(PartnerError, match=r"bad\.yaml:3"):
        partners.get("bad")


def test_an_unknown_partner_gets_a_hint(ours):
    """A mistyped name names the near one."""
    with pytest.raises(PartnerError, match="did you mean acme"):
        ours.get("acmee")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "this is not YAML"),
        ("# nothing", "the file needs the key 'partner'"),
        ("partner: bad\nrole: cm\nrole: erp\n", "'role' stands twice"),
        ("partner: other\nrole: cm\n", "bad.yaml and says partner: other"),
        (
            "partner: bad\nrole: cm\nchannels: {in: [{name: a, folder: ../b}]}",
            "channels.in.0.folder holds '../b'",
        ),
        (
            "partner: bad\nrole: cm\ndocuments: {in: [{kind: csv, mapping: a/b}]}",
            "no channel to carry them in",
        ),
        (
            "partner: bad\nrole: cm\ncalendar: {timezone: Nowhere}",
            "calendar.timezone holds 'Nowhere'",
        ),
        ("partner: bad\nrole: cm\nactive: yes", "wanted is one of true, false"),
        (
            "partner: bad\nrole: cm\ncalendar: {holidays: [2026-02-30]}",
            "calendar.holidays.0 holds '2026-02-30'; wanted is a day",
        ),
        ("partner: bad", "the file needs the key 'role'"),
        (
            "partner: bad\nrole: cm\nqualifications: {items: [{item: X, revisions: [A], price: 1, unit: EA, lead_time_days: 3}]}",
            "prices, but no currency",
        ),
    ],
)
def test_each_mistake_has_a_sentence(home, text, said):
    """Whatever a person gets wrong is said, never raised."""
    _add(home, "bad", text)
    assert said in "\n".join(_said(_load(home), "bad"))


def test_two_partners_cannot_have_the_same_name_or_folder(home):
    """The later file is refused, the earlier one goes on."""
    _add(home, "one", id="SAME")
    _add(
        home,
        "two",
        PARTNER.format(name="one", qualifier="ZZ", id="SAME").replace(
            "partner: one", "partner: two"
        ),
    )
    partners = _load(home)
    assert [one.name for one in partners.list_partners()] == ["one"]
    assert {finding.code for finding in partners.findings["two"]} == {"claimed-twice"}
    said = " ".join(finding.sentence for finding in partners.findings["two"])
    assert "the X12 name ZZ/SAME" in said
    assert "the folder drop/one belongs to one" in said


def test_a_saved_file_changes_the_fingerprint(home):
    """A poll can see that partner files must be loaded again."""
    _add(home, "one")
    before = _load(home).fingerprint
    _add(home, "two")
    assert before != fingerprint_of(home / "partners")


def test_channels_name_their_partner(ours):
    """Each place where files arrive stands once."""
    assert ("acme", "drop/acme/in") in [
        (one.name, channel.folder) for one, channel in ours.channels()
    ]


def _envelope(qualifier: str, sender: str, group: str = "", usage: str = "P") -> Envelope:
    return Envelope(sender_qualifier=qualifier, sender=sender, group_sender=group, usage=usage)


def test_the_sender_is_found_by_qualifier_and_id(ours):
    """Padding does not count, and a TA1 without group is his too."""
    assert ours.find_by_x12(_envelope("ZZ", "ACMETOOL       ", "ACMETOOL")).name == "acme"
    assert ours.find_by_x12(_envelope("12", "5035550187")).name == "cascade"


def test_a_group_code_of_nobody_is_not_his(ours):
    """Where a GS code is agreed, another one is refused and the agreed one named."""
    envelope = _envelope("12", "5035550187", "OTHER")
    assert ours.find_by_x12(envelope) is None
    assert "agreed is CASCADE" in ours.explain_unknown(envelope).advice


def test_group_codes_tell_two_divisions_apart(home):
    """Several partners may share an ISA name, as behind a VAN (B-18)."""
    for name in ("east", "west"):
        text = PARTNER.format(name=name, qualifier="ZZ", id="VAN")
        _add(home, name, text.replace("id: VAN", f"id: VAN, group: {name.upper()}"))
    partners = _load(home)
    assert partners.findings == {}
    assert partners.find_by_x12(_envelope("ZZ", "VAN", "WEST")).name == "west"
    assert partners.find_by_x12(_envelope("ZZ", "VAN")) is None


@pytest.mark.parametrize(
    ("qualifier", "sender", "hint"),
    [
        ("2", "0012", "qualifier '2' is not '02', the zero counts"),
        ("ZZ", "0012", "the qualifier is 'ZZ' and agreed is '02'"),
        ("02", "0O12", "near is one with 0012"),
        ("ZZ", "", "if it is a new partner"),
    ],
)
def test_a_near_miss_says_what_differs(home, qualifier, sender, hint):
    """02 and 2 are not the same, and the sentence says so (B-17)."""
    _add(home, "one", qualifier="02", id="0012")
    partners = _load(home)
    assert partners.find_by_x12(_envelope(qualifier, sender)) is None
    assert hint in partners.explain_unknown(_envelope(qualifier, sender)).advice


def test_a_broken_file_is_named_where_nobody_is_found(home):
    """The sender may be the one whose file somebody spoiled."""
    _add(home, "bad", "partner: [")
    assert (
        "the files of bad cannot be used"
        in _load(home).explain_unknown(_envelope("ZZ", "X")).advice
    )


def test_a_file_for_somebody_else_is_refused(ours):
    """Our own ids are judged too, with the TA1 code."""
    acme = ours.get("acme")
    right = Envelope(receiver_qualifier="01", receiver="048826173")
    wrong = Envelope(receiver_qualifier="1", receiver="048826173")
    assert check_receiver(acme, right) == []
    assert [finding.x12.interchange_code for finding in check_receiver(acme, wrong)] == ["007"]


def _find(partner, direction="in", **words):
    return find_agreement(partner, Wanted(direction=direction, **words))


def test_a_suffix_falls_back_on_the_plain_version(ours):
    """004010VICS is read by what is agreed for 004010 (B-20)."""
    found = _find(ours.get("acme"), kind="x12 855 004010VICS")
    assert (found.kind, found.mapping) == ("x12 855 004010", "acme/855")


def test_the_exact_version_wins_over_the_plain_one(home):
    """A suffix that is agreed has its own mapping."""
    text = PARTNER.format(name="one", qualifier="ZZ", id="ONE")
    both = "{kind: x12 855 004010, mapping: one/a}, {kind: x12 855 004010VICS, mapping: one/b}"
    _add(
        home,
        "one",
        text.replace("{kind: x12 855 004010, mapping: one/855, entity: OrderAck}", both),
    )
    assert _find(_load(home).get("one"), kind="x12 855 004010VICS").mapping == "one/b"


def test_what_is_not_agreed_is_told_with_what_is(ours):
    """The finding can be acted on."""
    found = _find(ours.get("delmar"), kind="x12 810 004010")
    assert isinstance(found, Finding)
    assert found.sentence == (
        "x12 810 004010 is not agreed from delmar; agreed is x12 855 004010, x12 856 004010, "
        "x12 865 004010, x12 870 004010, x12 997 004010, json named capacity*.json"
    )


def test_a_csv_is_known_by_its_name(ours):
    """Capital letters and folders do not count."""
    borealis = ours.get("borealis")
    assert (
        _find(borealis, kind="csv", file_name="in/ACK_20260105.CSV").mapping == "borealis/ack_csv"
    )
    assert _find(borealis, kind="csv", file_name="stock.csv").code == "not-agreed"


def test_an_outgoing_document_knows_its_channel_and_name(ours):
    """The entity decides what is sent and how its file is called."""
    found = _find(ours.get("borealis"), "out", entity="PurchaseOrder")
    assert isinstance(found, Agreement)
    assert (
        found.kind,
        found.channel,
        found.file_name,
    ) == ("csv", "pickup", "bestellung_{number}.csv")


def test_only_production_on_both_sides_has_effects(ours, home):
    """A T from a live partner and a P from a test partner both change nothing (B-23)."""
    _add(
        home,
        "new",
        PARTNER.format(name="new", qualifier="ZZ", id="NEW").replace("production", "test"),
    )
    live, new = ours.get("acme"), _load(home).get("new")
    cases = [(live, "P"), (live, "T"), (live, "I"), (new, "P"), (new, "T"), (live, "")]
    effects = [has_effects(one, _envelope("ZZ", "X", usage=usage)) for one, usage in cases]
    levels = [
        [f.level for f in check_usage(one, _envelope("ZZ", "X", usage=usage))]
        for one, usage in cases
    ]
    assert effects == [True, False, False, False, False, True]
    assert levels == [[], ["warning"], ["warning"], ["error"], [], []]


def _list_hover_texts(schema: dict) -> list[tuple[str, bool]]:
    found = []
    for name, one in schema.get("properties", {}).items():
        found.append((name, bool(one.get("description"))))
        found += _list_hover_texts(one) + _list_hover_texts(one.get("items", {}))
    return found


@pytest.mark.parametrize("name", ["partner.schema.json", "routing.schema.json"])
def test_every_key_of_a_schema_explains_itself(name):
    """The description is what an editor shows, and what a finding says is wanted."""
    schema = json.loads((REPOSITORY / "partners" / name).read_text(encoding="utf-8"))
    assert [] == [key for key, has_text in _list_hover_texts(schema) if not has_text]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 10**6), st.integers(0, 300))
@example(b"", 253, 222)  # a channel that lost its folder held everybody's
def test_a_spoiled_file_never_raises(tmp_path_factory, noise, spot, gap):
    """Any bytes in a partner file end in findings or in a partner, and the neighbour trades on."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "partners").mkdir()
    _add(folder, "good")
    text = (REPOSITORY / "partners" / "borealis.yaml").read_bytes()
    start = spot % len(text)
    (folder / "partners" / "borealis.yaml").write_bytes(text[:start] + noise + text[start + gap :])
    partners = _load(folder)
    assert "good" in partners.partners
    assert "borealis" in {*partners.partners, *partners.findings}
