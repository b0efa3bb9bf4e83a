"""What the readers of the demo newspaper "The Penny Tide" say beneath its stories.

The text is Markdown, as a reader would type it. Each discussion is in order of time, so that a
parent always stands before its replies.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoComment:
    """One comment of the demo newspaper.

    `key` is unique within its discussion and `parent` is the key of the comment it answers.
    A `name` of None is a nameless comment. `minutes_after` counts from the story's publication.
    `rule` is the number of the house rule under which a removed comment was removed.
    """

    key: str
    parent: str | None
    name: str | None
    text: str
    minutes_after: int
    state: str = "visible"
    rule: int | None = None


OLD_QUAY = (
    DemoComment(
        "minutes-book",
        None,
        "Maud Penrose",
        "I took the minutes that night in 1987. I was twenty-three, it was my second month in the"
        " clerk’s office, and I remember the item because the heating had failed and everybody"
        " voted with their gloves on.\n\n"
        "What I do not remember is anybody asking the week after whether the paper had been signed."
        " It went into a tray. I have thought about that tray quite a lot since this morning.",
        11,
    ),
    DemoComment(
        "mooring-fee",
        None,
        "Gil Trevanion",
        "I pay for six metres of wet rope and a ring that comes out of the wall if you look at it."
        " Miss one quarter and there is a letter. A company ties up two dredgers on the best stone"
        " in the harbour for years, pays nothing, and we get round to asking *now*?",
        19,
    ),
    DemoComment(
        "is-a-minute-enough",
        "minutes-book",
        "Tobias Lind",
        "Thank you for this, Maud. The thing I can’t work out: if the council voted to sell and"
        " wrote it down, isn’t that a sale? In my trade a handshake and an entry in the book is"
        " plenty. What is a signature adding, besides ink?",
        34,
    ),
    DemoComment(
        "who-pays",
        None,
        None,
        "Nine to four sounds brave until the invoice comes. Lawyers charge by the hour and rivers"
        " of paper take a lot of hours. Which of the nine will tell us what happens to the library"
        " roof if this drags on until the next election?",
        41,
    ),
    DemoComment(
        "channel-open",
        "mooring-fee",
        "Ines Carvalho",
        "Rent-free is not the same as for nothing, though. Somebody keeps the bar from silting up,"
        " and I can tell you what my boat draws at low springs: more than there was the winter they"
        " were away. I would want to know what that work was worth before I called it a free ride.",
        58,
    ),
    DemoComment(
        "signed-writing",
        "is-a-minute-enough",
        "Harriet Oduya",
        "Retired conveyancer here, so take this as general and not as advice. A vote says what a"
        " council means to do. Land passes when somebody with the power to sign has signed, and the"
        " other side has too. Until then either of them can go home and change their mind.\n\n"
        "The awkward part is the years since. If you treat a place as yours for long enough, in the"
        " open, and the owner says nothing, some courts will listen. So the question is not only who"
        " signed. It is who ever said “that is ours, please leave”, and on what date.",
        77,
    ),
    DemoComment(
        "wooden-signs",
        None,
        "Agnes Sörensen",
        "Does anyone have photographs of the quay from the eighties and nineties? There used to be"
        " a painted board by the steps that said COUNCIL PROPERTY, NO BATHING. We bathed. But I am"
        " sure of the first half, and it strikes me that the board may be worth something to a"
        " judge.",
        96,
    ),
    DemoComment(
        "roof-and-quay",
        "who-pays",
        "Desmond Quill",
        "> what happens to the library roof\n\n"
        "The roof leaks because there is no money, and there is no money partly because a hundred"
        " and forty metres of quay has brought in nothing since I had hair. I would call that the"
        " same problem seen from two ends.",
        104,
    ),
    DemoComment(
        "a-father",
        "minutes-book",
        None,
        "My father sat on that council. He told us at supper that the quay was sold and that it was"
        " a good price, and he believed it until he died. He was a careful man who read the small"
        " print on seed packets. I find it strange, and a little sad, that he never asked.",
        129,
    ),
    DemoComment(
        "same-harbour",
        None,
        "Νίκος",
        "In the town where I was born the same thing happened with a ferry pier. Everybody knew who"
        " owned it, so nobody wrote it down, and after thirty years everybody knew something else."
        " It took eleven years in court. The pier is now a very quiet place with a fence.\n\n"
        "I do not say don’t sue. I say that while you are suing, make sure people can still walk"
        " there.",
        163,
    ),
    DemoComment(
        "fair-account",
        "channel-open",
        "Gil Trevanion",
        "Fair point, Ines, and I like having water under me as much as anyone. Then let them send a"
        " bill for the dredging and let us send a bill for the berth, and let the Penny Tide print"
        " both side by side. I’d pay for that supplement.",
        171,
    ),
    DemoComment(
        "ask-the-four",
        None,
        "Walter Pym",
        "Could we hear from the four who voted no? I’m not being clever. Two of them have been right"
        " about dull things before, the drains especially, and I would sooner read their reasons"
        " than guess at them.",
        205,
    ),
    DemoComment(
        "a-board-in-a-shed",
        "wooden-signs",
        "Femi Adeyemi",
        "Agnes, I think your board is the back wall of our hen house. My wife’s uncle rescued it"
        " when they repainted the railings. You can still read OPERTY, NO BATH. The hens have been"
        " told not to touch anything.",
        238,
    ),
    DemoComment(
        "the-tray",
        "signed-writing",
        "Maud Penrose",
        "“On what date” is exactly the question I went to bed with, Harriet. There was a second tray,"
        " for letters out. If anybody ever wrote to say please leave, the carbon copy is in the"
        " basement of the town hall, in a box with a picture of bananas on it.\n\n"
        "I have written to the clerk to say which shelf. She is younger than the box.",
        262,
    ),
    DemoComment(
        "insult",
        "ask-the-four",
        "Ray Stockdale",
        "You are a fool and so was your father.",
        281,
        "removed",
        3,
    ),
    DemoComment(
        "keep-walking",
        "same-harbour",
        "Bronwen Hale",
        "Yes to this. My children learned to fish off those steps, and for two summers now there has"
        " been a chain across. Whoever wins, I’d like somebody to say out loud that the path along"
        " the edge belongs to people with sandwiches.",
        317,
    ),
    DemoComment(
        "no-offence",
        "insult",
        "Kitty Marlowe",
        "Steady, Ray. Walter asked a civil question and he asked it better than most of us have. And"
        " for the record his father taught half this town to swim, off the very quay we are arguing"
        " about.",
        334,
    ),
    DemoComment(
        "where-the-minutes-are",
        None,
        "Jonah Brack",
        "For anyone who would rather read than shout: the council’s minute books up to 1990 were"
        " scanned by volunteers last year, and the index is at"
        " [example.org/merrow-minutes](https://example.org/merrow-minutes). The 1987 volume is the"
        " blue one. The handwriting is lovely and the spelling of “mooring” is all over the place.",
        402,
    ),
    DemoComment(
        "work-there",
        None,
        None,
        "I work for the company, on deck, and I won’t sign this for reasons you can guess. There are"
        " twenty-six of us and most of us live here. Nobody told us the berth was in doubt. We read"
        " it in the paper over breakfast like everyone else, so please, when you say “they”, leave a"
        " bit of room for us.",
        455,
    ),
    DemoComment(
        "hens-as-evidence",
        "a-board-in-a-shed",
        None,
        "Take a photograph of it where it stands, with something for scale and the date written on a"
        " card, before anyone moves it. I’m quite serious. Then give the hens their wall back when"
        " the court has finished with it.",
        521,
    ),
    DemoComment(
        "school-trip",
        None,
        "Ludmila Sedláková",
        "I teach the ten-year-olds, and this week’s lesson has written itself. We read the story aloud, and"
        " then I asked who owns the quay. The vote was eleven for the council, six for the company,"
        " five for the seagulls, and one boy who said that it depends on who has the pen.",
        1294,
    ),
)

SEA_WALL = (
    DemoComment(
        "heard-it",
        None,
        "Perran Teague",
        "We heard it go. It was not a crash, more like a very large door being shut, and then the"
        " spray came over the top in a different place. I went out with a torch and could put my hand"
        " in the crack up to the wrist.",
        9,
    ),
    DemoComment(
        "gauge",
        "heard-it",
        "Sunniva Berg",
        "Please report that to the harbour office as well, with the time. They are putting glass"
        " strips across the cracks to see whether they still move, and a first measurement from the"
        " night itself would help a great deal.",
        47,
    ),
    DemoComment(
        "basement",
        None,
        "Olu Fashola",
        "Strand Row has sandbags at both ends now, and a list on the chapel door of who has a pump and"
        " who needs one. We are three pumps short before the next big tide. I can collect with the"
        " van any evening after six.",
        83,
    ),
    DemoComment(
        "patching",
        None,
        None,
        "That stretch was patched in three different decades with three different kinds of cement, and"
        " you can read it like a cake. The sea has simply found the layer where we saved money.",
        140,
    ),
    DemoComment(
        "contractor",
        "patching",
        "Clement Rudge",
        "Everyone knows which contractor did the last repair and everyone knows whose brother-in-law he"
        " is. Ask who signed the work off and why the invoice was paid the same day.",
        188,
        "held",
    ),
    DemoComment(
        "pump-found",
        "basement",
        "Yasmin Dahl",
        "You can have ours, Olu. It is loud and it is orange and it emptied the sailing club in two"
        " hours the last time. Number 14, ring twice.",
        211,
    ),
)

SCHOOL_BUS = (
    DemoComment(
        "the-walk",
        None,
        "Rhoda Finch",
        "I walked the new route to the stop with my daughter this morning, with her bag and her cello."
        " Thirty-eight minutes, eleven of them on a road without a pavement. She is nine. The cello"
        " is older, but it didn’t enjoy it either.",
        26,
    ),
    DemoComment(
        "driver",
        None,
        "Tam Okafor",
        "I drove the 12 for six years. On a wet morning it was full by Chapel Hill, so I would like to"
        " see the count that says nobody used it. If they counted in the week of the regatta, then the"
        " whole bus was in a boat.",
        71,
    ),
    DemoComment(
        "count-week",
        "driver",
        "Priya Nair",
        "It was the week of the regatta. I asked the county and they sent me the sheet, to their"
        " credit within a day. They have promised to count again in the first full week of term.",
        152,
    ),
    DemoComment(
        "lifts",
        "the-walk",
        None,
        "There are four of us on Upper Lane driving to the school gate with empty seats. It is no"
        " answer to a bus, but it is something for Monday. Leave a note at the bakery with your"
        " times and we’ll see who fits where.",
        190,
    ),
)

FISH_MARKET = (
    DemoComment(
        "roof-light",
        None,
        "Concetta Bruno",
        "They have cleaned the glass in the roof! I worked under it for twenty-two years and honestly"
        " thought that it was meant to be brown.",
        15,
    ),
    DemoComment(
        "small-boats",
        None,
        "Hal Jessop",
        "Good to see it open, and good that the small boats get the first row until eight. Now print"
        " the prices on a board outside so the restaurants and my mother are reading from the same"
        " page.",
        52,
    ),
    DemoComment(
        "the-smell",
        "roof-light",
        "Mirela Popa",
        "And the new drains work, which is the miracle nobody will put on a plaque. I stood there for an"
        " hour in my good coat and the cat did not follow me home.",
        90,
    ),
    DemoComment(
        "board-is-up",
        "small-boats",
        "Concetta Bruno",
        "The board is coming, Hal. The chalk is bought and I am told that we have only to agree on the"
        " spelling of turbot. Your mother may have the first look.",
        133,
    ),
    DemoComment(
        "saturday",
        None,
        None,
        "Would it be possible to stay open on Saturdays until two? Those of us who work all week have"
        " been eating frozen fish in sight of the boats for years.",
        377,
    ),
)

AR_HARBOUR = (
    DemoComment(
        "grandfather-net",
        None,
        "سلمى الحدّاد",
        "كان جدّي يصلح شباكه على هذا الرصيف قبل أن تُبنى المخازن. حين رأيت اسم عائلتنا مكتوبًا على"
        " المرسى الجديد بكيت قليلًا، ثم ضحكت لأنهم أخطأوا في كتابة اسم القارب.",
        33,
    ),
    DemoComment(
        "water-and-light",
        "grandfather-net",
        "يوسف المرّاكشي",
        "مبارك لكم يا سلمى. المراسي الجديدة واسعة والماء يصل إليها أخيرًا، لكن الإنارة ما زالت ناقصة"
        " ونحن نخرج قبل الفجر. أرجو أن تسمع البلدية هذا أيضًا قبل الشتاء.",
        86,
    ),
)

DISCUSSIONS: dict[str, tuple[DemoComment, ...]] = {
    "old-quay": OLD_QUAY,
    "sea-wall": SEA_WALL,
    "school-bus": SCHOOL_BUS,
    "fish-market": FISH_MARKET,
    "ar-harbour": AR_HARBOUR,
}
