"""The demo newspaper's pictures as data: the files beside this module, read and checked."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

FOLDER = Path(__file__).parent
T = TypeVar("T")


class BadDemoData(ValueError):
    """A data file cannot be used; the message names the file and says what is wrong with it."""


def join_lines(text: str) -> str:
    """Return a wrapped text with each paragraph on one line, and an empty line between them."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text.strip())


Text = Annotated[str, AfterValidator(join_lines)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoPicture(_Data):
    """What a picture shows. `focal` is the spot a crop must keep, as shares of width and height."""

    title: str
    alt: Text
    credit: str
    focal: tuple[float, float]


def load_pictures() -> dict[str, DemoPicture]:
    """Read what the pictures show, by their slugs; raises BadDemoData."""
    return read_toml(FOLDER / "pictures.toml", dict[str, DemoPicture])


def picture_file(slug: str) -> Path:
    """The image file of a picture."""
    return FOLDER / "pictures" / f"{slug}.webp"


def read_toml(path: Path, kind: type[T]) -> T:
    """Read a TOML file as a `kind` (a pydantic model, or a dict of them); raises BadDemoData."""
    with _naming(path):
        return TypeAdapter(kind).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have what is wrong with a file's data told with the file's name."""
    try:
        yield
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: "
            + ("unknown key" if one["type"] == "extra_forbidden" else one["msg"])
            for one in error.errors()
        )
        raise BadDemoData(f"{path}: {found}") from error
    except ValueError as error:
        raise BadDemoData(f"{path}: {error}") from error
