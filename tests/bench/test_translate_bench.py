"""The bench of translation runs; how fast it is, no test asserts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_quick_bench_prints_a_table_of_every_tier(tmp_path):
    """`--quick --ours-only` installs nothing and measures ours and the yardstick."""
    command = [sys.executable, ROOT / "bench" / "translate.py", "--quick", "--ours-only"]
    done = subprocess.run(
        [*command, "--cache", tmp_path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("| cmgateway | 100 kB |") == 3
    assert "failed" not in done.stdout
    assert 1 == done.stdout.count("not measured"), "only what is Java"
