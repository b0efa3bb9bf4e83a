"""Media: pictures have an address, nothing else in the folder does."""

import pytest

FILES = {
    "images/boat.webp": "image/webp",
    "images/boat.avif": "image/avif",
    "images/boat.JPG": "image/jpeg",
    "original_images/boat.png": "image/png",
    "original_images/boat.gif": "image/gif",
    "pictures/boat.jpg": "image/jpeg",
}
CLOSED = (
    "documents/paper.png",
    "images/evil.svg",
    "images/evil.html",
    "images/boat.png.html",
    "images/boat.jpg.gz",
    "images/noname",
    "top.png",
)
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in (*FILES, *CLOSED):
        file = settings.MEDIA_ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"<script>alert(1)</script>")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (settings.MEDIA_ROOT / "images" / "folder.png").mkdir()
    return settings.MEDIA_ROOT


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_a_picture_is_served_as_what_its_name_says_and_never_runs(folder, reader, name, kind):
    response = reader.get(f"/media/{name}")
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=31536000"
    assert response["Vary"] == "Accept-Encoding"
    assert b"".join(response.streaming_content) == (folder / name).read_bytes()


def test_the_type_of_a_picture_does_not_depend_on_the_machine(folder, reader, monkeypatch):
    monkeypatch.setattr("mimetypes.guess_type", lambda *arguments, **named: (None, None))
    assert reader.get("/media/images/boat.webp")["Content-Type"] == "image/webp"


def test_an_unchanged_picture_is_not_sent_twice(folder, reader):
    modified = reader.get("/media/images/boat.webp")["Last-Modified"]
    again = reader.get("/media/images/boat.webp", headers={"If-Modified-Since": modified})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        *CLOSED,
        "images/../documents/paper.png",
        "images/%2e%2e/documents/paper.png",
        "images/..%2fdocuments%2fpaper.png",
        "images/../../secret.png",
        "images//../top.png",
        "images/./boat.webp",
        "images//boat.webp",
        "../secret.png",
        "/etc/hostname.png",
        "images/..\\documents\\paper.png",
        "images/folder.png",
        "images/",
        "images/missing.png",
        "images/" + "a" * 300 + ".png",
        "images/" + "é" * 200 + ".png",
    ],
)
def test_nothing_else_has_an_address(folder, site, reader, path):
    response = reader.get(f"/media/{path}")
    assert response.status_code == 404
    assert "max-age=31536000" not in response["Cache-Control"]
