"""The site's style sheet: cut into files where it is written, in one piece where it is served."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

import pennypress
from pennypress.site.static_files import SITE_SHEET, Storage, minify

pytestmark = pytest.mark.once

STATIC = Path(pennypress.__file__).parent / "static"
FONTS = STATIC / "css/fonts.css"
SHEETS = sorted((STATIC / "css/site").glob("*.css"))
WRITTEN = [STATIC / SITE_SHEET, STATIC / "css/admin.css", *SHEETS]  # fonts.css is made by a program
LONGEST_LINE = 100


def collect(folder: Path) -> dict[str, bytes]:
    """Collect the site's sheet into a folder, as `collectstatic` does; return what lies there."""
    source = FileSystemStorage(STATIC)
    storage = Storage(folder, base_url="/static/")
    files = [STATIC / SITE_SHEET, FONTS, *SHEETS, *(STATIC / "fonts").iterdir()]
    names = [str(path.relative_to(STATIC)) for path in files]
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
    found = [re.fullmatch(r'@import url\("(.*)"\) layer\(\w+\);', line) for line in lines]
    assert all(found), "what is no import would stand among them"
    names = {str(path.relative_to(STATIC / "css")) for path in [FONTS, *SHEETS]}
    assert sorted(one[1] for one in found) == sorted(names)


def test_pages_load_one_sheet(tmp_path):
    files = collect(tmp_path)
    hashed = next(name for name in files if re.fullmatch(r"site\.[0-9a-f]{12}\.css", name))
    assert set(files) == {
        f"{name}{end}" for name in ("site.css", hashed) for end in ("", ".br", ".gz")
    }
    assert re.sub(rb"\.[0-9a-f]{12}\.woff2", b".woff2", files[hashed]) == files["site.css"]
    assert [path.name for path in (tmp_path / "css").rglob("*.css")] == ["site.css", hashed]
    text = files["site.css"].decode()
    assert "@import" not in text
    order = re.findall(r"@layer (\w+)\{", text)
    assert list(dict.fromkeys(order)) == [
        "fonts", "tokens", "words", "frame", "parts", "pages", "circumstances",
    ]  # fmt: skip
    assert len(order) == len(SHEETS) + 1
    squeezed = squeeze(text)
    assert all(squeeze(sheet.read_text(encoding="utf-8")) in squeezed for sheet in SHEETS)
    assert text.count("@font-face") == FONTS.read_text(encoding="utf-8").count("@font-face {") > 20
    assert text == text.strip()
    assert "\n" not in text
    assert "  " not in re.sub('"[^"]*"', "", text)
    assert "/*" not in text


def squeeze(sheet: str) -> str:
    """What a sheet says apart from comments and white space, and `;` before `}`."""
    written = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).replace("\\a0", "\xa0")
    return re.sub(r"\s+", "", written).replace(";}", "}")


@pytest.mark.parametrize(
    ("written", "small"),
    [
        ("a { color: red; }\n\nb { x: y }", "a{color:red}b{x:y}"),
        ("& :is(p, ul) :is(a, b) { x: y }", "& :is(p,ul) :is(a,b){x:y}"),
        ("&:is(p, ul) { & > :first-child { x: y } }", "&:is(p,ul){& > :first-child{x:y}}"),
        ("a { b: calc( 1px + (2px - 3px) ) }", "a{b:calc(1px + (2px - 3px))}"),
        ("@media (a: 6rem) and (b: 9) { a { x: y; } }", "@media (a:6rem) and (b:9){a{x:y}}"),
        ('q { x: "–  /* no */ ; " } /* gone */', 'q{x:"–  /* no */ ; "}'),
        ('x { y: url("a b.png") , url(c.png) }', 'x{y:url("a b.png"),url(c.png)}'),
        ('x { & > li:not([a="1"])::before { y: z } }', 'x{& > li:not([a="1"])::before{y:z}}'),
        ("a { font: 4 1rem/1.5 var(--b) !important }", "a{font:4 1rem/1.5 var(--b) !important}"),
        (
            ":is(h1):lang(ja), :lang(ar) b { --x: 1px 2px }",
            ":is(h1):lang(ja),:lang(ar) b{--x:1px 2px}",
        ),
    ],
)
def test_only_space_that_means_nothing_is_taken_out(written, small):
    made = minify(written)
    assert made == small
    assert squeeze(made) == squeeze(written)
    assert minify(made) == made


def test_collecting_again_changes_nothing(tmp_path):
    assert collect(tmp_path) == collect(tmp_path)
