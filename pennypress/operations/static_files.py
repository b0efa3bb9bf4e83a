"""Collecting static files: once for an installation, then linked or copied into each site's folder.

Collecting means hashing and compressing some thousand files of the admin, which takes seconds.
"""

import inspect
import json
import logging
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import django
import wagtail
from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

from pennypress.foundation.files import OWNER_ONLY
from pennypress.site.static_files import Storage

from . import installation_cache as installation

logger = logging.getLogger("pennypress.operations")

KIND = "web-files"
LIST = ".sizes"  # in what is kept: the size of each file, so that a damaged folder is noticed


def collect_static_files() -> bool:
    """Bring the site's static files up to date; say whether the installed ones had changed.

    What the site had before stays: pages that readers have open still ask for it. Raises OSError.
    """
    current = installation.fingerprint(_what_decides())
    stamp: Path = settings.SITE_FOLDER.static_stamp
    if stamp.exists() and stamp.read_text() == current:
        return False
    settings.SITE_FOLDER.static.mkdir(parents=True, exist_ok=True)
    try:
        if not _take_over(current):
            with installation.making(KIND):
                if not _take_over(current):  # unless another site's process has made them meanwhile
                    _collect_for_installation(current)
                    _take_over(current)
    except installation.CacheUnusable as error:
        logger.info("static files are collected for this site alone: %s", error)
        _collect(settings.SITE_FOLDER.static)
    stamp.write_text(current)
    _learn_names()
    return True


def _learn_names() -> None:
    """Let pages of this process, and of those that it forks, name what is there now."""
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        hashed_files, digest = staticfiles_storage.load_manifest()
        staticfiles_storage.hashed_files = hashed_files
        staticfiles_storage.manifest_hash = digest


@contextmanager
def collected_meanwhile() -> Iterator[None]:
    """Collect static files in a thread while the block runs; raises what `collect_…` raises."""
    with ThreadPoolExecutor(1) as beside_it:
        collected = beside_it.submit(collect_static_files)
        yield
        collected.result()


def _what_decides() -> Iterator[str | bytes]:
    """All that the collected files are made from."""
    yield f"{django.get_version()} {wagtail.__version__}"
    yield f"{version('whitenoise')} {version('tinycss2')}"
    yield inspect.getsource(inspect.getmodule(Storage) or Storage)
    own: Path = settings.STATICFILES_DIRS[0]
    for path in sorted(own.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(own))
            yield path.read_bytes()


def _collect(folder: Path) -> None:
    command = collectstatic.Command()
    command.storage = Storage(location=folder)
    call_command(command, verbosity=0, interactive=False)


def _collect_for_installation(key: str) -> None:
    with installation.draft_of(KIND, key) as draft:
        draft.mkdir(mode=0o700)
        _collect(draft)
        sizes = {name: path.stat().st_size for name, path in _files_in(draft)}
        (draft / LIST).write_text(json.dumps(sizes))


def _take_over(key: str) -> bool:
    """Put what the installation has collected into the site's folder; say whether it was whole."""
    collected = installation.find(KIND, key)
    if collected is None:
        return False
    try:
        sizes = json.loads((collected / LIST).read_text())
        found = dict(_files_in(collected))
        if {name: path.stat().st_size for name, path in found.items()} != sizes:
            return False
        for name, path in found.items():
            _link_or_copy(path, settings.SITE_FOLDER.static / name)
    except (ValueError, FileNotFoundError):
        return False
    return True


def _files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if name != LIST:
                yield str(path.relative_to(folder)), path


def _link_or_copy(source: Path, target: Path) -> None:
    """Make `target` the same file, where that can be, else a copy; readers see one or the other."""
    with suppress(FileNotFoundError):
        if target.samefile(source):
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    draft.unlink(missing_ok=True)
    try:
        os.link(source, draft)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, draft)
    # The installation's files may have been made before all of a site's were the owner's alone.
    draft.chmod(OWNER_ONLY)
    draft.replace(target)
