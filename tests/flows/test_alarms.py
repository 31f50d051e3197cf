"""Never silent: what is old, stuck, unseen or missing is an open case, and ends by itself."""

from datetime import timedelta
from pathlib import Path

from flows.watch import watch
from gateway.ledger.cases import list_cases
from gateway.ledger.findings import list_findings
from gateway.ledger.sightings import list_sightings

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_text()
ACME = "drop/acme/in"


def alarms(world) -> dict[str, str]:
    """Return what is late now, by kind; overdue answers are another test's."""
    watch(world.gateway)
    with world.gateway.ledger.read() as tx:
        rows = [row for row in list_cases(tx) if not row.kind.startswith("overdue")]
    return {row.kind: row.summary for row in rows}


def test_a_site_that_runs_has_no_alarm(world) -> None:
    """Nothing is told where nothing is wrong."""
    world.release_orders()
    assert {} == alarms(world)


def test_a_partner_that_falls_silent_is_an_alarm_until_it_sends(world) -> None:
    """It sends once a day, then not for three working days; its next file ends the alarm."""
    for day in range(7):
        control = f"{702 + day:09d}"
        world.send(ACME, f"{day}.edi", ACK.replace("000000702", control))
        world.clock.advance(timedelta(days=1))
    assert "silent-partner" not in alarms(world)
    world.clock.advance(timedelta(days=4))
    world.turn(1)
    assert "no file from acme since 2026-11-29 08:" in alarms(world)["silent-partner"]
    world.send(ACME, "back.edi", ACK.replace("000000702", "000000720"))
    assert "silent-partner" not in alarms(world)


def test_a_poller_that_does_not_poll_is_an_alarm(world) -> None:
    """Nobody looked for two minutes; the next look ends it."""
    world.turn(1)
    world.clock.advance(timedelta(minutes=3))
    assert "nobody has looked into" in alarms(world)["silent-poller"]
    world.turn(1)
    assert {} == alarms(world)


def test_a_channel_that_fails_is_an_alarm(world) -> None:
    """The folder is gone: the case says which and why."""
    folder = world.home / ACME
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    world.turn(1)
    assert "acme/drop cannot be looked into" in alarms(world)["failing-channel"]


def test_effects_that_do_not_move_are_one_alarm_a_target(world) -> None:
    """The ERP's folder is away for twenty minutes: one case, which ends when it is told."""
    world.release_orders()
    erp = world.home / "erp" / "in"
    erp.rename(world.home / "away")
    erp.write_text("not a folder")
    world.drop(ACME, "855.edi", ACK)
    world.turn(3)
    world.clock.advance(timedelta(minutes=20))
    world.turn(1)
    assert "3 of the effects to erp do not move, the oldest," in alarms(world)["old-effect"]
    erp.unlink()
    (world.home / "away").rename(erp)
    world.clock.advance(timedelta(minutes=20))
    world.turn(2)
    assert {"shortfall"} == alarms(world).keys()


def test_what_is_parked_for_a_day_or_lies_for_an_hour_is_an_alarm(world) -> None:
    """A person forgot it; a sender left half a file behind."""
    world.send(ACME, "lost.edi", ACK)  # its order was never released
    path = world.home / "partners" / "acme.yaml"
    path.write_text(path.read_text().replace("take: {", "take: {marker: .ok, "))
    world.drop(ACME, "half.csv.ok", b"")
    world.turn(2)
    with world.gateway.ledger.read() as tx:
        assert ["wait"] == [row.verdict for row in list_sightings(tx, "acme/drop")]
    world.clock.advance(timedelta(days=2))
    world.turn(1)
    told = alarms(world)
    assert "half.csv.ok lies in acme/drop since" in told["left-lying"]
    assert "(lost.edi of acme) is parked since" in told["old-parked"]


def test_a_partner_whose_files_are_no_good_is_an_alarm(world) -> None:
    """Five of ten answers name orders nobody released, by codes nobody knows; the rest came before."""
    world.release_orders()
    for number in range(10):
        text = ACK.replace("000000702", f"{702 + number:09d}")
        if number % 2:
            text = text.replace("4500012345", f"99{number}").replace("ACK*X1", "ACK*IW")
        world.drop(ACME, f"{number}.edi", text)
    world.turn(4)
    told = alarms(world)
    assert "5 of 10 documents of acme within 24 hours are not taken" in told["many-rejects"]
    assert "5 of 10 documents of acme within 24 hours hold a code" in told["many-defaults"]
    assert "4 of 10 documents of acme within 24 hours came before" in told["many-duplicates"]
    world.clock.advance(timedelta(days=1))
    world.turn(1)
    assert not {"many-rejects", "many-duplicates", "many-defaults"} & alarms(world).keys()


def test_values_by_default_are_an_alarm_where_that_is_agreed(world) -> None:
    """They never send a currency, and its mapping has a default; without a limit nothing is noted."""
    file = world.home / "partners" / "acme.yaml"
    world.release_orders()
    world.send(ACME, "0.edi", ACK)
    assert "by-default" not in _codes(world, "0.edi")
    file.write_text(f"{file.read_text()}\nalarms: {{field_defaults_percent: 50, at_least: 1}}\n")
    world.gateway.reload()
    for number in (703, 704):
        world.send(ACME, f"{number}.edi", ACK.replace("000000702", f"{number:09d}"))
        assert ("many-field-defaults" in alarms(world)) is (number == 704)
    assert "2 of 3 documents of acme within 24 hours hold a value by default" in str(alarms(world))
    assert "by-default" in _codes(world, "704.edi")


def _codes(world, name: str) -> list[str]:
    with world.gateway.ledger.read() as tx:
        return [one.code for one in list_findings(tx, file_id=world.file(name).id)]


def test_a_number_that_is_left_out_is_an_alarm_where_it_is_agreed(world) -> None:
    """ISA13 704 does not come after 703; when it comes the alarm ends."""
    file = world.home / "partners" / "acme.yaml"
    file.write_text(f"{file.read_text()}\nalarms: {{number_gaps: true}}\n")
    world.gateway.reload()
    world.release_orders()
    for number in (702, 703, 705):
        world.send(ACME, f"{number}.edi", ACK.replace("000000702", f"{number:09d}"))
    assert "number-gap" not in alarms(world)
    world.clock.advance(timedelta(minutes=16))
    world.turn(1)
    assert "ISA13 000000704 of acme (P) did not come" == alarms(world)["number-gap"]
    world.send(ACME, "late.edi", ACK.replace("000000702", "000000704"))
    assert "number-gap" not in alarms(world)
