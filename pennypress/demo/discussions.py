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


OLD_QUAY_SALE = (
    DemoComment(
        "minutes-book",
        None,
        "Maud Penrose",
        "I typed those minutes. I was twenty-three, it was my second month in the clerk’s office,"
        " and I remember item 9 because the heating had failed and everybody voted with their"
        " gloves on.\n\n"
        "What Mrs Okonjo says about the three mornings is true: I was the one who carried the"
        " page in after her and carried it out again. Nobody told me it was the important one. It"
        " went into a tray, and I have thought about that tray quite a lot since breakfast.",
        11,
    ),
    DemoComment(
        "mooring-fee",
        None,
        "Gil Trevanion",
        "I pay for six metres of wet rope and a ring that comes out of the wall if you look at"
        " it. If I miss one quarter there is a letter. Somebody else has a hundred and eighty-six"
        " metres of the best stone in the harbour, pays nine times, stops, and we get round to"
        " asking *now*?",
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
        "Nine to four sounds brave until the bill comes. Eighty-five thousand is what a case"
        " costs on the day you begin it. Which of the nine will tell us what happens to the"
        " library roof if this drags on until the next election?",
        41,
    ),
    DemoComment(
        "low-springs",
        "mooring-fee",
        "Teresa Carvalho",
        "I voted for none of them and still think Councillor Amory has half a point. I keep a"
        " boat in the inner basin, and at low springs she sits down in the mud like an old dog."
        " Being right about the quay won’t float her. Four metres of water would.",
        58,
    ),
    DemoComment(
        "signed-writing",
        "is-a-minute-enough",
        "Harriet Oduya",
        "Retired conveyancer here, so take this as general and not as advice. A vote says what a"
        " council means to do. Land passes when the people with the power to sign have signed, and"
        " this act names two of them. Until then either side can go home and change its mind.\n\n"
        "The awkward part is the years since. If you treat a place as yours for long enough, in"
        " the open, and the owner says nothing, a court may listen. So the question is not only"
        " who signed. It is who ever said “that is ours, please leave”, and on what date.",
        77,
    ),
    DemoComment(
        "wooden-signs",
        None,
        "Agnes Sörensen",
        "Does anyone have photographs of the quay from the eighties and nineties? There used to"
        " be a painted board by the steps that said COUNCIL PROPERTY, NO BATHING. We bathed. But I"
        " am sure of the first half, and it strikes me that the board may be worth something to a"
        " judge.",
        96,
    ),
    DemoComment(
        "roof-and-quay",
        "who-pays",
        "Desmond Quill",
        "> what happens to the library roof\n\n"
        "The roof leaks because there is no money, and there is no money partly because the best"
        " quay in town has earned us next to nothing since I had hair. I would call that the same"
        " problem seen from two ends.",
        104,
    ),
    DemoComment(
        "a-father",
        "minutes-book",
        None,
        "My father was one of the eleven who voted for it. He told us at supper that the quay was"
        " sold and that it was a good price, and he believed it until he died. He was a careful"
        " man who read the small print on seed packets. I find it strange, and a little sad, that"
        " he never asked.",
        129,
    ),
    DemoComment(
        "same-harbour",
        None,
        "Νίκος",
        "In the town where I was born the same thing happened with a ferry pier. Everybody knew"
        " who owned it, so nobody wrote it down, and after thirty years everybody knew something"
        " else. It took eleven years in court. The pier is now a very quiet place with a fence.\n\n"
        "I do not say don’t go to court. I say that while you are there, make sure people can"
        " still walk on the stones.",
        163,
    ),
    DemoComment(
        "fair-account",
        "low-springs",
        "Gil Trevanion",
        "Fair point, Teresa, and I like having water under me as much as anyone. Then let them"
        " send a bill for nineteen days of dredging, and let us send one for the berth and the"
        " repairs, and let the Penny Tide print both side by side. I’d pay for that supplement.",
        171,
    ),
    DemoComment(
        "ask-the-four",
        None,
        "Walter Pym",
        "We have heard from one of the four who voted no, and his reasons were not silly. Could"
        " we hear from the other three? I’m not being clever. Two of them have been right about"
        " dull things before, the drains especially, and I would sooner read their reasons than"
        " guess at them.",
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
        "“On what date” is exactly the question, Harriet, and I can’t leave it alone. There was a"
        " second tray, for letters out. If anybody ever wrote to say please leave, the carbon copy"
        " is in the library basement too, in the box with a picture of bananas on it.\n\n"
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
        "Yes to this. My children learned to fish off those steps, and for two summers now there"
        " has been a chain across. Whoever wins, I’d like somebody to say out loud that the path"
        " along the edge belongs to people with sandwiches.",
        317,
    ),
    DemoComment(
        "no-offence",
        "insult",
        "Kitty Marlowe",
        "Steady, Ray. Walter asked a civil question and he asked it better than most of us have."
        " And for the record his father taught half this town to swim, off the very quay we are"
        " arguing about.",
        334,
    ),
    DemoComment(
        "section-14",
        None,
        "Jonah Brack",
        "For anyone who would rather read than shout: the law in question is section 14 of the"
        " [Town Lands Act](https://example.org/county/acts/town-lands-1961#14). It is four"
        " sentences long and the second one is the one that matters. I read it aloud to my wife,"
        " who asked me whether I was feeling all right.",
        402,
    ),
    DemoComment(
        "a-deckhand",
        None,
        None,
        "I was a deckhand on the dredger for those nineteen days in 1988, and I won’t sign this"
        " because I still drink with two of the others. We had done the corner by the steps when"
        " the order came to cast off. Nobody aboard knew why. The skipper said “somebody hasn’t"
        " signed something”, and we all laughed. So when you say “they”, please leave a bit of"
        " room for the ones who were only told to let go of the rope.",
        455,
    ),
    DemoComment(
        "hens-as-evidence",
        "a-board-in-a-shed",
        None,
        "Take a photograph of it where it stands, with something for scale and the date written"
        " on a card, before anyone moves it. I’m quite serious. Then give the hens their wall back"
        " when the court has finished with it.",
        521,
    ),
    DemoComment(
        "school-trip",
        None,
        "Ludmila Sedláková",
        "I teach the ten-year-olds, and today’s lesson has written itself. We read the story"
        " aloud, and then I asked who owns the quay. The vote was eleven for the council, six for"
        " the company, five for the seagulls, and one boy who said that it depends on who has the"
        " pen.",
        610,
    ),
)

PROMENADE_WALL = (
    DemoComment(
        "heard-it",
        None,
        "Perran Teague",
        "We heard it go, a little before four. It was not a crash, more like a very large door"
        " being shut, and then the spray came over in a different place. In the morning my"
        " geraniums were on the bandstand, still in the pot.",
        9,
    ),
    DemoComment(
        "write-it-down",
        "heard-it",
        "Sunniva Berg",
        "Please tell the surveyor’s office as well, Perran, with the time. If it went down in one"
        " piece there should be one moment at which everybody in Strand Row sat up in bed. My"
        " clock says 03:52.",
        47,
    ),
    DemoComment(
        "pumps",
        None,
        "Olu Fashola",
        "There is a list on the chapel door of who has a pump and who needs one. We are three"
        " short before the next spring tide, and there is a gap of forty-one metres for it to come"
        " in by. I can collect with the van any evening after six.",
        83,
    ),
    DemoComment(
        "looked-unfinished",
        None,
        None,
        "So the holes “looked unfinished”. I have plastered for thirty years, and if the drawing"
        " shows a hole you leave the hole, or you ring somebody up and ask what it’s for. Even my"
        " apprentice knew, and he thinks that the tide comes on Tuesdays.",
        140,
    ),
    DemoComment(
        "whose-cousin",
        "looked-unfinished",
        "Clement Rudge",
        "Everyone knows who at the town hall gave that instruction and whose cousin he is. Ask"
        " why the invoice was paid the same week.",
        188,
        "held",
    ),
    DemoComment(
        "pump-found",
        "pumps",
        "Yasmin Dahl",
        "You can have ours, Olu. It is loud and it is orange, and it emptied the sailing club in"
        " two hours the last time. Number 14, ring twice.",
        211,
    ),
)

LATE_BUS = (
    DemoComment(
        "wet-feet",
        None,
        "Rhoda Finch",
        "My daughter waits at the allotments with a cello. For a year I told her that the bus was"
        " late because she was early. I have apologised to both of them.",
        26,
    ),
    DemoComment(
        "driver",
        None,
        "Tam Okafor",
        "I drove the 7 for six years. It leaves the depot on time because leaving the depot is"
        " the one part of the road with nobody on it. Give the coast road twelve minutes more in"
        " the timetable, and most of those late days would have been on time with the same bus and"
        " the same driver.",
        71,
    ),
    DemoComment(
        "earlier-then",
        "driver",
        "Priya Nair",
        "That would get them to the bell, and it would also get eleven-year-olds out of bed at"
        " six. I’d still rather have a timetable that’s true. Could the class time that as well,"
        " please?",
        152,
    ),
    DemoComment(
        "full-marks",
        None,
        None,
        "Thirty-one mornings at a gate with a watch, in that wind, and then they read the"
        " contract. Whatever mark Mr Noll has given them, I’d like to add one.",
        190,
    ),
)

MARKET_RENTS = (
    DemoComment(
        "knife-grinder",
        None,
        "Concetta Bruno",
        "I was behind the cheese when they measured the knife grinder. The clerk asked him to"
        " straighten the wheel, and he asked the clerk to straighten his tie. One metre eighty,"
        " both of them.",
        15,
    ),
    DemoComment(
        "five-cents",
        None,
        "Hal Jessop",
        "By the metre is fair. What isn’t fair is finding out on a Tuesday that you’re eleven"
        " metres long. Spread it over three years, and let the committee chair have my five cents:"
        " I’ve left them on the eel stall.",
        52,
    ),
    DemoComment(
        "corner",
        "knife-grinder",
        "Mirela Popa",
        "And the baker’s corner counted twice! If you are served on two sides you still only eat"
        " the one bun. I have asked for a stall in the shape of a circle, to see what they do.",
        90,
    ),
    DemoComment(
        "coins-received",
        "five-cents",
        "Concetta Bruno",
        "They’re under the scales, Hal. Dorte says that they take up no frontage.",
        133,
    ),
    DemoComment(
        "saturday",
        None,
        None,
        "While the tape is out, could somebody measure how many of us can’t come on a market day"
        " because we’re at work? One late opening a month would bring in more than five cents.",
        377,
    ),
)

FISHING_FAMILIES = (
    DemoComment(
        "a-plank",
        None,
        "سلمى الخطيب",
        "كان جدّي يعمل على «الصابرة» حين بيعت خشبًا، واحتفظ بلوح منها ما زال معلّقًا فوق باب"
        " مطبخنا. لم أقرأ اسمها مكتوبًا من قبل، فشكرًا لمن فتح سجلّ المرفأ.",
        33,
    ),
    DemoComment(
        "the-knot",
        "a-plank",
        "يوسف المرّاكشي",
        "وأنا تعلّمت تلك العقدة على ظهر «نور» يا سلمى، وهي لا تنزلق حقًّا. أمّا نشرة الطقس فسأدفع"
        " حصّتي من الستمئة دولار إن لزم الأمر، لعلّ هدى ترتاح ليلة في الأسبوع.",
        86,
    ),
)

DISCUSSIONS: dict[str, tuple[DemoComment, ...]] = {
    "old-quay-sale": OLD_QUAY_SALE,
    "promenade-wall": PROMENADE_WALL,
    "the-late-bus": LATE_BUS,
    "market-hall-rents": MARKET_RENTS,
    "fishing-families": FISHING_FAMILIES,
}
