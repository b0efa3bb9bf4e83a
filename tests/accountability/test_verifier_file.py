"""The verifier as one file, as a reader gets it and runs it."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pennypress.accountability.verifier_file import verifier_file, verifier_sha256

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "verifier.pyz"
    file.write_bytes(verifier_file())
    return file


def run(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it with Python alone: no package that is installed, and not in our folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", file, *arguments],
        cwd=file.parent, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.once
def test_it_runs_with_python_alone(file):
    said = run(file, "--help")
    assert said.returncode == 0, said.stderr
    assert "usage: verifier.pyz" in said.stdout
    (file.parent / "empty").mkdir()
    assert run(file, str(file.parent / "empty"), "--json").returncode in {1, 3}


@pytest.mark.once
def test_the_same_version_makes_the_same_file_everywhere(file):
    verifier_file.cache_clear()
    assert verifier_file() == file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(verifier_file())) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("pennypress" in name for name in archive.namelist())


@pytest.mark.once
def test_the_documentation_names_its_fingerprint():
    text = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert re.findall(r"`([0-9a-f]{64})`", text) == [verifier_sha256()]


@pytest.mark.django_db
def test_a_reader_gets_it_from_the_page_that_says_how_to_check(site, reader):
    page = reader.get("/record/how-to-check/").content.decode()
    assert 'href="/verifier.pyz"' in page
    assert verifier_sha256() in page
    assert "pip install" not in page
    answer = reader.get("/verifier.pyz")
    assert hashlib.sha256(answer.content).hexdigest() == verifier_sha256()
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
