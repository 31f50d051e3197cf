"""Rules of published versions: numbered per partner and mapping, never changed, told by their content."""

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.clock import now
from gateway.ledger.rows import insert_row
from gateway.ledger.version_tables import mapping_versions
from gateway.ledger.versions import (
    NewPublication,
    NewVersion,
    Numbers,
    find_newest,
    list_publications,
    list_shadows,
    load_texts,
    publish_version,
    record_shadow,
)
from gateway.versions.running import choose


def put(tx, version, stage="live", partner="acme"):
    new = NewVersion(
        partner=partner, mapping="acme/855", version=version, texts={"acme/855.yaml": version}
    )
    return publish_version(tx, new, NewPublication(stage=stage, actor="eva", reason="why"))


def test_the_same_content_keeps_its_number_and_every_publication_is_kept(tx, clock) -> None:  # noqa: ARG001
    """Going back is one more row; numbers count for each partner by himself."""
    numbers = [put(tx, "aa"), put(tx, "bb"), put(tx, "aa"), put(tx, "bb", partner="delmar")]
    rows = list_publications(tx, "acme", "acme/855")

    assert [1, 2, 1, 1] == numbers
    assert [1, 2, 1] == [row.number for row in rows]
    assert find_newest(tx) > rows[-1].id
    assert {"acme/855.yaml": "bb"} == load_texts(tx, rows[1].version_id)
    assert "acme/855 version 2" == Numbers(tx).name("acme", "acme/855", "bb")
    assert "acme/855 cc" == Numbers(tx).name("acme", "acme/855", "cc")


def test_no_number_and_no_content_is_there_twice(ledger) -> None:
    """Two who publish at once cannot both be version 1."""
    with ledger.begin() as tx:
        put(tx, "aa")
    row = {"partner": "acme", "mapping": "acme/855", "number": 1, "version": "bb", "content": "{}"}
    with pytest.raises(IntegrityError), ledger.begin() as tx:
        insert_row(tx, mapping_versions, row | {"created_at": now()})


@pytest.mark.parametrize(
    ("said", "live", "trial"),
    [
        ("", None, None),
        ("live", 0, None),
        ("test", None, 0),
        ("live shadow", 0, 1),
        ("live shadow live", 2, None),
        ("test shadow", None, 1),
        ("live test shadow", 0, 2),
    ],
)
def test_the_last_word_counts(tx, said, live, trial) -> None:
    """What was live before runs on until something is live again; only the last trial is tried."""
    for at, stage in enumerate(said.split()):
        put(tx, f"v{at}", stage)
    rows = list_publications(tx)
    chosen = choose(rows)

    assert (live, trial) == tuple(None if one is None else rows.index(one) for one in chosen)


def test_a_shadow_of_a_document_that_is_done_again_is_replaced(tx, clock, arrive, document) -> None:  # noqa: ARG001
    """One row a document and version: the last reading of it."""
    put(tx, "aa")
    version = list_publications(tx)[0].version_id
    document_id = document(file_id=arrive().id)
    record_shadow(tx, document_id, version, ["first"])
    record_shadow(tx, document_id, version, [])

    assert [(document_id, "[]")] == [
        (one.document_id, one.reasons) for one in list_shadows(tx, version)
    ]
