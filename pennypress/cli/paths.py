"""Paths as an operator types them."""

import os
from pathlib import Path
from typing import Any

import click


class TypedPath(click.Path):
    """The path of a folder, or of a file, or (`folder` is None) of either.

    A `~` that the shell left is the home folder. Refused are an empty one, which would mean the
    folder that one happens to be in, `-`, which no command takes for a stream, and for a file one
    that ends like a folder's.
    """

    def __init__(self, *, folder: bool | None, exists: bool = False) -> None:
        super().__init__(path_type=Path, dir_okay=folder is not False, exists=exists)
        self._folder = folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = os.fsdecode(value)
        what = {True: "a folder", False: "a file", None: "a file or a folder"}[self._folder]
        if not text:
            self.fail(f"it is empty: name {what}", param, ctx)
        if text == "-":
            self.fail(f"standard input and output cannot be used: name {what}", param, ctx)
        if text.startswith("~"):
            text = os.path.expanduser(text)  # noqa: PTH111 - as shells do where no such user is
        if self._folder is False and text.endswith(("/", "/.")):
            self.fail(f"{text} names a folder: name a file", param, ctx)
        return super().convert(text, param, ctx)
