"""Captured pages made up by Hypothesis, each with the truth that it was written from.

A page is drawn as a `Truth` (what it says) and a `Form` (how a web archive would print it), and
written as text. What cannot be told from the text alone is named in the truth's `doubts`.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import strategies as st


@dataclass(frozen=True)
class Words:
    """A language's own words for a page."""

    headlines: tuple[str, ...]
    sentences: tuple[str, ...]
    appeals: tuple[str, ...]
    marks: tuple[str, ...]
    names: tuple[str, ...]
    remarks: tuple[str, ...]


WORDS = {
    "en": Words(
        ("Harbour Ferry Returns After Nine Years", "“Enough Rain for Two Summers”", "Storm"),
        (
            "The first ferry left the north pier at six in the morning, with forty people aboard.",
            "“We counted the planks ourselves,” said the carpenter who rebuilt the landing stage.",
            "The council had promised a bridge; what it built instead was a waiting room.",
            "On 3 May the inspectors found nothing to complain of, according to Northern Wire.",
        ),
        ("Do you read us often? Help us stay independent.", "Three coffees keep this page alive!"),
        ("Open the picture in full size", "Enlarge the photograph", "Tap to view it larger"),
        ("Marigold Pryce", "old_salt_77", "The Quiet Ferryman", "Ask me tomorrow", "J. R. Tolland"),
        ("I rode it yesterday and it was on time", "Finally!", "My aunt paid 5 $ for this."),
    ),
    "de": Words(
        ("Moorbahn fährt wieder bis zum See", "„Das war kein Zufall“", "Sturmwarnung"),
        (
            "Am Donnerstag rollte der erste Zug seit elf Jahren über die Brücke am Moorsee.",
            "„Wir haben jede Schwelle einzeln geprüft“, sagte die Leiterin der Werkstatt.",
            "Der Kreis zahlt 1.250 € im Jahr; den Rest tragen die Anwohner.",
            "8. November: An diesem Tag soll der Fahrplan für den Winter vorliegen.",
        ),
        ("Gefällt Ihnen, was Sie lesen? Dann helfen Sie mit.", "Ohne Sie geht es nicht!"),
        ("Bild in voller Größe ansehen", "Zum Vergrößern hier klicken"),
        ("Moorfrosch", "Käthe Lindenblatt", "Jeder hat eine Meinung", "Ötzi"),
        ("Na endlich, das hat ja gedauert", "Wer zahlt das eigentlich?", "Stimmt nicht ganz."),
    ),
    "fr": Words(
        ("Le marché couvert rouvre ses portes", "« Nous n’avons rien oublié »"),
        (
            "Le marché a rouvert samedi, avec trente étals de plus qu’avant les travaux.",
            "« On nous avait dit deux ans, il en a fallu cinq », raconte une fleuriste.",
            "La mairie assure que les loyers resteront à 12,50 € le mètre.",
            "– Et la pluie ? demande un client devant la verrière neuve.",
        ),
        ("Cet article vous a plu ? Soutenez-nous !", "Lisez, aimez, donnez."),
        ("Cliquez pour voir l’image en taille réelle", "Agrandir la photo"),
        ("Perrine L’Hermite", "chat perché", "À quoi bon", "Émile"),
        ("Enfin une bonne nouvelle", "Et le parking ?", "C’est trop cher pour nous."),
    ),
    "ru": Words(
        ("Старая пристань снова открыта", "«Ждали девять лет»", "Наводнение"),
        (
            "В среду утром первый катер вышел от старой пристани с сорока пассажирами.",
            "«Мы сами считали доски», — рассказала смотрительница маяка.",
            "На ремонт ушло 1 250 000 ₽, говорится в отчёте порта.",
        ),
        ("Нравится то, что мы пишем? Поддержите нас!", "Без вас не будет и нас."),
        ("Открыть изображение в полном размере", "Нажмите, чтобы увеличить снимок"),
        ("Пётр Лодочник", "тихая_гавань", "Никто не спрашивал", "Ёлка"),
        ("Наконец-то дождались", "А сколько стоит билет?", "Не верю."),
    ),
    "el": Words(
        ("Το παλιό καράβι επιστρέφει στο λιμάνι", "«Δεν ξεχάσαμε τίποτα»"),
        (
            "Το πρώτο δρομολόγιο έφυγε το πρωί της Τρίτης με σαράντα επιβάτες.",
            "«Μετρήσαμε μόνοι μας τα σανίδια», είπε ο μάστορας του μόλου.",
            "Ο δήμος πλήρωσε 2.400,00 € για τα φώτα του μόλου.",
        ),
        ("Σας αρέσει ό,τι διαβάζετε; Βοηθήστε μας!", "Χωρίς εσάς δεν υπάρχουμε."),
        ("Δείτε τη φωτογραφία σε πλήρες μέγεθος", "Κάντε κλικ για μεγέθυνση"),
        ("Νίκος ο βαρκάρης", "θάλασσα", "Ελένη Π."),
        ("Επιτέλους μια καλή είδηση", "Πόσο κάνει το εισιτήριο;", "Δεν το πιστεύω."),
    ),
    "ar": Words(
        ("العبّارة القديمة تعود إلى الميناء", "«لم ننسَ شيئا»"),
        (
            "غادرت العبّارة الأولى الرصيف الشمالي صباح الثلاثاء وعلى متنها أربعون راكبا.",
            "«عددنا الألواح بأنفسنا»، قال النجار الذي أعاد بناء الرصيف.",
            "وهل يكفي ذلك قبل الشتاء؟",
        ),
        ("هل أعجبك ما تقرأ؟ ساعدنا على الاستمرار!", "لا نعيش إلا بكم."),
        ("اضغط لعرض الصورة بالحجم الكامل", "تكبير الصورة"),
        ("سلمى البحري", "ابن الميناء", "لا أحد يسأل"),
        ("أخيرا خبر سار", "كم ثمن التذكرة؟", "لا أصدق ذلك."),
    ),
    "he": Words(
        ("המעבורת הישנה חוזרת לנמל", "״לא שכחנו דבר״"),
        (
            "המעבורת הראשונה יצאה מהרציף הצפוני ביום שלישי בבוקר ועליה ארבעים נוסעים.",
            "״ספרנו את הקרשים בעצמנו״, אמר הנגר שבנה את הרציף מחדש.",
        ),
        ("אוהבים את מה שאתם קוראים? עזרו לנו!", "בלעדיכם אין אותנו."),
        ("לחצו לצפייה בתמונה בגודל מלא", "הגדלת התמונה"),
        ("נעמה חוף", "דייג זקן", "אף אחד לא שאל"),
        ("סוף סוף בשורה טובה", "כמה עולה כרטיס?", "אני לא מאמין."),
    ),
    "tr": Words(
        ("Eski vapur limana dönüyor", "“Hiçbir şeyi unutmadık”"),
        (
            "İlk vapur salı sabahı kuzey iskelesinden kırk yolcuyla ayrıldı.",
            "“Tahtaları kendimiz saydık” diyor iskeleyi yeniden yapan usta.",
            "Belediye ışıklar için 2.400 TL ödedi.",
        ),
        ("Okuduğunuzu beğendiniz mi? Bize destek olun!", "Sizsiz olmaz."),
        ("Resmi tam boyutta görmek için tıklayın", "Fotoğrafı büyüt"),
        ("İskeleci Şükrü", "martı", "Kimse sormadı ki", "Iğdırlı"),
        ("Nihayet güzel bir haber", "Bilet ne kadar?", "İnanmıyorum."),
    ),
    "ja": Words(
        ("渡し船、九年ぶりに再開", "「何も忘れていない」", "嵐"),
        (
            "火曜日の朝、四十人を乗せた最初の船が北の桟橋を出た。",
            "「板は自分たちで数えた」と、桟橋を建て直した大工は語る。",
            "町は照明に二百四十万円を支払った。",
        ),
        ("この記事はいかがでしたか。ご支援をお願いします！", "皆様の支えで続いています。"),
        ("クリックすると拡大画像が表示されます", "写真を拡大する"),
        ("港の猫", "佐藤 みなと", "だれも聞いていない"),
        ("やっと良い知らせ", "切符はいくらですか？", "信じられません。"),
    ),
}

# One for all levels, or where a level is wide enough one for each, as a terminal's browser has it
BULLETS = (
    *[(mark,) for mark in ("•", "*", "-", "–", "o", "+", "◦", "1.", "1)")],
    ("•", "□", "☆", "○", "■"),
    ("*", "+", "o", "◦", "▪"),
)
# (symbol, written before the number?, space between)
CURRENCIES = st.tuples(
    st.sampled_from(["$", "€", "£", "kr", "USD", "₽", "₪", "¥", "zł", "CHF", "R$", "₹"]),
    st.booleans(),
    st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"]),
)
# (mark of thousands, mark of decimals)
NUMBERS = st.sampled_from(
    [
        (",", "."),
        (".", ","),
        (" ", ","),
        ("\N{NO-BREAK SPACE}", ","),
        ("'", "."),
        ("’", "."),
        ("", "."),
    ]
)
CHARACTERS = st.characters(
    codec="utf-8", categories=["Ll", "Lu", "Lo", "Lm", "Nd", "Pd", "Po", "Ps", "Sm", "So", "Mn"]
)


@dataclass(frozen=True)
class TrueComment:
    """A comment as its writer left it; `parent` is its parent's position."""

    depth: int
    parent: int | None
    author: str | None
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return "\n\n".join("\n".join(lines) for lines in self.paragraphs)


@dataclass(frozen=True)
class TrueMeter:
    scale: tuple[Decimal, ...]
    raised: Decimal
    symbol: str


@dataclass
class Truth:
    """What a captured page says; `doubts` are those that its text must raise, by their `what`,
    and `may_doubt` those that it may raise besides: of names like sentences, texts like names.
    """

    headline: str
    paragraphs: tuple[str, ...]
    appeal: str | None = None
    meter: TrueMeter | None = None
    image: bool = False
    comments: list[TrueComment] = field(default_factory=list)
    cut_off: bool = False
    doubts: set[str] = field(default_factory=set)
    may_doubt: set[str] = field(default_factory=lambda: {"name", "comment"})


@dataclass(frozen=True)
class Capture:
    text: str
    truth: Truth


def is_bulleted(text: str) -> bool:
    """Say whether the text begins as an entry of a list may."""
    first = text.split(" ", 1)[0]
    return (first,) in BULLETS or first.rstrip(".)").isdecimal()


def is_sentence(text: str) -> bool:
    """Say whether the text ends as a sentence does (in these pages' languages)."""
    return text.rstrip("\"'”“’»«)]」״").endswith((".", "!", "?", "…", "。", "！", "？", "؟", ";"))


@st.composite
def names(draw: st.DrawFn, words: Words) -> str:
    """A name: one of the language's, or any characters at all."""
    if draw(st.integers(0, 3)):
        return draw(st.sampled_from(words.names))
    made = draw(st.text(CHARACTERS, min_size=1, max_size=24))
    made = " ".join(unicodedata.normalize("NFC", made).split())
    return made or "n"


@st.composite
def paragraphs(draw: st.DrawFn, sentences: tuple[str, ...]) -> str:
    """A paragraph of one to four sentences, perhaps with characters of any script in it."""
    chosen = draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=4))
    noise = draw(st.text(CHARACTERS, max_size=8))
    return unicodedata.normalize("NFC", f" {noise} ".join(chosen))


@st.composite
def meters(draw: st.DrawFn) -> tuple[str, TrueMeter | None, set[str]]:
    """A meter's lines, its truth, and doubts: of sums to give, or of a sum raised that is hidden.

    The sum raised is below the goal, at it, or above it, where it shows as such only after an
    even scale of three or more or a blank line.
    """
    symbol, before, space = draw(CURRENCIES)
    group, mark = draw(NUMBERS)
    cents = draw(st.sampled_from([0, 0, 2]))

    def write(number: Decimal) -> str:
        whole, _, fraction = f"{number:,.{cents}f}".partition(".")
        written = whole.replace(",", group) + (mark + fraction if fraction else "")
        return f"{symbol}{space}{written}" if before else f"{written}{space}{symbol}"

    step = Decimal(draw(st.integers(1, 400_000)))
    count = draw(st.integers(2, 6))
    scale = tuple(step * index for index in range(count))
    if draw(st.integers(0, 7)) == 0:  # sums to give
        lines = [write(number) for number in scale[1:]]
        return "\n".join(lines), None, {"meter"}
    above = draw(st.booleans())
    if above:
        raised = scale[-1] + step * draw(st.sampled_from([1, 2, 3]))
    else:
        raised = draw(st.integers(0, int(scale[-1]))) + Decimal(0)
    if cents:
        raised += Decimal(draw(st.sampled_from(["0", "0.50", "0.05"])))
    apart = draw(st.booleans())
    lines = [write(number) for number in scale]
    text = "\n".join([*lines, *([""] if apart else []), write(raised)])
    overshoot = raised - scale[-1]
    if not apart and overshoot > 0 and (count < 3 or abs(overshoot - step) <= 1):
        return text, None, {"meter"}
    return text, TrueMeter(scale, raised, symbol), set()


@st.composite
def comment_texts(
    draw: st.DrawFn, words: Words, bullets: tuple[str, ...], named: bool
) -> tuple[tuple[str, ...], ...]:
    """Paragraphs of lines, some like entries of another list than the discussion's, or like sums.

    A comment that names nobody is one block, or begins with a paragraph too long for a name. None
    begins a paragraph with the discussion's own bullet: nothing tells that from a reply.
    """
    sentences = tuple(it for it in words.sentences if not it.startswith(f"{bullets[0]} "))
    others = [mark for mark in ("-", "*", "+", "2.") if mark[-1] != bullets[0][-1]]
    other = draw(st.sampled_from(others)) if len(bullets) == 1 else "A"
    lines = st.one_of(
        paragraphs(sentences),
        st.sampled_from(words.remarks),
        st.sampled_from((f"{other} one", f"{other} two things", "5 $", "0 $", "1.000 €")),
    )
    blocks = draw(st.lists(st.lists(lines, min_size=1, max_size=3), min_size=1, max_size=3))
    if not named:
        blocks = blocks[: draw(st.integers(1, 2))]
        blocks[0][0] = " ".join([*sentences[:2], draw(paragraphs(sentences))])
    return tuple(tuple(block) for block in blocks)


@st.composite
def discussions(draw: st.DrawFn, words: Words, bullets: tuple[str, ...]) -> list[TrueComment]:
    """Comments in reading order, with replies up to five levels deep."""
    comments: list[TrueComment] = []
    branch: list[int] = []
    for position in range(draw(st.integers(1, 9))):
        depth = draw(st.integers(1, min(len(branch) + 1, 5)))
        del branch[depth - 1 :]
        author = draw(names(words)) if draw(st.integers(0, 4)) else None
        text = draw(comment_texts(words, bullets, author is not None))
        comments.append(TrueComment(depth, branch[-1] if branch else None, author, text))
        branch.append(position)
    return comments


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    """A captured page, with or without each of its parts, and its truth."""
    words = WORDS[draw(st.sampled_from(sorted(WORDS)))]
    others = WORDS[draw(st.sampled_from(sorted(WORDS)))]  # readers write in other languages too
    headline = draw(st.sampled_from(words.headlines))
    story = draw(st.lists(paragraphs(words.sentences), min_size=1, max_size=6))
    truth = Truth(headline, tuple(story))
    parts: list[str] = []
    if draw(st.booleans()):
        figures, truth.meter, doubts = draw(meters())
        truth.doubts |= doubts
        parts.append(figures + "\n\n")
    if draw(st.booleans()):
        parts.append(headline + "\n\n" + "\n" * draw(st.integers(0, 1)))
    parts.append(headline + "\n\n")
    if draw(st.booleans()):
        truth.image = True
        truth.doubts.add("image")
        parts.append(draw(st.sampled_from(words.marks)) + "\n\n")
    parts.append("\n\n".join(story) + "\n")
    gap = draw(st.integers(1, 3))
    if draw(st.booleans()):
        truth.appeal = draw(st.sampled_from(words.appeals))
        parts.append("\n" * draw(st.integers(2, 4)) + truth.appeal + "\n")
    if draw(st.integers(0, 3)):
        bullets = draw(st.sampled_from(BULLETS))
        truth.comments = draw(discussions(others, bullets))
        if not any(comment.author for comment in truth.comments):
            truth.doubts.add("discussion")
            gap = max(gap, 2)
        parts.append("\n" * gap + write_discussion(draw, truth, bullets))
        if any(is_bulleted(text) for text in story):
            truth.may_doubt.add("discussion")
        if any(comment.author for comment in truth.comments) and draw(st.integers(0, 5)) == 0:
            truth.doubts.add("discussion")
            parts.append("\n\nNorthern Wire\nAll rights kept.\n")
            return Capture("".join(parts), truth)
    text = write_file(draw, "".join(parts), truth)
    return Capture(text, truth)


def write_discussion(draw: st.DrawFn, truth: Truth, bullets: tuple[str, ...]) -> str:
    """Print the comments as a nested list, each with its paragraphs indented under its bullet.

    Now and then a thread slips by a column, and nothing can be told from columns any more.
    """
    steps, starts = [2, 4, 5] if len(bullets) == 1 else [4, 5], [1, 2, 3, 5]
    prose = any(is_bulleted(text) for text in truth.paragraphs)
    if not prose and all(comment.author for comment in truth.comments if comment.depth == 1):
        starts.append(0)
    start, step = draw(st.sampled_from(starts)), draw(st.sampled_from(steps))
    gap = "\n" * draw(st.integers(1, 2))
    threads = [at for at, comment in enumerate(truth.comments) if at and comment.depth == 1]
    slip = draw(st.sampled_from(threads)) if threads and draw(st.integers(0, 9)) == 0 else None
    numbers: list[int] = []
    pieces: list[str] = []
    for position, comment in enumerate(truth.comments):
        del numbers[comment.depth :]
        numbers += [0] * (comment.depth - len(numbers))
        numbers[-1] += 1
        mark = bullets[(comment.depth - 1) % len(bullets)].replace("1", str(numbers[-1]))
        column = start + step * (comment.depth - 1) + (position == slip)
        blocks = [list(lines) for lines in comment.paragraphs]
        if comment.author is not None:
            blocks.insert(0, [comment.author])
        elif len(blocks) > 1 and len(blocks[0]) == 1:
            truth.doubts.add("name")  # the first line is alone, as a name is
        indent = "\n" + " " * (column + 2)
        body = (gap + indent).join(indent.join(block) for block in blocks)
        pieces.append(" " * column + f"{mark} {body}\n")
    if slip is not None:
        truth.doubts.add("nesting")
        truth.comments = [replace(it, depth=1, parent=None) for it in truth.comments]
    return gap.join(pieces)


def write_file(draw: st.DrawFn, text: str, truth: Truth) -> str:
    """Let the file end as files do, and print its space as archives do."""
    ending = draw(st.sampled_from(["\n", "\n\n", "", " …"]))
    if truth.comments and ending in ("", " …"):
        last = truth.comments[-1]
        final = last.paragraphs[-1][-1]
        truth.cut_off = bool(ending) or final.endswith("…") or not is_sentence(final)
        if truth.cut_off and not ending:
            truth.doubts.add("cut off")
        if ending:
            *before, block = last.paragraphs
            cut = (*before, (*block[:-1], final + ending))
            truth.comments[-1] = replace(last, paragraphs=cut)
    elif ending == " …":
        ending = "\n"
    text = text.rstrip("\n") + ending
    if draw(st.booleans()):
        text = "\n".join(write_margin(line) for line in text.split("\n"))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def write_margin(line: str) -> str:
    """The line with no-break spaces as its indentation."""
    words = line.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(words)) + words
