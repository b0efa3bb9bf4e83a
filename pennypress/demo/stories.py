"""The demo newspaper's stories: an invented harbour town, its people, firms and laws.

Days are counted back from the day on which the demo is made, so no story names a current date,
weekday or season of its own.
"""

from .texts import (
    BodyPicture,
    Bullets,
    DemoStory,
    Embed,
    Heading,
    Note,
    Paragraph,
    PullQuote,
    Quotation,
    Source,
)

OLD_QUAY_SALE = DemoStory(
    slug="old-quay-sale",
    section="town-hall",
    kind="news",
    headline="The Old Quay was sold in 1987, and nobody signed",
    standfirst="The council is asking a court who owns 186 metres of its own harbour. The answer "
    "turns on a page that can be found and a signature that cannot.",
    dateline="Merrow Sound",
    bylines=("ines-calder", "tomas-reyes"),
    picture="harbour-cranes",
    caption="The Old Quay at first light. Its sale was minuted and never signed.",
    alt="",
    days_ago=1,
    hour=6,
    lead=True,
    body=(
        Paragraph(
            "The council voted by nine to four this week to ask the county court who owns the Old "
            "Quay. The town has repaired it since 1931, insured it since 1950 and, according to "
            "its own minutes, sold it to a dredging company in 1987. “I would like to know whether "
            "I am the landlord or the tenant,” the mayor, Hedda Roskell, told the meeting."
        ),
        Paragraph(
            "The question has come up because somebody wants to pay. Northmole Terminals, which "
            "runs container yards in two neighbouring ports, has offered $3.4m for a forty-year "
            "lease. Its letter is addressed to the Sandlock Dredging Company, with a copy to the "
            "town hall “in case”."
        ),
        Heading("Folio 212"),
        Paragraph(
            "The minutes of 17 March 1987 are in the basement of the town library, in the sixth of "
            "eleven boxes moved there after the flood of 1994. The entry is item 9 and takes up "
            "four lines. The quay, “with its bollards, steps and rings”, is to pass to Sandlock "
            "for $60,000, against a promise to dredge the inner basin to four metres every second "
            "year. Eleven members were for, none against, two absent."
        ),
        Paragraph(
            "Below the entry are two ruled lines, one for the mayor and one for the clerk. Both "
            "are empty. The boxes hold 46 other minutes by which the town sold land. All 46 are "
            "signed twice."
        ),
        Quotation(
            text="Nobody forgot. I laid the page before him on three mornings, and three times he "
            "told me to bring it back when the dredger had come.",
            speaker="Marta Okonjo",
            role="town clerk from 1984 to 1999",
            source="in an interview on the record",
        ),
        Paragraph(
            "“He” is Aldous Penrick, the mayor of the time, who died in 2003. Mrs Okonjo says that "
            "she left her own line empty because a clerk signs second."
        ),
        Paragraph(
            "The dredger did come, once. The harbour log has it alongside for nineteen days in "
            "September 1988. Soundings taken the following month show 3.2 metres in the inner "
            "basin. No sounding since has shown more."
        ),
        Heading("Who paid for what"),
        Paragraph(
            "A sale leaves traces other than a signature. We looked for them in the cash books of "
            "the council and in the accounts that the company files each year with the county "
            "registrar. They do not tell one story."
        ),
        Bullets(
            items=(
                "Sandlock has listed the quay as an asset, at $60,000, in every year since 1987.",
                "The council’s books show no receipt of $60,000, in 1987 or later.",
                "They do show $12,000 from Sandlock in June 1987, entered as <i>on account</i>. "
                "Of what, they do not say.",
                "In 2004 the council began to invoice the company for mooring at the quay. The "
                "company paid nine invoices and then stopped.",
                "Between 1996 and 2011 the council spent $418,000 on the quay’s face and steps.",
            ),
        ),
        BodyPicture(
            picture="ledger",
            caption="A page of the council’s cash book for 1987, drawn from our photograph.",
        ),
        PullQuote(
            text="A company does not usually pay rent for what it owns, and a council does not "
            "usually repair what it has sold.",
        ),
        Paragraph(
            "A company does not usually pay rent for what it owns, and a council does not usually "
            "repair what it has sold. Each of them did so for years, and neither, as far as the "
            "papers show, was asked why."
        ),
        Heading("Three words in the act"),
        Paragraph(
            "The <i>Town Lands Act</i> of 1961 lets a council part with land “by resolution entered "
            "in the minutes and signed by two officers, and not otherwise”. Iona Vasker teaches "
            "land law at the college in Lenn Bridge and read the folio for us without charge. She "
            "considers the last three words the important ones."
        ),
        Paragraph(
            "“An unsigned minute is good evidence of what they meant to do,” she said. “The act "
            "does not ask what they meant.” She adds that the court may still find that Sandlock "
            "has earned something by relying on the town’s word. “Twelve thousand dollars and "
            "nineteen days of dredging is a thin claim. It is more than none.”"
        ),
        Paragraph(
            "Councillor Piet Amory, who voted against, does not argue that the quay was sold. He "
            "argues about the bill. The council has set aside $85,000 for the case; the harbour "
            "office’s last estimate for dredging the inner basin is $92,000. “For seven thousand "
            "more we could have the four metres,” he said, “and let them sue us.”"
        ),
        Paragraph(
            "Sandlock has three employees and an office above the chandler’s in Ropewalk Street. "
            "Its director, Garrick Sandlock, a grandson of the founder, declined three times to be "
            "interviewed. A letter from his solicitor says that the company “has at all times "
            "regarded the quay as its own, and the invoices as a clerical error which it was good "
            "enough to pay”."
        ),
        Paragraph(
            "The court has not fixed a day. In the meantime the council has renewed the insurance: "
            "$7,310 for the year, in the name of the owner."
        ),
        Note(
            "We sent the company eleven questions in writing and offered to print its answers in "
            "full. The solicitor’s letter is its whole reply. It is "
            '<a href="https://example.org/merrow-sound/sandlock-letter">here</a>.'
        ),
    ),
    sources=(
        Source(
            title="Minute book 1987, folio 212, item 9",
            publisher="Merrow Sound town library",
            url="https://example.org/merrow-sound/minutes/1987/folio-212",
            seen_days_ago=12,
        ),
        Source(
            title="Council cash books, 1987 to 2011",
            publisher="Merrow Sound town council",
            url=None,
            seen_days_ago=9,
        ),
        Source(
            title="Annual accounts of the Sandlock Dredging Company",
            publisher="County registrar",
            url="https://example.org/county/registrar/sandlock-dredging",
            seen_days_ago=8,
        ),
        Source(
            title="Interview with Marta Okonjo, on the record",
            publisher="The Penny Tide",
            url=None,
            seen_days_ago=6,
        ),
        Source(
            title="Letter from the company’s solicitor",
            publisher="Harl and Moss, solicitors",
            url="https://example.org/merrow-sound/sandlock-letter",
            seen_days_ago=2,
        ),
        Source(
            title="Town Lands Act 1961, section 14",
            publisher="County law library",
            url="https://example.org/county/acts/town-lands-1961#14",
            seen_days_ago=8,
        ),
    ),
)

SUNDAY_FERRY = DemoStory(
    slug="sunday-ferry",
    section="harbour",
    kind="news",
    headline="Skerrow’s last Sunday ferry moves to ten past four",
    standfirst="The company says that eleven passengers do not fill a boat. The island says that it "
    "depends which eleven.",
    dateline="Skerrow",
    bylines=("tomas-reyes",),
    picture="ferry",
    caption="The Skerrow ferry, licensed for 96 passengers.",
    alt="",
    days_ago=2,
    hour=9,
    body=(
        Paragraph(
            "From the first of next month the last Sunday ferry from Skerrow will leave at 16:10 "
            "instead of 19:40. The Sound Ferry Company counted its evening passengers on 52 Sundays "
            "and arrived at an average of eleven. A crossing costs it $412 in fuel and wages. "
            "Eleven tickets bring in $71.50."
        ),
        Paragraph(
            "“Eleven is not demand, it is habit,” said Joost Hallam, who manages the company from a "
            "cabin at the landing stage. “I have nothing against habit. I cannot burn it.”"
        ),
        Paragraph(
            "Skerrow has 143 residents, and most of the eleven are the same each week. Seven are "
            "pupils who lodge in town from Sunday to Friday, because Monday’s first boat comes in "
            "after the school bell. Two are nurses on the night shift. The rest, by the islanders’ "
            "account, are whoever came for dinner."
        ),
        Quotation(
            text="They come home at six on Friday. Take away Sunday afternoon and what I have is a "
            "Saturday, and on Saturday they sleep.",
            speaker="Runa Ekdal",
            role="mother of two of the seven pupils",
            source="at the landing stage",
        ),
        Paragraph("The draft timetable, beside the one clock that matters on a Monday:"),
        Bullets(
            items=(
                "Sundays from Skerrow: 09:10, 12:40 and 16:10.",
                "Mondays, first boat from Skerrow: 08:20, in town at 08:55.",
                "School bell: 08:30.",
            ),
        ),
        Paragraph(
            "An earlier boat on Monday would answer most of it. The company has always said that it "
            "cannot run one, because the Sunday crew ties up at nine and must by law rest for eleven "
            "hours. That was so with the 19:40. With the 16:10 the crew ties up at half past five, "
            "and by our reading of the roster it could sail again at half past four in the morning."
        ),
        Paragraph(
            "Mr Hallam looked at the roster for some time. “I had not come at it from that end,” he "
            "said. He will put a 07:30 boat to the owners, who meet before the month is out."
        ),
        Note(
            "These times are a draft. When the company has decided we will print the final "
            "timetable here and say what changed."
        ),
    ),
    sources=(
        Source(
            title="Passenger counts, Sunday evenings, 52 weeks",
            publisher="Sound Ferry Company",
            url="https://example.org/sound-ferry/counts/sunday-evening",
            seen_days_ago=5,
        ),
        Source(
            title="Crew roster and rest hours",
            publisher="Sound Ferry Company",
            url=None,
            seen_days_ago=4,
        ),
    ),
)

ICE_PLANT = DemoStory(
    slug="nine-days-without-ice",
    section="harbour",
    kind="news",
    headline="What nine days without ice cost the fish pier",
    standfirst="A compressor bought in 1979 stopped, and with it the only ice on this side of the "
    "sound. The boats have worked out the price.",
    dateline="East Mole",
    bylines=("tomas-reyes",),
    picture="gulls",
    caption="Somebody gained: gulls off the East Mole while the bait was being landed.",
    alt="",
    days_ago=19,
    hour=5,
    body=(
        Paragraph(
            "The ice plant on the East Mole makes six tonnes a day and charges $38 a tonne. For nine "
            "days this month it made none. The fourteen boats that land here fetched 47 tonnes from "
            "Lenn Bridge instead, at $96 a tonne, in a lorry that cost $210 a day."
        ),
        Paragraph(
            "The boats’ association has added it up, and showed us the invoices. The dearer ice and "
            "the lorry come to $4,616. A further 2,100 kilograms of fish, landed before the lorry "
            "was arranged, went for bait at 40 cents a kilogram rather than for the table at $3.10. "
            "That is $5,670. Together: $10,286."
        ),
        Paragraph(
            "What had failed was a bearing and a seal. The parts and two days’ work cost $3,940."
        ),
        Quotation(
            text="We pay a cent on every kilogram so that this does not happen. I would like to see "
            "the cent.",
            speaker="Salem Haddan",
            role="skipper of the Nour",
            source="on the fish pier",
        ),
        Paragraph(
            "The cent is the ice levy, which the harbour office has taken since 2016 “for the upkeep "
            "and renewal of the plant”. The office’s accounts put the balance at $61,204. Nothing "
            "has been drawn from it in eight years but bank charges."
        ),
        Paragraph(
            "The harbour master, Bram Tollan, says that the fund was being kept whole for a new "
            "compressor, for which he holds a quotation of $186,000. At the present rate of landings "
            "the levy brings in $7,400 a year, so the fund would reach that sum in about seventeen "
            "years. “I grant you that the bearing did not know that,” he said."
        ),
        Paragraph(
            "He has now asked the harbour board to pay the repair from the levy and to keep a spare "
            "bearing and seal on the shelf. The spares cost $610."
        ),
    ),
    sources=(
        Source(
            title="Invoices for ice and haulage, and bait sales notes",
            publisher="Merrow Sound boats’ association",
            url=None,
            seen_days_ago=20,
        ),
        Source(
            title="Harbour accounts, note 11: ice levy",
            publisher="Merrow Sound harbour office",
            url="https://example.org/merrow-sound/harbour/accounts#note-11",
            seen_days_ago=20,
        ),
    ),
)

HARBOUR_DUES = DemoStory(
    slug="who-pays-for-the-harbour",
    section="harbour",
    kind="analysis",
    headline="Who pays for the harbour? Mostly the smallest boats",
    standfirst="The harbour’s books balance because 188 small berths carry two large cranes. That may "
    "be worth it, but nobody has been asked.",
    dateline="Merrow Sound",
    bylines=("tomas-reyes",),
    picture=None,
    caption="",
    alt="",
    days_ago=13,
    hour=7,
    body=(
        Paragraph(
            "The harbour took $612,400 last year and spent $583,900. The council was told that it "
            "“pays its way”, and as a whole it does. The parts do not, and the accounts, read line "
            "by line, say which of them carry which."
        ),
        Bullets(
            items=(
                "188 berths under twelve metres: <b>$233,120</b>",
                "Landing dues on fish: <b>$141,300</b>",
                "The ferry, a flat sum fixed in 2009: <b>$96,000</b>",
                "The fuel quay, let to a contractor: <b>$89,500</b>",
                "Two cranes, 61 lifts: <b>$52,480</b>",
            ),
        ),
        Paragraph(
            "The ferry is the usual suspect, because its sum has not moved since 2009. It is the "
            "wrong one. A small boat pays $155 a metre. At that rate the ferry’s 34-metre pontoon "
            "would cost it $5,270; it pays eighteen times as much."
        ),
        Heading("The cranes"),
        Paragraph(
            "The two cranes on the north quay earned $52,480 and cost $131,700: two drivers, an "
            "inspection every quarter, grease, and paint against the salt. The difference is "
            "$79,220. Divided among the small berths, that is $421 a year each, or about a third of "
            "what the owner of an eight-metre boat pays."
        ),
        BodyPicture(
            picture="harbour-cranes",
            caption="The cranes made 61 lifts last year, a little more than one a week.",
        ),
        Quotation(
            text="A harbour without a crane is a marina. I have nothing against marinas, but they do "
            "not ring you at night because a trawler is sinking.",
            speaker="Bram Tollan",
            role="harbour master",
            source="to the harbour board",
        ),
        Paragraph(
            "He has a point, and the log bears him out: nine of the 61 lifts were of boats in "
            "trouble. It is an argument for <i>a</i> crane. Last year there was no day on which both "
            "were at work, and by the inspection reports the southern one needs a new slewing ring "
            "within two years, at $64,000."
        ),
        Paragraph(
            "The board could keep both and say what they cost each berth. It could keep one. Or it "
            "could charge for a lift what a lift costs, which last year was $2,159 rather than $860, "
            "and see who still rings. What it has done so far is to raise the berths by three per "
            "cent and the cranes by nothing, in a table with no totals."
        ),
    ),
    sources=(
        Source(
            title="Harbour accounts, last year, notes 3 to 9",
            publisher="Merrow Sound harbour office",
            url="https://example.org/merrow-sound/harbour/accounts",
            seen_days_ago=16,
        ),
        Source(
            title="Crane log and inspection reports",
            publisher="Merrow Sound harbour office",
            url=None,
            seen_days_ago=15,
        ),
        Source(
            title="Harbour board minutes, tariff for the coming year",
            publisher="Merrow Sound harbour board",
            url="https://example.org/merrow-sound/harbour/board/tariff",
            seen_days_ago=14,
        ),
    ),
)

FISHING_FAMILIES = DemoStory(
    slug="fishing-families",
    section="harbour",
    kind="news",
    headline="على الرصيف الشرقي يُنادى على السمك بلغتين",
    standfirst="جاءت عائلات الصيّادين الناطقة بالعربية إلى ميرو ساوند عام 1958. لها اليوم تسعة قوارب "
    "من أصل أربعة عشر، وطلبٌ واحد لم يُجَب بعد.",
    dateline="ميرو ساوند",
    bylines=("leyla-marsawi",),
    picture="fishing-boat",
    caption="القارب «نور» عائدًا إلى الرصيف الشرقي. تبدّل محرّكه ثلاث مرات، ولم يتبدّل اسمه.",
    alt="رسم بأسلوب الحفر على الخشب لقارب صيد في البحر",
    days_ago=5,
    hour=6,
    language="ar",
    body=(
        Paragraph(
            "قبل الخامسة فجرًا بقليل تُضاء مصابيح الرصيف الشرقي واحدًا بعد آخر، ويبدأ المزاد. ينادي "
            "الدلّال على الصناديق بالإنجليزية أولًا، ثم يعيد الوزن والسعر بالعربية، لأن تسعة من القوارب "
            "الأربعة عشر التي تُفرغ صيدها هنا تملكها عائلات تتحدّث العربية في بيوتها."
        ),
        Paragraph(
            "وصلت العائلات الأولى، وكانت أربعًا، في شتاء عام 1958 للعمل في مصنع التمليح. وحين أُغلق "
            "المصنع عام 1971 اشترت بتعويضاتها قاربين قديمين يذكر سجلّ المرفأ اسميهما: «نور» و«الصابرة». "
            "بيع الثاني خشبًا بعد عشر سنين، وما زال الأول يخرج إلى البحر."
        ),
        Quotation(
            text="تعلّم جدّي أسماء الرياح هنا من جيرانه، وعلّمهم كيف تُرقَع الشبكة بعقدة لا تنزلق. لم "
            "يُكتب ذلك في أي اتفاق، لكنه ما زال ساريًا.",
            speaker="سالم حدّان",
            role="ربّان القارب «نور»",
            source="في حديث إلى هذه الصحيفة على ظهر القارب",
        ),
        Paragraph(
            "أما الطلب الذي لم يُجَب بعد فبسيط: أن تُعلَّق نشرة الطقس عند رأس الرصيف باللغتين. وقّعته "
            "اثنتان وأربعون أسرة قبل ثمانية أشهر، وقدّر مكتب المرفأ كلفته بستمئة دولار في السنة. ويقول "
            "مدير المرفأ برام تولان إنه لا يعترض على الفكرة، وإن الميزانية تُقَرّ مرة واحدة في السنة."
        ),
        Paragraph(
            "في هذه الأثناء تترجم هدى حدّان، ابنة سالم وعمرها تسعة عشر عامًا، النشرة كل مساء بخط يدها "
            "وتعلّقها على باب مصنع الثلج. تقول إنها أخطأت مرة واحدة، فكتبت «غربية» بدل «شرقية»، وإن "
            "أحدًا لم يُبحر تلك الليلة على أي حال."
        ),
    ),
    sources=(
        Source(
            title="سجلّ القوارب، الأعوام 1958 إلى 1981",
            publisher="مكتب مرفأ ميرو ساوند",
            url=None,
            seen_days_ago=10,
        ),
        Source(
            title="طلب تعليق نشرة الطقس باللغتين",
            publisher="جمعية أصحاب القوارب",
            url="https://example.org/merrow-sound/harbour/petitions/weather-notice",
            seen_days_ago=7,
        ),
    ),
)
