"""From a clean clone to the served demo: `make demo`, with uv and with pip alone."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .figures import CannotMeasure
from .servers import READY_LINE, free_port, running, wait_for_line
from .site import CACHE, ROOT, Site

DEMO_SECONDS = 600
# What a `make` around us, or a virtual environment, tells those whom it starts.
NOT_A_PERSONS = ("MAKE", "MFLAGS", "PENNYPRESS_", "DATABASE_", "VIRTUAL_ENV", "DJANGO_", "PYTHON")


def measure_demo(site: Site, *, seconds: int, rounds: int) -> dict:
    """Clone what is committed, and run `make demo` in it until the demo is served; one round each.

    The packages are in the installers' caches: they were installed once in the clone before.
    """
    found = {}
    for name, variables in {"uv": [], "pip": ["UV="]}.items():
        try:
            if name == "uv" and shutil.which("uv") is None:
                raise CannotMeasure("uv is not installed")
            found[name] = {"seconds": _time_demo(variables)}
        except CannotMeasure as error:
            found[name] = {"missing": str(error)}
    return found


def _time_demo(variables: list[str]) -> float:
    with tempfile.TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        clone, cache = folder / "clone", folder / "installation"
        env = {k: v for k, v in os.environ.items() if not k.startswith(NOT_A_PERSONS)}
        env["PENNYPRESS_CACHE"] = str(cache)
        make = ["make", "-C", clone, *variables]
        _run(["git", "clone", "--quiet", ROOT, clone], env)
        _run([*make, "install"], env)
        _run(["git", "-C", clone, "clean", "-dxffq"], env)
        log = folder / "demo.log"
        with log.open("ab") as errors:
            begun = time.perf_counter()
            command = [*make, "demo", f"PORT={free_port()}"]
            with running(command, env, stdout=subprocess.PIPE, stderr=errors) as process:
                wait_for_line(process, READY_LINE, log, DEMO_SECONDS)
                return time.perf_counter() - begun


def _run(command: list[str | Path], env: dict[str, str]) -> None:
    try:
        subprocess.run(
            [str(part) for part in command],
            env=env,
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise CannotMeasure(f"{command[0]} failed: {error.stderr.strip()[-300:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotMeasure(str(error)) from error
