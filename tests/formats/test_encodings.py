"""A file's bytes become text in the encoding that they are in; what is unsure is said."""

import pytest

from pennypress.formats.encodings import decode
from pennypress.formats.items import ArrivalRefused

pytestmark = pytest.mark.once

GERMAN = "Die Brücke über den Fluss trägt „schwere“ Wagen – seit fünfzig Jahren."
RUSSIAN = "Мост через реку держит тяжёлые вагоны уже пятьдесят лет, и никто не жаловался."
JAPANESE = "川にかかる橋は五十年のあいだ重い車を支えてきました。誰も文句を言いませんでした。"


def page(encoding: str, text: str) -> bytes:
    return f'<html><head><meta charset="{encoding}"></head><p>{text}</p>'.encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", GERMAN),
        ("windows-1252", GERMAN),
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("gb18030", "这座桥五十年来一直承载着沉重的车辆。"),
    ],
)
def test_what_a_page_declares_is_believed(encoding, text):
    decoded = decode(page(encoding, text), "page")
    assert text in decoded.text
    assert decoded.doubt is None


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", GERMAN), ("cp1251", RUSSIAN), ("shift_jis", JAPANESE)]
)
def test_what_is_not_declared_is_found_and_doubted(encoding, text):
    decoded = decode(f"<p>{text}</p>".encode(encoding) * 3, "page")
    assert text in decoded.text
    assert "no encoding is declared" in decoded.doubt


def test_one_bad_byte_refuses_nothing():
    decoded = decode(GERMAN.encode() + b"\xff" + GERMAN.encode(), "page")
    assert decoded.text.count(GERMAN) == 2
    assert "1 bytes" in decoded.doubt


def test_utf8_wins_over_a_wrong_declaration():
    data = f'<meta charset="iso-8859-1"><p>{GERMAN}'.encode()
    assert GERMAN in decode(data, "page").text


def test_marks_and_wide_characters_are_known():
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        data = f"<html><p>{GERMAN}</p></html>".encode(encoding)
        assert decode(data, "page").text == f"<html><p>{GERMAN}</p></html>"


def test_an_encoding_that_is_given_is_taken():
    data = GERMAN.encode("cp1252")
    assert decode(data, "page", encoding="windows-1252").text == GERMAN
    with pytest.raises(ArrivalRefused, match="no encoding"):
        decode(data, "page", encoding="klingon")


@pytest.mark.parametrize("data", [b"", b" \n", bytes(range(32)) * 100])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(ArrivalRefused):
        decode(data, "page")
