"""The bench of chaos in short: ten blows of one seed, then every drop counted against every effect."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.postgres import find_binaries
from bench.sshd import find_sshd

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("ledger", [[], ["--postgres"]], ids=["sqlite", "postgresql"])
def test_ten_blows_lose_nothing_and_repeat_nothing(ledger) -> None:
    """Folder and SFTP drops while gateway, sshd, ledger and ERP folder are killed or taken away."""
    environment = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    if find_sshd() is None:
        assert not os.environ.get("CI")
        pytest.skip("no OpenSSH server is installed; run scripts/services.sh as root")
    if ledger and find_binaries() is None:
        assert not os.environ.get("CI")
        pytest.skip("no PostgreSQL server is installed; run scripts/services.sh as root")
    command = [sys.executable, "-m", "bench.chaos", "--kills", "10", "--rate", "2", "--seed", "3"]
    ran = subprocess.run(
        [*command, *ledger], check=False, capture_output=True, cwd=ROOT, env=environment
    )

    assert 0 == ran.returncode, ran.stdout.decode()
    assert b"0 lost, 0 twice" in ran.stdout
    assert b"struck: " in ran.stdout
