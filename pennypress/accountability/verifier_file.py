"""The verifier as one file (`/verifier.pyz`), which runs with Python alone.

The same version makes the same bytes everywhere, so whoever doubts one site can compare the file's
SHA-256 with another's, or with what the documentation says.
"""

import hashlib
import io
import zipfile
from functools import cache
from importlib import resources

PATH = "/verifier.pyz"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can say
_START = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("error: this needs Python 3.11 or newer")

from verifier.command import main

sys.exit(main(sys.argv[1:], "verifier.pyz"))
"""


@cache
def verifier_file() -> bytes:
    """Return the file: a zip archive of the verifier's modules that Python runs (PEP 441)."""
    modules = resources.files("pennypress.verifier")
    sources = {
        f"verifier/{module.name}": module.read_text(encoding="utf-8")
        for module in sorted(modules.iterdir(), key=lambda one: one.name)
        if module.name.endswith(".py")
    }
    file = io.BytesIO()
    file.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in ({"__main__.py": _START} | sources).items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), text)
    return file.getvalue()


@cache
def verifier_sha256() -> str:
    """Return the file's SHA-256 in hexadecimal digits."""
    return hashlib.sha256(verifier_file()).hexdigest()
