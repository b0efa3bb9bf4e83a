"""Cleaning picture files: only the pixels and the colour profile stay, upright."""

from io import BytesIO

import pytest
from PIL import Image

from pennypress.foundation.images import (
    BadImage,
    CleanPicture,
    Fault,
    clean_picture,
    take_bare_webp,
)
from tests.picture_files import (
    FORMATS,
    MARK,
    ORIENTATIONS,
    PROFILE,
    animation,
    bomb,
    deep_grey,
    is_upright,
    noise,
    photograph,
    plain,
)

pytestmark = pytest.mark.once

READ_AS = {"HEIF": "JPEG"}


def clean(data: bytes, **limits: int) -> CleanPicture:
    return clean_picture(BytesIO(data), **limits)


def fault_of(data: bytes, **limits: int) -> Fault | None:
    try:
        clean(data, **limits)
    except BadImage as error:
        assert str(error)
        return error.fault
    return None


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_picture_stands_upright_however_the_camera_was_held(kind, orientation):
    made = clean(photograph(kind, orientation))
    for encoded in (made.original, made.full_size):
        image = opened(encoded.content)
        assert is_upright(image)
        assert image.size == (encoded.width, encoded.height)
        assert image.getexif().get(274) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_is_left_of_what_a_file_says_besides_its_pixels(kind):
    made = clean(photograph(kind))
    for encoded in (made.original, made.full_size):
        assert MARK not in encoded.content
        image = opened(encoded.content)
        assert dict(image.getexif().get_ifd(0x8825)) == {}
        words = {"exif", "xmp", "comment", "photoshop", "Comment", "Zipped", "XML:com.adobe.xmp"}
        assert not words & image.info.keys()
        assert image.info.get("icc_profile") == PROFILE
    assert opened(made.original.content).format == READ_AS.get(kind, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_cut_off_is_refused(kind):
    whole = noise(kind)
    assert fault_of(whole) is None
    for share in (0.3, 0.6, 0.95):
        assert fault_of(whole[: int(len(whole) * share)]) == Fault.DAMAGED


def test_an_animation_that_was_cut_off_between_two_frames_is_refused():
    whole = animation()
    assert {fault_of(whole[:end]) for end in range(20, len(whole), 3)} == {Fault.DAMAGED}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"%PDF-1.7\n",
        b"MZ" + bytes(300),
        plain(kind="BMP"),
        plain(kind="ICO"),
    ],
)
def test_what_is_no_picture_is_refused(data):
    assert fault_of(data) == Fault.NO_PICTURE


def test_too_many_bytes_are_refused_before_anything_is_read():
    assert fault_of(bytes(1001), most_bytes=1000) == Fault.TOO_MANY_BYTES
    assert fault_of(noise(), most_bytes=1000) == Fault.TOO_MANY_BYTES


def test_too_many_pixels_are_refused_before_they_are_read():
    assert fault_of(bomb()) == Fault.TOO_MANY_PIXELS
    assert fault_of(bomb(9000, 9000)) == Fault.TOO_MANY_PIXELS
    assert fault_of(bomb(100_000, 10)) == Fault.TOO_LONG
    assert fault_of(plain(size=(60, 40)), most_pixels=2399) == Fault.TOO_MANY_PIXELS
    assert fault_of(plain(size=(60, 40)), most_pixels=2400) is None


def test_the_pixels_of_an_animation_count_together():
    assert fault_of(animation(), most_pixels=5 * 1200) is None
    assert fault_of(animation(), most_pixels=5 * 1200 - 1) == Fault.TOO_MANY_PIXELS


def test_the_message_says_what_is_wrong_and_what_would_be_right():
    with pytest.raises(BadImage, match=r"has 81 million pixels, and 80 million is the most"):
        clean(bomb(9000, 9000))
    with pytest.raises(BadImage, match="is the most"):
        clean(noise(), most_bytes=1000)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_goes_on_moving(kind):
    made = clean(animation(kind))
    assert MARK not in made.full_size.content
    image = opened(made.full_size.content)
    assert image.format == kind
    assert image.n_frames == 5
    assert image.info["loop"] == 0
    image.seek(3)
    red, _, blue = image.convert("RGB").getpixel((9, 9))
    assert abs(red - 120) < 20
    assert abs(blue - 80) < 20
    assert image.info["duration"] in {50, 300}  # WebP tells a frame's time when the next is read


def test_what_shines_through_in_an_animation_still_does():
    frames = [Image.new("RGBA", (20, 20), (250, 0, 0, 0)) for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste((0, 0, 250, 255), (number * 5, 0, number * 5 + 5, 20))
    data = BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], disposal=2)
    image = opened(clean(data.getvalue()).full_size.content)
    image.seek(2)
    shown = image.convert("RGBA")
    assert shown.getpixel((2, 5))[3] == 0
    assert shown.getpixel((12, 5))[3] == 255


def test_grey_of_16_bits_keeps_its_shades():
    made = clean(deep_grey())
    image = opened(made.original.content)
    assert (image.mode, image.getextrema()) == ("L", (0, 255))
    assert abs(image.getpixel((32, 32)) - 129) <= 2


def test_inks_become_light():
    data = BytesIO()
    Image.new("CMYK", (40, 30), (0, 255, 255, 0)).save(data, "JPEG")
    made = clean(data.getvalue())
    image = opened(made.full_size.content)
    assert image.mode == "RGB"
    red, green, blue = image.getpixel((5, 5))
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "F", "I"])
def test_every_way_to_store_pixels_can_be_taken(mode):
    data = BytesIO()
    Image.linear_gradient("L").convert(mode).save(data, "TIFF" if mode in "FI" else "PNG")
    made = clean(data.getvalue())
    assert opened(made.original.content).mode in {"L", "LA", "P", "RGB", "RGBA"}


def sampling(data: bytes) -> int:
    from PIL import JpegImagePlugin

    return JpegImagePlugin.get_sampling(Image.open(BytesIO(data)))


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (2, 2)])
def test_a_jpeg_with_all_its_colours_keeps_them(asked, kept):
    data = BytesIO()
    Image.new("RGB", (64, 64), "red").save(data, "JPEG", subsampling=asked)
    assert sampling(clean(data.getvalue()).original.content) == kept


def test_readers_get_formats_that_every_browser_shows():
    see_through = BytesIO()
    Image.new("RGBA", (60, 40), (9, 9, 9, 90)).save(see_through, "AVIF")
    cases = {
        "image/jpeg": [noise("JPEG"), noise("PNG"), noise("TIFF"), noise("AVIF"), noise("HEIF")],
        "image/png": [plain("RGBA"), plain("LA"), see_through.getvalue(), plain("RGB")],
        "image/gif": [animation(), plain("L", kind="GIF")],
        "image/webp": [noise("WEBP"), animation("WEBP")],
    }
    for kind, files in cases.items():
        for data in files:
            made = clean(data).full_size
            assert made.type == kind
            assert Image.MIME[opened(made.content).format] == kind


def test_a_profile_for_other_colours_goes():
    data = BytesIO()
    Image.new("L", (40, 30)).save(data, "JPEG", icc_profile=PROFILE)
    assert "icc_profile" not in opened(clean(data.getvalue()).original.content).info
    data = BytesIO()
    Image.new("RGB", (40, 30)).save(data, "JPEG", icc_profile=PROFILE + MARK)
    found = clean(data.getvalue()).original.content
    assert MARK not in found
    assert opened(found).info["icc_profile"] == PROFILE


def test_a_webp_of_our_own_is_taken_as_it_is_and_no_other():
    bare = plain(kind="WEBP")
    assert take_bare_webp(bare).full_size.content == bare
    for data in (photograph("WEBP"), bare + MARK, bare[:-4], plain(), b"", animation("WEBP")):
        with pytest.raises(BadImage):
            take_bare_webp(data)
