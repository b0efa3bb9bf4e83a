"""Which files may be stored as documents."""

import zipfile
from io import BytesIO

import pytest

from pennypress.foundation.documents import TYPES, BadDocument, check_document

pytestmark = pytest.mark.once

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def packed(*names: str, mimetype: str = "", level: int = zipfile.ZIP_STORED) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", level) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<xml/>")
    return data.getvalue()


GOOD = {
    "pdf": PDF,
    "txt": "Grüße,\r\n\tצוהריים\f".encode(),
    "csv": b"name;sum\nAnn;12\n",
    "odt": packed("content.xml", mimetype=TYPES["odt"]),
    "ods": packed("content.xml", mimetype=TYPES["ods"]),
    "odp": packed("content.xml", mimetype=TYPES["odp"]),
    "docx": packed("[Content_Types].xml", "word/document.xml"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "epub": packed("META-INF/container.xml", mimetype=TYPES["epub"]),
}


def check(name: str, content: bytes) -> None:
    check_document(BytesIO(content), name)


@pytest.mark.parametrize("kind", TYPES)
def test_each_kind_is_known_by_its_content(kind):
    check(f"The minutes.{kind.upper()}", GOOD[kind])
    for other in TYPES:
        if other != kind and not {kind, other} <= {"txt", "csv"} and other != "txt":
            if kind == "csv" and other == "pdf":
                continue  # a small PDF is text
            with pytest.raises(BadDocument, match=f"called .{kind}, but"):
                check(f"a.{kind}", GOOD[other] + (b"\0" if other == "pdf" else b""))


def test_text_may_be_in_other_encodings():
    check("a.txt", "Grüße".encode("latin-1"))
    check("a.csv", "Grüße".encode("utf-16"))


@pytest.mark.parametrize(
    "name", ["a.html", "a.svg", "a.zip", "a.doc", "a.docm", "a.exe", "a.jpg", "a.js", "a", ".pdf"]
)
def test_other_kinds_are_refused_with_a_list_of_those_that_may_be(name):
    with pytest.raises(BadDocument, match=r"one of these: pdf, txt, csv, odt"):
        check(name, PDF)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.7 %%EOF"),
        ("a.pdf", PDF[:-8]),
        ("a.pdf", b""),
        ("a.txt", b"MZ\0\0"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00\x00"),
        ("a.docx", packed("word/other.xml")),
        ("a.docx", GOOD["docx"][:-30]),
        ("a.docx", b"<html>" + GOOD["docx"]),
        ("a.odt", packed("mimetype.xml")),
        ("a.epub", packed("content.xml", mimetype=TYPES["odt"])),
        ("a.epub", packed("content.xml", mimetype=TYPES["epub"] + " " * 200)),
        ("a.odt", packed()),
    ],
)
def test_what_is_not_what_it_is_called_is_refused(name, content):
    with pytest.raises(BadDocument, match="something else, or damaged"):
        check(name, content)


@pytest.mark.parametrize(
    ("name", "inside"),
    [("a.docx", "word/vbaProject.bin"), ("a.odt", "Basic/Standard/Module1.xml")],
)
def test_programs_are_refused(name, inside):
    with pytest.raises(BadDocument, match="macros"):
        check(name, packed("[Content_Types].xml", "word/document.xml", inside))
