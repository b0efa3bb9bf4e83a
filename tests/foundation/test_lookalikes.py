"""Names that look alike, and names that do not."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pennypress.foundation.lookalikes import KnownNames, skeletons

pytestmark = pytest.mark.once

# Ordinary names of many scripts, each of another person. None looks like another.
NAMES = """
    Anna Weber|Ana Weber|Hanna Weber|Ada Lovelace|Jan Novák|Ivan Novak|Ilya Fisher|Marta Silva
    Müller|Miller|Möller Straße|Seán Ó Briain|Zoë Kravitz|Þóra Jónsdóttir|Øyvind Sæther
    Nguyễn Văn An|Trần Thị Bình|Łukasz Żak|Şule Çelik|İpek Işık|O'Neil|Oneida
    Анна Петрова|Алексей Иванов|Андрій Шевченко|Ђорђе Ћосић|Ҷамшед Қурбон
    Γιώργος Παπαδόπουλος|Ελένη Νικολάου|Νίκος Βένος
    李小龍|李小明|王小明|佐藤一郎|佐藤二郎|さとう はなこ|サトウ ハナコ|サトウ バナコ|大野|小野
    김민준|김민서|이서연|محمد علي|محمود علي|فاطمة الزهراء|نرگس محمدی|דוד לוי|דינה לוי
    राम कुमार|रमा कुमार|रीमा कुमारी|அருண்|ஆருண்|రాము|রহিম|ਗੁਰਪ੍ਰੀਤ|สมชาย|สมหญิง
    Արամ Խաչատրյան|Արմեն Սարգսյան|გიორგი|ნინო|አበበ ቢቂላ|ሰላም|ᏣᎳᎩ|ᓄᓇᕗᑦ
"""
PEOPLE = [name.strip() for line in NAMES.split("\n") for name in line.split("|") if name.strip()]

HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u00ad\ufe0f\ufe00\u180e\u034f\U000e0061"
FRAMES = " .-_·'\u2019!*()[]★♥—\u00a0\u3000"

names = st.sampled_from(PEOPLE)


def alike(one: str, other: str) -> bool:
    return bool(skeletons(one) & skeletons(other))


@pytest.mark.parametrize("name", PEOPLE)
def test_ordinary_names_are_not_taken_for_each_other(name):
    assert [other for other in PEOPLE if other != name and alike(name, other)] == []
    assert KnownNames(other for other in PEOPLE if other != name).find(name) == ""
    assert KnownNames(PEOPLE).find(name) == name


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Anna Weber", ["Аnnа Wеbеr", "ΑNNΑ WEBER", "⒜nna Weber", "Anna — Weber",
                        "𝐀𝐧𝐧𝐚 𝓦𝓮𝓫𝓮𝓻", "Ａｎｎａ　Ｗｅｂｅｒ", "Anna VVeber",
                        "Ꭺnna Weber", "ᴀɴɴᴀ ᴡᴇʙᴇʀ", "🅐🅝🅝🅐 Weber", "🄰nna Weber", "Änna Wéber",
                        "A\u0335nna Weber", "ⓐⓝⓝⓐ ⓦⓔⓑⓔⓡ", "AnnaWeber", "A.n.n.a W-e-b-e-r"]),
        ("Ilya Fisher", ["llya Fisher", "IIya Fisher", "I|ya Fisher", "1lya Fisher", "ⅼlya Fisher"]
         ),
        ("Marta Romm", ["Marta Rornrn", "МАРТА".translate({1056: "R", 1055: "P"}) + " Romm"]),
        ("Carl Otto", ["Ϲarl 0tt0", "ⲤARL ΟΤΤΟ", "Сагl Otto".replace("г", "r")]),
        ("Анна Петрова", ["Aннa Пeтpoвa", "АННА ПЕТРОВА", "Анна\u200dПетрова"]),
        ("Γιώργος", ["Γιωργος", "ΓΙΩΡΓΟΣ"]),
        ("محمد علي", ["محمد\u200f علي", "مُحَمَّد عَلِي", "محمد علی"]),
        ("דוד לוי", ["דָּוִד לֵוִי", "דוד\u200eלוי"]),
        ("李小龍", ["李⼩龍", "李 小 龍"]),
        ("佐藤一郎", ["佐藤\u200b一郎"]),
        ("김민준", ["김 민 준", unicodedata.normalize("NFD", "김민준")]),
    ],
)  # fmt: skip
def test_names_that_imitate_are_found(name, others):
    known = KnownNames([name, "Somebody Else"])
    for other in others:
        assert alike(name, other), other
        assert known.find(other) == name, other


@given(names, st.lists(st.tuples(st.integers(0, 40), st.sampled_from(HIDDEN + FRAMES)), max_size=9))
def test_what_is_put_between_makes_no_difference(name, inserted):
    changed = name
    for place, what in inserted:
        changed = (
            changed[: place % (len(changed) + 1)] + what + changed[place % (len(changed) + 1) :]
        )
    assert alike(name, changed)
    assert KnownNames([name]).find(changed) == name


@given(names)
def test_case_width_and_form_make_no_difference(name):
    for changed in (
        name.upper(), name.lower(), name.title(), name.swapcase(),
        *(unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")),
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    ):  # fmt: skip
        assert alike(name, changed), changed


@settings(max_examples=400)
@given(st.text(max_size=30))
def test_a_skeleton_is_its_own_skeleton(name):
    for skeleton in skeletons(name):
        assert skeleton in skeletons(skeleton)
        assert skeleton.strip()


def test_every_character_comes_to_rest():
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in {"Cn", "Co", "Cs"}:
            continue
        for skeleton in skeletons(chr(code)):
            assert skeletons(skeleton) == {skeleton}, hex(code)


@given(st.text(max_size=30), st.text(max_size=30))
def test_looking_alike_is_mutual_and_found(one, other):
    assert alike(one, other) == alike(other, one)
    assert alike(one, one) == bool(skeletons(one))
    assert bool(KnownNames([one]).find(other)) >= alike(one, other)


@pytest.mark.parametrize("name", ["", " ", "★", "—", "\u200d", "\u0301", "✓✓", "😀"])
def test_what_has_no_letters_looks_like_nobody(name):
    assert skeletons(name) == frozenset()
    assert KnownNames([name]).find(name) == ""


def test_capitals_of_a_known_name_are_imitated_too():
    known = KnownNames(["Ilya Fisher"], words=["Admin"])
    for name in ("lLYA FlSHER", "ILYA F1SHER", "|LYA F|SHER", "ilya fisher"):
        assert known.find(name) == "Ilya Fisher", name
    assert known.find("ADM1N") == known.find("ADMlN") == "Admin"


def test_a_whole_name_is_found_within_a_longer_one_and_a_single_word_is_not():
    known = KnownNames(["Anna Weber", "Ada"], words=["Newsroom"])
    for name in (
        "The real Anna Weber",
        "Anna Weber, reporter",
        "Dr. A n n a Weber",
        "~Anna_Weber~",
    ):
        assert known.find(name) == "Anna Weber", name
    for name in ("Newsroom", "Ada Lovelace (Newsroom)", "[news-room] Bo", "ΝEWSRΟΟM"):
        assert known.find(name) == "Newsroom", name
    assert known.find("Ada") == "Ada"
    for name in ("Ada Lovelace", "Joanna Weberich", "Anna", "Weber Anna", "Newsrooms", "Adam"):
        assert known.find(name) == "", name


def test_long_names_cost_little():
    import time

    known = KnownNames([f"Somebody Number {n}" for n in range(2_000)], words=["Newsroom"])
    for name in ("ab " * 27, "Жж " * 27, "\u0301" * 80, "ﷺ" * 80, "ﷺ " * 40, "w" * 80):
        began = time.perf_counter()
        known.find(name)
        assert time.perf_counter() - began < 0.05, name
