"""Image files as others made them: opened with care, and written anew without what they carry.

A photograph says where and when it was taken, with which camera, and often by whom; and a file can
be a picture and something else at once. Nothing of that is stored: what is kept is the pixels,
upright, and the colour profile. It needs neither models nor Wagtail.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from io import BytesIO
from typing import IO, Any, cast

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin
from pillow_heif import HeifImagePlugin  # noqa: F401 - Pillow reads HEIC by it

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 80_000_000  # of all frames of an animation together
MOST_FRAMES = 1_000
LONGEST_SIDE = 65_500  # pixels; what a JPEG can have

_QUALITY = 92
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF", "TIFF")
_ANIMATED = {"GIF", "WEBP"}
_KINDS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
    "AVIF": ("image/avif", ".avif"),
    "GIF": ("image/gif", ".gif"),
    "TIFF": ("image/tiff", ".tif"),
}
# How files of these formats begin: of one that cannot be read it says what it was meant to be.
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*")
_BRANDS = (b"ftypavif", b"ftypavis", b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")

# A picture of 80 million pixels takes 240 MB and more while it is open: one at a time.
_at_work = threading.Lock()


class Fault(StrEnum):
    """Why a picture cannot be taken."""

    NO_PICTURE = "no-picture"
    DAMAGED = "damaged"
    TOO_MANY_BYTES = "too-many-bytes"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_FRAMES = "too-many-frames"
    TOO_LONG = "too-long"
    UNWRITABLE = "unwritable"


class BadImage(ValueError):
    """The file cannot be taken as a picture; the message says why, in the language in use."""

    def __init__(self, fault: Fault, **facts: object) -> None:
        """Take why, and what its sentence names."""
        self.fault = fault
        super().__init__(say_fault(fault, **facts))


def say_fault(fault: str, **facts: object) -> str:
    """Return the sentence for a fault. Facts that are not given are left out of it."""
    match fault:
        case Fault.NO_PICTURE:
            return _(
                "This is not a picture, or not of a kind that can be used here: "
                "JPEG, PNG, WebP, AVIF, GIF, HEIC or TIFF."
            )
        case Fault.DAMAGED:
            return _(
                "The picture is damaged or was cut off on its way: only a part of it can be read. "
                "Export or copy it once more."
            )
        case Fault.TOO_MANY_BYTES if facts:
            return _("The file has %(size)s, and %(most)s is the most. Make it smaller.") % facts
        case Fault.TOO_MANY_BYTES:
            return _("The file is too big.")
        case Fault.TOO_MANY_PIXELS if facts:
            return _(
                "The picture has %(pixels)s million pixels, and %(most)s million is the most. "
                "Make it smaller."
            ) % {key: f"{round(int(str(value)) / 1e6):,}" for key, value in facts.items()}
        case Fault.TOO_MANY_PIXELS:
            return _("The picture has too many pixels.")
        case Fault.TOO_MANY_FRAMES:
            return _("The animation consists of too many single pictures.")
        case Fault.TOO_LONG:
            return _("The picture is too wide or too tall. Make it smaller.")
    return _("The picture could not be converted. Save it as a JPEG or a PNG and try again.")


@dataclass(frozen=True)
class EncodedImage:
    """A whole image file in memory."""

    content: bytes
    type: str  # MIME
    extension: str  # with its dot
    width: int  # pixels
    height: int

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of exactly these bytes, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class CleanPicture:
    """A picture without anything but pixels and colour profile.

    `original` is for making others of it. `full_size`, of the same size in pixels, is in a format
    that every browser shows; often both are the same.
    """

    original: EncodedImage
    full_size: EncodedImage


def clean_picture(
    file: IO[bytes], *, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS
) -> CleanPicture:
    """Read a picture from its beginning, and write it anew, upright and without metadata.

    What it is, its content says: neither its name nor a declared type. The format stays, but HEIC,
    which few can show, becomes JPEG. Animations of GIF and WebP stay; of other formats the first
    picture is kept. Colours are in RGB or grey, 8 bits a channel. Raises BadImage.
    """
    file.seek(0)
    data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        size = file.seek(0, 2)
        raise BadImage(
            Fault.TOO_MANY_BYTES, size=filesizeformat(size), most=filesizeformat(most_bytes)
        )
    with _at_work, _decoding(data):
        image = _open(data, most_pixels)
        if image.format == "GIF" and not _is_whole_gif(data):
            raise BadImage(Fault.DAMAGED)  # cut off between two frames no decoder misses anything
        if image.format in _ANIMATED and getattr(image, "is_animated", False):
            frames = list(_read_frames(image, most_pixels))
            write: Any = _write_animation
        else:
            image.load()
            frames = [_read_still(image)]
            write = _write_still
        made = _Source(data, image.format or "", image.info.copy(), _sampling_of(image), frames)
        image.close()
        with _encoding():
            return write(made)


def take_bare_webp(data: bytes) -> CleanPicture:
    """Take a WebP as it is, which holds pixels and nothing else. Raises BadImage for others.

    For files of our own: writing a large one anew takes a second.
    """
    (name, end), *others = [*_webp_chunks(data), ("", 0)]
    if name not in {"VP8 ", "VP8L"} or end != len(data) or others != [("", 0)]:
        raise BadImage(Fault.UNWRITABLE)
    with _decoding(data):
        width, height = Image.open(BytesIO(data), formats=["WEBP"]).size
    made = EncodedImage(data, *_KINDS["WEBP"], width, height)
    return CleanPicture(made, made)


@dataclass(frozen=True)
class _Source:
    """What was read of a file."""

    data: bytes
    format: str
    info: dict[Any, Any]
    sampling: int
    frames: list[Image.Image]


@contextmanager
def _decoding(data: bytes) -> Iterator[None]:
    """Say in words what a decoder says: each of them fails in ways of its own."""
    try:
        yield
    except BadImage:
        raise
    except Image.DecompressionBombError:
        raise BadImage(Fault.TOO_MANY_PIXELS) from None
    except Exception as error:
        raise BadImage(Fault.DAMAGED if _claims_to_be_one(data) else Fault.NO_PICTURE) from error


@contextmanager
def _encoding() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise BadImage(Fault.UNWRITABLE) from error


def _claims_to_be_one(data: bytes) -> bool:
    return (
        data.startswith(_BEGINNINGS)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or data[4:12].startswith(_BRANDS)
    )


def _open(data: bytes, most_pixels: int) -> Image.Image:
    """Open a picture; only its header is read. Raises BadImage for one that is too large."""
    image = Image.open(BytesIO(data), formats=_FORMATS)
    _refuse_too_large(image.size, 1, most_pixels)
    return image


def _refuse_too_large(size: tuple[int, int], frames: int, most_pixels: int) -> None:
    pixels = size[0] * size[1] * frames
    if pixels > most_pixels:
        raise BadImage(Fault.TOO_MANY_PIXELS, pixels=pixels, most=most_pixels)
    if max(size) > LONGEST_SIDE:
        raise BadImage(Fault.TOO_LONG)
    if frames > MOST_FRAMES:
        raise BadImage(Fault.TOO_MANY_FRAMES)


def _sampling_of(image: Image.Image) -> int:
    """How a JPEG's colours are sampled: 0 is 4:4:4. Anything else of a phone is 4:2:0."""
    if image.format in {"JPEG", "MPO"} and image.mode == "RGB":
        return 0 if JpegImagePlugin.get_sampling(image) == 0 else 2
    return 2 if image.format == "HEIF" else 0


def _is_whole_gif(data: bytes) -> bool:
    """Whether a GIF's blocks go on to the one that ends it."""

    def colours(flags: int) -> int:
        return 3 << ((flags & 7) + 1) if flags & 0x80 else 0

    place = 13 + colours(data[10])
    while place + 10 < len(data):
        if data[place] == 0x2C:  # a picture
            place += 11 + colours(data[place + 9])
        elif data[place] == 0x21:
            place += 2
        else:
            break
        while place < len(data) and data[place]:
            place += 1 + data[place]
        place += 1
    return data[place : place + 1] == b";"


# ── Pixels ─────────────────────────────────────────────────────────────────────────────────────


def _read_still(image: Image.Image) -> Image.Image:
    """Return the pixels upright and in one of the modes L, LA, RGB, RGBA and P, with a profile."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    plain, profile = _in_plain_mode(upright, profile)
    bare = plain.copy()  # without what a format's own class knows besides
    transparency = plain.info.get("transparency") if plain.mode == "P" else None
    bare.info = {} if transparency is None else {"transparency": transparency}
    if profile := _fitting_profile(profile, bare.mode):
        bare.info["icc_profile"] = profile
    return bare


def _read_frames(image: Image.Image, most_pixels: int) -> Iterator[Image.Image]:
    """Yield each picture of an animation as it is shown, with its duration in milliseconds."""
    size, number = image.size, 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        number += 1
        _refuse_too_large(image.size, number, most_pixels)
        image.load()
        if image.size != size:
            raise BadImage(Fault.DAMAGED)
        frame = image.convert("RGBA")
        frame.info = {"duration": image.info.get("duration", 100)}
        yield frame


def _in_plain_mode(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    if image.mode.startswith("I") or image.mode == "F":
        return _in_8_bits(image), profile
    if image.mode == "CMYK":
        return _from_cmyk(image, profile), None
    if image.mode in {"RGB", "L"} and "transparency" in image.info:
        return image.convert("RGBA" if image.mode == "RGB" else "LA"), profile
    if image.mode == "P" and image.format not in {"PNG", None}:
        return image.convert("RGBA" if "transparency" in image.info else "RGB"), profile
    if image.mode in {"L", "LA", "RGB", "RGBA", "P"}:
        return image, profile
    if image.mode == "1":
        return image.convert("L"), profile
    if image.mode in {"RGBa", "La", "PA"}:
        return image.convert("LA" if image.mode == "La" else "RGBA"), profile
    return image.convert("RGB"), profile


def _in_8_bits(image: Image.Image) -> Image.Image:
    """Grey in 16 or 32 bits, or in fractions: 16 bits are scaled, others by what there is."""
    low, high = (float(end) for end in cast("tuple[float, float]", image.getextrema()))
    if image.mode.startswith("I") and low >= 0 and high <= 0xFFFF:
        low, high = 0.0, float(0xFFFF)
    scale = 255 / ((high - low) or 1)
    wide = image.convert("F")
    return wide.point(lambda value: value * scale + (0.5 - low * scale)).convert("L")


def _from_cmyk(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The inks as they look on a screen, as far as the profile says how they look."""
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            ) or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")


def _fitting_profile(profile: bytes | None, mode: str) -> bytes | None:
    """The colour profile, up to its end, where it is one and is for such colours."""
    space = {"L": b"GRAY", "LA": b"GRAY"}.get(mode, b"RGB ")
    if not profile or len(profile) < 128 or profile[16:20] != space:
        return None
    profile = profile[: int.from_bytes(profile[:4], "big")]
    try:
        ImageCms.ImageCmsProfile(BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, TypeError):
        return None
    return profile


def _without_alpha(image: Image.Image) -> Image.Image | None:
    """The same without an alpha channel, or None where something shines through."""
    if image.mode == "P" and "transparency" in image.info:
        found = image.convert("RGBA")
    elif image.mode in {"LA", "RGBA"}:
        found = image
    else:
        return image if image.mode in {"L", "RGB"} else _with_info(image.convert("RGB"), image)
    if found.getchannel("A").getextrema()[0] != 255:
        return None
    return _with_info(found.convert(found.mode.removesuffix("A")), image)


def _with_info(image: Image.Image, before: Image.Image) -> Image.Image:
    image.info = {k: v for k, v in before.info.items() if k == "icc_profile"}
    return image


# ── Files ──────────────────────────────────────────────────────────────────────────────────────


def _write_still(source: _Source) -> CleanPicture:
    (image,) = source.frames
    opaque = _without_alpha(image)
    match source.format:
        case "JPEG" | "MPO" | "HEIF" if opaque:
            original = _encode(opaque, "JPEG", quality=_QUALITY, subsampling=source.sampling)
            return CleanPicture(original, original)
        case "WEBP":
            lossless = _is_lossless_webp(source.data)
            original = _encode(image, "WEBP", quality=_QUALITY, lossless=lossless, method=4)
            return CleanPicture(original, original)
        case "GIF":
            original = _encode(image.convert("RGBA") if opaque is None else opaque, "GIF")
            return CleanPicture(original, original)
        case "AVIF":
            original = _encode(image, "AVIF", quality=_QUALITY, speed=9)
        case "TIFF":
            original = _encode(image, "TIFF", compression="tiff_adobe_deflate")
        case _:
            original = _encode(image, "PNG")
    png = original if original.extension == ".png" else None
    if opaque is None:
        return CleanPicture(original, png or _encode(image, "PNG"))
    jpeg = _encode(opaque, "JPEG", quality=_QUALITY, subsampling=0)
    # A drawing or a screenshot is smaller as a PNG, and sharper.
    small = png is not None and len(png.content) <= len(jpeg.content)
    return CleanPicture(original, png if png is not None and small else jpeg)


def _write_animation(source: _Source) -> CleanPicture:
    frames = source.frames
    options: dict[str, Any] = {"duration": [frame.info["duration"] for frame in frames]}
    if "loop" in source.info:
        options["loop"] = source.info["loop"]
    see_through = any(frame.getchannel("A").getextrema()[0] != 255 for frame in frames)
    if source.format == "GIF":
        if see_through:
            options["disposal"] = 2  # else what a frame leaves out shows the one before
        else:
            frames = [frame.convert("RGB") for frame in frames]
    else:
        options |= {"quality": _QUALITY, "lossless": _is_lossless_webp(source.data)}
        if profile := _fitting_profile(source.info.get("icc_profile"), "RGB"):
            options["icc_profile"] = profile
    for frame in frames:
        frame.info = {}
    first, *others = frames
    made = _encode(first, source.format, save_all=True, append_images=others, **options)
    return CleanPicture(made, made)


def _is_lossless_webp(data: bytes) -> bool:
    """Whether a WebP was made without loss: its first chunk with pixels says so."""
    return next((name for name, _ in _webp_chunks(data) if name in {"VP8 ", "VP8L"}), "") == "VP8L"


def _webp_chunks(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the chunks of a WebP by name, each with the place where it ends."""
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        # The chunks of a frame follow its head.
        place += 8 + (16 if name == b"ANMF" else size + size % 2)
        yield name.decode("latin-1"), place


def _encode(image: Image.Image, kind: str, **options: Any) -> EncodedImage:
    file = BytesIO()
    if profile := image.info.get("icc_profile"):
        options.setdefault("icc_profile", profile)
    image.save(file, kind, **options)
    mime, extension = _KINDS[kind]
    return EncodedImage(file.getvalue(), mime, extension, *image.size)
