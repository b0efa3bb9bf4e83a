"""Static files as pages ask for them: the site's style sheet small and in one piece, all hashed."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SITE_SHEET = "css/site.css"
_IMPORT = re.compile(r'^@import url\("(?P<sheet>[^"]+)"\) layer\((?P<layer>\w+)\);$', re.MULTILINE)


def minify(sheet: str) -> str:
    """Return a style sheet without comments, and with white space where it means something.

    Programs for this that know no nested rules take the space out of `& :is(a) :is(b)`.
    """
    return _write(tinycss2.parse_component_value_list(sheet, skip_comments=True))


def _write(nodes: Sequence[Any]) -> str:
    written = ""
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        match node.type:
            case "whitespace":
                is_needed = written and following and written[-1] not in "{};:,"
                written += " " if is_needed and not _ends_what_is_before(following) else ""
            case "{} block":
                written += f"{{{_write(node.content).removesuffix(';')}}}"
            case "() block":
                written += f"({_write(node.content)})"
            case "[] block":
                written += f"[{_write(node.content)}]"
            case "function":
                written += f"{node.name}({_write(node.arguments)})"
            case _:
                written += node.serialize()
    return written


def _ends_what_is_before(node: Any) -> bool:
    return node.type == "{} block" or (node.type == "literal" and node.value in ";,")


class Storage(CompressedManifestStaticFilesStorage):
    """Collects static files as WhiteNoise does, after joining the site's style sheet.

    Each `@import url("…") layer(…);` of it gives way to the sheet that it names, and comments and
    white space go. Where nothing is collected, in tests and under `runserver`, browsers follow the
    imports and come to the same.
    """

    def post_process(self, paths: dict, dry_run: bool = False, **options: Any) -> Iterator:
        if SITE_SHEET in paths and not dry_run:
            paths = self._join(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _join(self, paths: dict) -> dict:
        """Write the joined sheet, drop what it was made of; return the files that are left.

        Raises KeyError for an import that names no sheet.
        """
        parts = set()

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode("utf-8")

        def put_in(found: re.Match[str]) -> str:
            part = posixpath.join(posixpath.dirname(SITE_SHEET), found["sheet"])
            parts.add(part)
            return f"@layer {found['layer']} {{\n{read(part)}}}"

        joined = minify(_IMPORT.sub(put_in, read(SITE_SHEET)))
        for name in (SITE_SHEET, *parts):
            self.delete(name)
        self._save(SITE_SHEET, ContentFile(joined.encode()))
        left = {name: place for name, place in paths.items() if name not in parts}
        return left | {SITE_SHEET: (self, SITE_SHEET)}
