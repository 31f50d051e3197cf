"""The bench of chaos in short: ten blows of one seed, then every drop counted against every effect."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.erp_facade import Facade
from bench.postgres import find_binaries
from bench.site import CM, FIRST, BenchSite
from bench.sshd import find_sshd
from bench.struck_erps import FacadeErp

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("ledger", "erp"), [([], "http"), (["--postgres"], "folder")], ids=["sqlite", "postgresql"]
)
def test_ten_blows_lose_nothing_and_repeat_nothing(ledger, erp) -> None:
    """Folder and SFTP drops while gateway, sshd, ledger and the ERP are killed, held or taken away."""
    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    if find_sshd() is None:
        assert not os.environ.get("CI")
        pytest.skip("no OpenSSH server is installed; run scripts/services.sh as root")
    if ledger and find_binaries() is None:
        assert not os.environ.get("CI")
        pytest.skip("no PostgreSQL server is installed; run scripts/services.sh as root")
    command = [sys.executable, "-m", "bench.chaos", "--kills", "10", "--rate", "2", "--seed", "3"]
    ran = subprocess.run(
        [*command, *ledger, "--erp", erp],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env=environment,
    )

    assert 0 == ran.returncode, ran.stdout.decode()
    assert b"0 lost, 0 twice" in ran.stdout
    assert re.search({"http": rb"\d erp,", "folder": rb"\d erp folder,"}[erp], ran.stdout)


def test_what_an_erp_did_twice_is_counted_twice(tmp_path) -> None:
    """The count is of what was ever posted, so that a second effect cannot hide behind the first."""
    erp = FacadeErp(BenchSite(tmp_path / "site", {}), random.Random(1))  # noqa: S311 of a bench
    try:
        erp.release(0, CM)
        facade, path = Facade(tmp_path / "erp.db"), f"orders/{FIRST}/confirmation"
        for version, key in ((1, "a"), (2, "b")):
            facade.put(path, key, f'"{version}"', b"{}")

        assert {str(FIRST): 2} == erp.count()
    finally:
        erp.stop()
