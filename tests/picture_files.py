"""Picture files of every kind, with all that such files carry besides the picture."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms, PngImagePlugin, TiffImagePlugin
from pillow_heif import HeifImagePlugin  # noqa: F401 - Pillow writes HEIC by it

MARK = b"51.5033N-0.1196W"  # stands wherever a file can say something
TEXT = MARK.decode()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
UPRIGHT = {  # the colours of the corners, and what is written there
    frozenset({"top", "left"}): (220, 30, 30),
    frozenset({"top", "right"}): (30, 200, 30),
    frozenset({"bottom", "left"}): (30, 30, 220),
    frozenset({"bottom", "right"}): (230, 230, 30),
}
# What the first row and the first column of the file are in the picture, by EXIF's orientation.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
WIDTH, HEIGHT = 64, 96  # of the upright picture
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF")
NAMES = {"JPEG": "jpg", "HEIF": "heic", "TIFF": "tif"}


def turned(orientation: int = 1) -> Image.Image:
    """The picture of four corners as a camera that was held so stores it."""
    row, column = ORIENTATIONS[orientation]
    size = (WIDTH, HEIGHT) if orientation < 5 else (HEIGHT, WIDTH)
    image = Image.new("RGB", size)
    half_width, half_height = size[0] // 2, size[1] // 2
    for y, side in enumerate((row, OPPOSITE[row])):
        for x, other in enumerate((column, OPPOSITE[column])):
            colour = UPRIGHT[frozenset({side, other})]
            place = (x * half_width, y * half_height)
            image.paste(colour, (*place, place[0] + half_width, place[1] + half_height))
    return image


def is_upright(image: Image.Image) -> bool:
    """Whether a picture of any size has its four colours in their corners."""
    places = {"top": 0.2, "left": 0.2, "bottom": 0.8, "right": 0.8}
    rgb = image.convert("RGB")
    for corner, colour in UPRIGHT.items():
        y = next(places[side] for side in corner if side in {"top", "bottom"})
        x = next(places[side] for side in corner if side in {"left", "right"})
        found = rgb.getpixel((int(image.width * x), int(image.height * y)))
        if any(abs(a - b) > 40 for a, b in zip(found, colour, strict=True)):
            return False
    return image.width < image.height


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.ImageDescription] = TEXT
    found[ExifTags.Base.Artist] = TEXT
    found[ExifTags.Base.Make] = TEXT
    found.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = MARK
    found.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = MARK
    gps = found.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (51.0, 30.0, 12.0)
    gps[ExifTags.GPS.GPSMapDatum] = TEXT
    return found


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>{TEXT}</place></x:xmpmeta>'.encode()


def photograph(kind: str = "JPEG", orientation: int = 1, *, appended: bool = True) -> bytes:
    """A picture file with coordinates, texts, a thumbnail, a colour profile, and more behind it."""
    image, data = turned(orientation), BytesIO()
    # As bytes: pillow-heif turns the picture by these alone.
    facts = exif(orientation).tobytes()
    options: dict[str, Any] = {"icc_profile": PROFILE, "exif": facts, "xmp": XMP}
    if kind == "JPEG":
        image.save(data, kind, quality=95, subsampling=0, comment=MARK, **options)
        made = _with_segments(data.getvalue())
    elif kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", TEXT)
        texts.add_text("Zipped", TEXT * 9, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        image.save(data, kind, pnginfo=texts, icc_profile=PROFILE, exif=options["exif"])
        made = data.getvalue()
    elif kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[274], tags[270], tags[315] = orientation, TEXT, TEXT
        tags[700] = XMP
        tags.tagtype[700] = 1
        image.save(data, kind, tiffinfo=tags, icc_profile=PROFILE)
        made = data.getvalue()
    else:
        image.save(data, kind, quality=95, **options)
        made = data.getvalue()
    assert MARK in made
    return made + (b"PK\x03\x04" + MARK if appended else b"")


def _with_segments(jpeg: bytes) -> bytes:
    """With IPTC, and an application's own data, as Photoshop and some cameras have them."""
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(MARK)) + MARK
    segments = b"".join(
        marker + struct.pack(">H", len(content) + 2) + content
        for marker, content in ((b"\xff\xed", iptc), (b"\xff\xeb", b"HDR\0" + MARK))
    )
    return jpeg[:2] + segments + jpeg[2:]


def name_of(kind: str) -> str:
    return f"Home of Ann {TEXT}.{NAMES.get(kind, kind.lower())}"


def animation(kind: str = "GIF") -> bytes:
    frames = [Image.new("RGB", (40, 30), (40 * i, 20, 200 - 40 * i)) for i in range(5)]
    data = BytesIO()
    options: dict[str, Any] = {"comment": MARK} if kind == "GIF" else {"xmp": XMP}
    times = [100, 200, 300, 50, 70]
    frames[0].save(
        data, kind, save_all=True, append_images=frames[1:], duration=times, loop=0, **options
    )
    return data.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (60, 40), kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    data = BytesIO()
    Image.new(mode, size, 0x7F if len(mode) == 1 else None).save(data, kind)
    return data.getvalue()


def noise(kind: str = "JPEG", size: tuple[int, int] = (200, 150)) -> bytes:
    """A picture that does not get small."""
    data = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(data, kind)
    return data.getvalue()


def deep_grey() -> bytes:
    """A PNG of 16 bits a channel, from black to white."""
    image = Image.new("I;16", (64, 64))
    image.putdata([16 * value for value in range(4096)])
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG whose header claims more pixels than any computer wants."""

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
