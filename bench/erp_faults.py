"""Fault every call of every verb, before and after the ERP: the table of what came of it.

`.venv/bin/python -m bench.erp_faults [http|tryton] [--verb V] [--fault "cut after"]`; ends with 1 where
anything was there twice, missing, or other than without the fault.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.erp_trials import Trial, facade_trial, persist, tryton_trial, write_commands
from bench.faulty_line import FAULTS
from bench.tryton import find_template, running_tryton
from gateway.erp.errors import ErpError

VERBS = ("confirm", "ship", "count", "note", "reroute")


def try_verb(trial: Trial, verb: str, faults: list[str]) -> Iterator[tuple[str, int, str, bool]]:
    """Yield for each fault and call: fault, call, what we saw, and whether all ended as it should."""
    command = write_commands(trial.po_number)[verb]
    key = f"north-trial-{verb}-1"
    trial.reset()
    trial.line.expect()
    persist(trial.erp, command, key)
    calls, wanted = trial.line.calls, trial.look()
    yield "none", calls, "", True
    persist(trial.erp, command, key)
    yield "sent again", calls, "", trial.look() == wanted
    for fault in faults:
        for call in range(1, calls + 1):
            trial.reset()
            trial.line.expect(fault, call)
            try:
                _, errors = persist(trial.erp, command, key)
                saw = ", ".join(errors) or "nothing"
            except ErpError as error:
                saw = f"gave up: {type(error).__name__}"
            trial.line.expect()
            yield fault, call, saw, trial.look() == wanted


def run(trial: Trial, verbs: list[str], faults: list[str]) -> bool:
    """Print one line a verb and fault; return whether all ended as without the fault."""
    good = True
    for verb in verbs:
        begin = time.perf_counter()
        results = list(try_verb(trial, verb, faults))
        calls = results[0][1]
        print(f"{verb}: {calls} calls, sent again {'unchanged' if results[1][3] else 'CHANGED'}")
        for fault in faults:
            mine = [one for one in results[2:] if one[0] == fault]
            equal = sum(one[3] for one in mine)
            seen = Counter(one[2] for one in mine)
            said = "; ".join(f"{text} x{number}" for text, number in seen.most_common())
            print(f"  {fault:15} {len(mine):3} faults {equal:3} as undisturbed   {said}")
            for one in mine:
                if not one[3]:
                    print(f"    WRONG at call {one[1]}: {one[2]}")
        good &= all(one[3] for one in results)
        print(f"  {time.perf_counter() - begin:.0f} s", flush=True)
    return good


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("erp", nargs="?", choices=("http", "tryton"), default="http")
    parser.add_argument("--verb", choices=VERBS, action="append")
    parser.add_argument("--fault", choices=tuple(FAULTS), action="append")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.erp == "http":
            trial = stack.enter_context(facade_trial(folder))
        else:
            template = find_template()
            if template is None:
                print("Tryton is not installed: .venv/bin/python -m bench.tryton", file=sys.stderr)
                return 2
            server = stack.enter_context(running_tryton(folder / "tryton", template))
            trial = stack.enter_context(tryton_trial(server))
        good = run(trial, options.verb or list(VERBS), options.fault or list(FAULTS))
    print("all as undisturbed" if good else "SOMETHING IS WRONG")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
