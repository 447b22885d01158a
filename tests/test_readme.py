"""The README's commands do what it says, run here as a reader would type them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_EXITS = re.compile(r"#\s*exits (\d+)")


def commands() -> list[tuple[str, int]]:
    """(line, expected exit status) of every line in the README's `sh` blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.S | re.M)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [(line, int(m.group(1)) if (m := _EXITS.search(line)) else 0) for line in lines]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A fresh data folder, and a `concord` on the path that is this checkout's."""
    folder = tmp_path_factory.mktemp("readme")
    shim = folder / "bin" / "concord"
    shim.parent.mkdir()
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bot.cli import main; main()"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
    shim.chmod(0o755)
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("CONCORD_")},
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "CONCORD_DATA_DIR": str(folder / "data"),
        "CONCORD_LOCK_WAIT_S": "60",
    }


@pytest.mark.parametrize(("line", "status"), commands(), ids=lambda v: str(v)[:60])
def test_command(line: str, status: int, environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", line], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stdout + done.stderr


def test_every_command_is_told_of(environment: dict[str, str]) -> None:
    """No command of the program is missing from the README."""
    done = subprocess.run(
        ["concord", "--help"], env=environment, capture_output=True, text=True, check=True
    )
    names = re.findall(r"^│ ([a-z]+) ", done.stdout, re.M)
    assert len(names) >= 6
    assert [name for name in names if f"`concord {name}" not in README] == []


def test_make_targets_exist() -> None:
    """The two commands a newcomer types are in the Makefile, with what they promise."""
    for target, does in (("chat", "concord chat"), ("test", "-m pytest")):
        assert f"\nmake {target}\n" in README
        done = subprocess.run(
            ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert does in done.stdout
