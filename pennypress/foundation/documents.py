"""Documents that readers may download: a few kinds, each known by what is in the file.

Not among them: what a browser might run (HTML, SVG), what holds programs (macros), archives, which
can hold anything, and the formats of office programs of before 2007.
"""

import codecs
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _

_PIECE = 1 << 16  # bytes
_LONGEST_TYPE = 100  # bytes of the entry in which ODF and EPUB say what they are
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "odp": f"{_OPEN}presentation",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "epub": "application/epub+zip",
}
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


class BadDocument(ValueError):
    """The file cannot be taken as a document; the message says why, in the language in use."""


def check_document(file: IO[bytes], name: str) -> None:
    """Make sure that a file is of a kind that may be stored, and is what its name says.

    Reads it from its beginning. Raises BadDocument.
    """
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if kind not in TYPES:
        raise BadDocument(
            _(
                "A document can be one of these: %(kinds)s. Save it as a PDF; pictures belong "
                "under Images."
            )
            % {"kinds": ", ".join(TYPES)}
        )
    file.seek(0)
    try:
        is_one = _check_of(kind)(file, kind)
    finally:
        file.seek(0)
    if not is_one:
        raise BadDocument(
            _(
                "The file is called .%(kind)s, but what is in it is something else, or damaged. "
                "Open it in the program that made it, and save it once more."
            )
            % {"kind": kind}
        )


def _check_of(kind: str) -> Callable[[IO[bytes], str], bool]:
    match kind:
        case "pdf":
            return _is_pdf
        case "txt" | "csv":
            return _is_text
    return _is_packed


def _is_pdf(file: IO[bytes], kind: str) -> bool:
    if not re.match(rb"%PDF-[12]\.\d", file.read(8)):
        return False
    end = file.seek(0, 2)
    file.seek(max(0, end - 2048))
    return b"%%EOF" in file.read()


def _is_text(file: IO[bytes], kind: str) -> bool:
    """Whether no byte is there that no text has; in UTF-16 a text says so at its beginning."""
    beginning = file.read(2)
    if beginning in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        try:
            text = (beginning + file.read()).decode("utf-16")
        except UnicodeDecodeError:
            return False
        return not _CONTROL.search(text.encode(errors="replace"))
    file.seek(0)
    while piece := file.read(_PIECE):
        if _CONTROL.search(piece):
            return False
    return True


def _is_packed(file: IO[bytes], kind: str) -> bool:
    """Whether it is a ZIP file of the kind that it should be, without programs in it."""
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if any(_is_program(name) for name in names):
                raise BadDocument(_("The document holds macros: programs. Save it without them."))
            if kind in _PARTS:
                return _PARTS[kind] in names and "[Content_Types].xml" in names
            first = packed.infolist()[0]
            if first.filename != "mimetype" or first.file_size > _LONGEST_TYPE:
                return False
            return packed.read(first).decode("ascii", "replace").strip() == TYPES[kind]
    except (zipfile.BadZipFile, EOFError, IndexError, OSError, NotImplementedError, RuntimeError):
        return False


def _is_program(name: str) -> bool:
    return name.endswith(("vbaProject.bin", ".exe", ".dll")) or name.startswith(
        ("Basic/", "Scripts/")
    )
