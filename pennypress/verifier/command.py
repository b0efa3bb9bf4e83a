"""`pennypress verify`, and `python -m pennypress.verifier`."""

import argparse
import json
import os
import sys
from pathlib import Path

from .check import verify
from .report import VerifyReport
from .source import Missing, open_source


def main(argv: list[str]) -> int:
    """Check what the arguments name; return the exit status: 0 only if everything agrees."""
    options = _parser().parse_args(argv)
    try:
        since = Path(options.since).read_bytes() if options.since else None
        source = open_source(options.source)
        key = _key(options.key)
    except (OSError, Missing) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"error: {options.since or options.source}: {reason}", file=sys.stderr)
        return 1
    report = verify(source, since=since, key=key, with_pages=not options.no_pages)
    if options.save and report.ok and report.checkpoint:
        try:
            _save(Path(options.save), report.checkpoint.note)
        except OSError as error:
            print(f"error: {options.save}: {error.strerror}", file=sys.stderr)
            return 1
    print(json.dumps(_as_json(report), indent=1) if options.json else _as_text(report))
    return 0 if report.ok else 1


def _key(text: str) -> str:
    """The key that was given: the text itself, or the first line of the file that it names."""
    # A key holds slashes as a path may, but no file is named like a whole key.
    if not text or text.count("+") >= 2 or not Path(text).is_file():
        return text
    return Path(text).read_text(encoding="utf-8", errors="replace").partition("\n")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pennypress verify",
        description="Check a site's public record, and what its pages claim, from outside.",
    )
    parser.add_argument("source", metavar="URL|DIR", help="a site's address, or a mirror's folder")
    parser.add_argument("--since", metavar="FILE", help="a checkpoint that was seen before")
    parser.add_argument("--save", metavar="FILE", help="keep the checkpoint, for a later --since")
    parser.add_argument(
        "--key", default="", metavar="KEY|FILE", help="the verifier key that you trust, or its file"
    )
    parser.add_argument("--no-pages", action="store_true", help="check the record, no pages")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _as_text(report: VerifyReport) -> str:
    lines = []
    if signed := report.checkpoint:
        lines.append(f"{signed.origin}: {signed.size} entries, root {signed.root.hex()}")
    lines.append(
        f"{report.entries} entries, {report.tiles} tiles, {report.claims} figures, "
        f"{report.opened} commitments and {report.pages} pages checked"
    )
    lines += report.notes
    lines += [str(one) for one in report.findings if one.level == "restored"]
    if report.ok:
        lines.append("Everything agrees.")
    else:
        listed = [one for one in report.findings if one.level != "restored"]
        count = len(listed) + report.unlisted.total()
        lines.append(f"{count} disagreement{'s' if count > 1 else ''}:")
        lines += [f"- {finding}" for finding in listed]
        lines += [f"- and {more} more of the kind {code}" for code, more in report.unlisted.items()]
    return "\n".join(map(_escape, lines))


def _escape(text: str) -> str:
    """The text as one line: control characters, and what cannot be printed, become escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _as_json(report: VerifyReport) -> dict[str, object]:
    signed = report.checkpoint
    return {
        "ok": report.ok,
        "origin": signed.origin if signed else None,
        "size": signed.size if signed else None,
        "root": signed.root.hex() if signed else None,
        "entries": report.entries,
        "tiles": report.tiles,
        "claims": report.claims,
        "opened": report.opened,
        "pages": report.pages,
        "notes": report.notes,
        "findings": [
            {"code": one.code, "where": one.where, "message": one.message, "level": one.level}
            for one in report.findings
        ],
        "untold": dict(report.unlisted),
    }


def _save(path: Path, note: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(note)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
