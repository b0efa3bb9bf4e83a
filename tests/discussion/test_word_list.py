"""The word list finds words in every script, and only whole ones where words have ends."""

import pytest

from pennypress.discussion.word_list import compile_word_list, find_flagged

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("idiot", "What an IDIOT!"),
        ("idiot*", "Idioten"),
        ("crétin", "cretin"),
        ("casino  bonus", "a casino\nbonus"),
        ("idiot", "idi\u200bot"),
        ("傻瓜", "你这个傻瓜吗"),
        ("ばか", "君はばかだ"),
        ("バカ", "お前はﾊﾞｶだ"),
        ("ควาย", "ไอ้ควายเอ๊ย"),
        ("ຄວາຍ", "ໂອ້ຄວາຍເອີຍ"),
        ("ល្ងង់", "មនុស្សល្ងង់ណាស់"),
        ("ငတုံး", "သူငတုံးပဲ"),
        ("傻瓜", "傻\u200b瓜"),
        ("spam傻瓜", "你spam傻瓜吗"[1:]),
        ("मूर्ख", "तू मूर्ख है।"),
        ("मूर्ख", "मूर्ख।"),
        ("मूर्ख*", "मूर्खता"),
        ("바보*", "너 바보야"),
        ("дурак", "Ты ДУРАК"),
        ("حمار", "يا حِمار!"),
        ("# remark\n\nidiot", "idiot"),
    ],
)
def test_a_listed_word_is_found(listed, text):
    assert find_flagged(compile_word_list(listed), None, text)


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("idiot", "idiotic"),
        ("idiot", "videot"),
        ("मूर्ख", "मूर्खता"),
        ("क", "की"),
        ("ばか", "はかる"),  # the voicing makes another word of it
        ("ไก", "ไม่"),
        ("# idiot", "# idiot"),
        ("\n \u200b\n", "anything"),
    ],
)
def test_another_word_is_not(listed, text):
    assert find_flagged(compile_word_list(listed), text) == ""
