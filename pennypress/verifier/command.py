"""`pennypress verify`, and `python -m pennypress.verifier`."""

import argparse
import contextlib
import json
import math
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO

from .check import verify
from .deadline import SECONDS, Deadline
from .notes import MOST_BYTES
from .printing import escape
from .report import DISAGREEMENT, RESTORED, UNREAD, VerifyReport
from .showing import shown
from .source import Missing, open_source

DISAGREES, UNREADABLE = 1, 3  # exit statuses; 2 is wrong usage


def main(argv: list[str], program: str = "pennypress verify") -> int:
    """Check what the arguments name; return the exit status. `program` is what it is called.

    0: everything agrees. 1: something disagrees. 3: nothing does, but something could not be read.
    """
    options = _parser(program).parse_args(argv)
    report = VerifyReport()
    try:
        with contextlib.nullcontext() if options.quiet else shown(report):
            report = _check(options, report)
    except KeyboardInterrupt:
        _complain(f"{options.source} could not be read: interrupted")
        return UNREADABLE
    if options.json:
        _print(_as_json(report))
    elif not (options.quiet and report.ok):
        _print(_as_text(report))
    if not report.read:
        unread = next(finding for finding in report.findings if finding.level == UNREAD)
        _complain(f"{options.source} could not be read: {unread}")
    if not report.agrees:
        return DISAGREES
    if not report.read:
        return UNREADABLE
    if options.save and report.checkpoint:
        try:
            _save(Path(options.save), report.checkpoint.note)
        except OSError as error:
            _complain(f"{options.save}: the checkpoint could not be kept: {error.strerror}")
            return UNREADABLE
    return 0


def _check(options: argparse.Namespace, report: VerifyReport) -> VerifyReport:
    name = options.since
    try:
        since = _read_start(options.since) if options.since else None
        name = options.key
        key = _read_key(options.key)
        name = options.source
        source = open_source(options.source, Deadline(options.deadline))
    except (OSError, Missing) as error:
        reason = getattr(error, "strerror", None) or str(error)
        report.find("missing", name, f"it cannot be read ({reason})", UNREAD)
        return report
    return verify(source, since=since, key=key, with_pages=not options.no_pages, report=report)


def _read_start(name: str) -> bytes:
    """The beginning of a file, and one byte more than a checkpoint or a key may have."""
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _read_key(text: str) -> str:
    """The key that was given: the text itself, or the first line of the file that it names."""
    # A key holds slashes as a path may, but no file is named like a whole key.
    if not text or text.count("+") >= 2 or not Path(text).is_file():
        return text
    return _read_start(text).decode(errors="replace").partition("\n")[0]


def _print(text: str, file: TextIO | None = None) -> None:
    """Print text also where the terminal or file cannot take all letters."""
    file = file or sys.stdout
    try:
        print(text, file=file, flush=True)
    except BrokenPipeError:  # nobody reads it any more, as behind `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
    except UnicodeEncodeError:
        print(text.encode("ascii", "backslashreplace").decode(), file=file)


def _complain(text: str) -> None:
    _print(f"error: {escape(text)}", sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with arguments without painting the terminal with them."""

    def error(self, message: str) -> NoReturn:
        super().error(escape(message))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise ValueError(text)
    return seconds


_seconds.__name__ = "number of seconds"  # so that argparse calls it so


def _parser(program: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=program,
        description="Check a site's public record, and what its pages claim, from outside.",
    )
    parser.add_argument("source", metavar="URL|DIR", help="a site's address, or a mirror's folder")
    parser.add_argument("--since", metavar="FILE", help="a checkpoint that was seen before")
    parser.add_argument("--save", metavar="FILE", help="keep the checkpoint, for a later --since")
    parser.add_argument(
        "--key", default="", metavar="KEY|FILE", help="the verifier key that you trust, or its file"
    )
    parser.add_argument("--no-pages", action="store_true", help="check the record, no pages")
    parser.add_argument(
        "--deadline",
        type=_seconds,
        default=SECONDS,
        metavar="SECONDS",
        help=f"give up after so many seconds ({SECONDS:g} unless said otherwise)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print only what is wrong")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _as_text(report: VerifyReport) -> str:
    lines = []
    if signed := report.checkpoint:
        lines.append(f"{signed.origin}: {signed.size} entries, root {signed.root.hex()}")
    lines.append(
        f"{report.entries} entries, {report.tiles} tiles, {report.claims} figures, "
        f"{report.opened} commitments, {report.pages} pages and {report.pictures} pictures checked"
    )
    lines += report.notes
    lines += [str(one) for one in report.findings if one.level == RESTORED]
    if report.ok:
        lines.append("Everything agrees.")
    for level, heading, more in (
        (DISAGREEMENT, "{count} disagreement{s}:", report.unlisted),
        (UNREAD, "{count} that could not be read, and may agree or not:", report.unlisted_unread),
    ):
        if listed := [f"- {one}" for one in report.findings if one.level == level]:
            count = len(listed) + more.total()
            lines.append(heading.format(count=count, s="s" if count > 1 else ""))
            lines += [*listed, *(f"- and {n} more of the kind {code}" for code, n in more.items())]
    return "\n".join(map(escape, lines))


def _as_json(report: VerifyReport) -> str:
    # ASCII alone; of its control characters JSON leaves one as it is.
    return json.dumps(_as_object(report), indent=1).replace("\x7f", "\\u007f")


def _as_object(report: VerifyReport) -> dict[str, object]:
    signed = report.checkpoint
    return {
        "ok": report.ok,
        "read": report.read,
        "origin": signed.origin if signed else None,
        "size": signed.size if signed else None,
        "root": signed.root.hex() if signed else None,
        "entries": report.entries,
        "tiles": report.tiles,
        "claims": report.claims,
        "opened": report.opened,
        "pages": report.pages,
        "pictures": report.pictures,
        "notes": report.notes,
        "findings": [
            {"code": one.code, "where": one.where, "message": one.message, "level": one.level}
            for one in report.findings
        ],
        "untold": dict(report.unlisted + report.unlisted_unread),
    }


def _save(path: Path, note: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(note)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
