"""Files that share a transaction end as they do one by one; only their statements are fewer."""

from pathlib import Path

from sqlalchemy import event, select

import flows.process
from bench.site import write_answers, write_orders
from gateway.ledger.tables import control_numbers, documents, effects, files, findings, interchanges

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACME = "drop/acme/in"
ANSWER = (WEEK / "3_855.edi").read_text()
CONTROL = ANSWER.split("*")[13]


def answer(control: int, *changes: tuple[str, str]) -> str:
    """Return the week's answer under another interchange number."""
    text = ANSWER.replace(CONTROL, f"{control:09d}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


PILE = {
    "1_good.edi": answer(901),
    "2_gap.edi": answer(904, ("SO-77120", "SO-77121")),
    "4_rewind.edi": answer(902, ("SO-77120", "SO-77123")),
    "5_twice.edi": answer(905, ("SO-77120", "SO-77124")) + answer(905, ("SO-77120", "SO-77124")),
    "6_unknown_order.edi": answer(906, ("4500012345", "4599999999")),
    "7_broken.edi": answer(907, ("PO1*", "PO1***")),
    "8_no_format.edi": "\x00\x01\x02",
    "9_functional.edi": (WEEK / "2_997.edi").read_text(),
    "a_cut.edi": answer(908)[:-60],
}
CONFLICTS = {
    "b_same_number.edi": answer(904, ("SO-77120", "SO-77125")),
    "c_new_number.edi": answer(910, ("SO-77120", "SO-77126")),
    "d_that_number.edi": answer(910, ("SO-77120", "SO-77127")),
}


def settle(world) -> None:
    """Let files that lie there at once be done, and then some whose numbers came before."""
    world.release_orders()
    for pile in (PILE, CONFLICTS):
        for name, text in pile.items():
            world.drop(ACME, name, text)
        world.turn(12)


def describe(world) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the ledger holds, by what people would call it."""
    with world.gateway.ledger.read() as tx:
        names = {row.id: row.name for row in tx.execute(select(files))}
        rows = tx.execute(select(documents)).mappings().all()
        spots = {row["id"]: (names.get(row["file_id"], ""), row["ordinal"]) for row in rows}
        said = ("kind", "entity", "number", "state", "interchange_control", "group_control")
        return {
            "files": sorted((row.name, row.state) for row in tx.execute(select(files))),
            "documents": sorted((spots[row["id"]], *(row[one] for one in said)) for row in rows),
            "findings": sorted(
                (names.get(row.file_id, ""), spots.get(row.document_id, ("", 0)), row.code)
                for row in tx.execute(select(findings))
            ),
            "effects": sorted(
                (
                    spots.get(row.document_id, ("", 0)),
                    row.kind,
                    row.target,
                    row.order_key.partition("/")[0],
                    row.state,
                )
                for row in tx.execute(select(effects))
            ),
            "interchanges": sorted(
                (names[row.file_id], row.control, row.accepted, row.sha256)
                for row in tx.execute(select(interchanges))
            ),
            "numbers": sorted(tuple(row) for row in tx.execute(select(control_numbers))),
        }


def test_files_done_together_end_as_files_done_one_by_one(new_world, monkeypatch) -> None:
    """Good ones, repeated numbers, gaps, faults and a cut one: the ledger says the same of each."""
    with new_world("together") as world:
        settle(world)
        together = describe(world)
    monkeypatch.setattr(flows.process.group_files, "__defaults__", (1,))
    with new_world("alone") as world:
        settle(world)
        alone = describe(world)

    for what, rows in alone.items():
        assert rows == together[what], what


def count_statements(world, numbers: range) -> int:
    """Return how many statements of writing transactions it takes to do files that lie there at once."""
    world.send("erp/out", f"{numbers}.json", write_orders(numbers))
    for number in numbers:
        world.drop(ACME, f"{number}.edi", write_answers(range(number, number + 1), number))
    said: list[object] = []
    engine = world.gateway.ledger._writer

    def listen(*given: object) -> None:
        said.append(given[2])

    event.listen(engine, "before_cursor_execute", listen)
    world.turn(3)
    event.remove(engine, "before_cursor_execute", listen)
    return len(said)


def test_statements_do_not_grow_with_the_files_of_a_group(world) -> None:
    """Sixteen files of a document cost about what four cost: they look up and write together."""
    four, sixteen = (count_statements(world, some) for some in (range(100, 104), range(200, 216)))

    assert sixteen < 1.5 * four, (four, sixteen)
