"""The site's style sheet: cut into files where it is written, in one piece where it is served."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

import pennypress
from pennypress.site.static_files import SITE_SHEET, Storage

pytestmark = pytest.mark.once

STATIC = Path(pennypress.__file__).parent / "static"
SHEETS = sorted((STATIC / "css/site").glob("*.css"))
WRITTEN = [STATIC / SITE_SHEET, STATIC / "css/admin.css", *SHEETS]  # fonts.css is made by a program
LONGEST_LINE = 100


def collect(folder: Path) -> dict[str, bytes]:
    """Collect the site's sheet into a folder, as `collectstatic` does; return what lies there."""
    source = FileSystemStorage(STATIC)
    storage = Storage(folder, base_url="/static/")
    names = [SITE_SHEET, *(str(path.relative_to(STATIC)) for path in SHEETS)]
    for name in names:
        if not storage.exists(name):
            with source.open(name) as file:
                storage.save(name, file)
    done = list(storage.post_process({name: (source, name) for name in names}))
    assert not [error for *_, error in done if isinstance(error, Exception)]
    return {path.name: path.read_bytes() for path in folder.rglob("site*.css*") if path.is_file()}


def test_style_sheets_can_be_read_in_a_diff():
    long = [
        f"{path.relative_to(STATIC)}:{number}"
        for path in WRITTEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE or "\t" in line or line != line.rstrip()
    ]
    assert long == []


def test_each_sheet_has_its_place_in_the_cascade():
    text = (STATIC / SITE_SHEET).read_text(encoding="utf-8")
    lines = [line for line in text.partition("*/")[2].splitlines() if line]
    found = [re.fullmatch(r'@import url\("site/(.*)"\) layer\(\w+\);', line) for line in lines]
    assert all(found), "what is no import would stand among them"
    assert sorted(one[1] for one in found) == [path.name for path in SHEETS]


def test_pages_load_one_sheet(tmp_path):
    files = collect(tmp_path)
    hashed = next(name for name in files if re.fullmatch(r"site\.[0-9a-f]{12}\.css", name))
    assert set(files) == {
        f"{name}{end}" for name in ("site.css", hashed) for end in ("", ".br", ".gz")
    }
    assert files[hashed] == files["site.css"]
    assert not list((tmp_path / "css/site").iterdir())
    text = files[hashed].decode()
    assert not re.search("^@import", text, re.MULTILINE)
    order = re.findall(r"^@layer (\w+) \{$", text, re.MULTILINE)
    assert list(dict.fromkeys(order)) == [
        "tokens", "words", "frame", "parts", "pages", "circumstances",
    ]  # fmt: skip
    assert len(order) == len(SHEETS)
    assert all(sheet.read_text(encoding="utf-8") in text for sheet in SHEETS)


def test_collecting_again_changes_nothing(tmp_path):
    assert collect(tmp_path) == collect(tmp_path)
