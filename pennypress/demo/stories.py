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
        PullQuote(
            text="A company does not usually pay rent for what it owns, and a council does not "
            "usually repair what it has sold.",
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
            "We sent the company fourteen questions in writing and offered to print its answers in "
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
            "cabin at the landing stage. “I have nothing against habit, but it does not burn.”"
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
            "days on end it made none. The fourteen boats that land here fetched 47 tonnes from "
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
            "has ever been drawn from it but bank charges."
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
            text="A harbour without a crane is a marina, and nobody rings a marina at night about "
            "a sinking trawler.",
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

MARKET_RENTS = DemoStory(
    slug="market-hall-rents",
    section="town-hall",
    kind="news",
    headline="Market rents go by the metre, to the surprise of the eel stall",
    standfirst="Every stall in the market hall pays the same, whatever its size. A clerk has now been "
    "round with a tape.",
    dateline="Market Hall",
    bylines=("ines-calder",),
    picture="market",
    caption="The market hall on a trading day: 38 stalls, 259.5 metres of frontage.",
    alt="",
    days_ago=6,
    hour=8,
    body=(
        Paragraph(
            "A stall in the market hall costs $28 a day, whether it is the flower stall, which runs "
            "for eleven metres along the south wall, or Dorte Quill’s eels, which occupy 2.4. The "
            "council’s property committee proposes to charge $4.10 a metre instead."
        ),
        Paragraph(
            "According to the report before the committee, 23 stalls would pay less, 13 more, and "
            "two within a few cents of the same. The flowers would go to $45.10 and the eels to "
            "$9.84."
        ),
        Quotation(
            text="Thirty years I have set out the boxes sideways to look bigger. Now I must learn to "
            "breathe in.",
            speaker="Dorte Quill",
            role="eel seller, stall 14",
            source="at her stall",
        ),
        Paragraph(
            "The town gains nothing by it. All 38 stalls at $28 come to $1,064 a day; all 259.5 "
            "metres at $4.10 come to $1,063.95. The report calls this “broadly neutral”, which for "
            "five cents seems fair."
        ),
        Paragraph(
            "What the tape measured has been less easy. The report counts frontage, “being any "
            "length at which a customer may be served”. The baker’s corner is served on two sides "
            "and counted twice. The knife grinder, who works from a bicycle, was put down at 1.8 "
            "metres with the wheel straight. Awnings do not count, on the advice of the county."
        ),
        Paragraph(
            "Femke Ostler, who has the flowers, does not dispute the eleven metres. She disputes the "
            "speed: an extra $17.10 on each of 104 market days is $1,778 a year. She has asked for "
            "the increase to be spread over three. The committee’s chair, Lorens Bray, said that he "
            "would support that, and that somebody would then have to find more than five cents."
        ),
        Paragraph(
            "The full council votes next month. The list of measured stalls hangs by the door."
        ),
    ),
    sources=(
        Source(
            title="Report to the property committee: market hall tariff",
            publisher="Merrow Sound town council",
            url="https://example.org/merrow-sound/council/market-tariff",
            seen_days_ago=8,
        ),
        Source(
            title="List of stalls as measured",
            publisher="Market office",
            url=None,
            seen_days_ago=7,
        ),
    ),
)

CLOCK_FUND = DemoStory(
    slug="clock-fund",
    section="town-hall",
    kind="analysis",
    headline="The town clock costs $38 a year. Its fund holds $112,640",
    standfirst="Merrow Sound keeps fourteen funds for purposes that have ended. The money is safe. The "
    "interest on it has gone elsewhere since 2013.",
    dateline="Merrow Sound",
    bylines=("ines-calder",),
    picture="town-hall",
    caption="The town hall. The clock was wound by hand until 2009.",
    alt="",
    days_ago=7,
    hour=6,
    body=(
        Paragraph(
            "In 1931 a rope maker named Tobias Fell left the town a sum “for the winding, oiling and "
            "regulation of the clock, for as long as it shall go”. It still goes. Since 2009 it has "
            "gone by an electric movement that sets itself from a radio signal, winds nothing, and "
            "uses $38 of current a year. The fund stands at $112,640."
        ),
        Paragraph(
            "It is the largest of fourteen that the council holds in trust and no longer has a use "
            "for. They appear as one line in the accounts, “restricted balances”. We asked for the "
            "line to be opened. It comes to $403,900, or a little more than the library costs in a "
            "year. The five largest:"
        ),
        Bullets(
            items=(
                "The clock, 1931: $112,640",
                "Widows and orphans of the Skerrow packet, 1902: $94,212. The last of them died in "
                "1978.",
                "Coal for the deserving, 1919: $68,455. The last sack was delivered in 1964.",
                "The horse trough in Fish Cross, 1888: $41,087. It is now a flower bed.",
                "Uniforms for the town band, 1925: $23,900. The band dissolved in 1966.",
            ),
            ordered=True,
        ),
        Heading("Nothing is missing"),
        Paragraph(
            "We compared the balances with the deeds and the bank’s statements, and they agree to "
            "the dollar. The trouble is with what the money earns. Until 2013 the interest was added "
            "to each fund. Since then it has been booked to the general account. Last year that was "
            "$9,870, which went, with everything else, on salaries, salt and street lamps."
        ),
        Paragraph(
            "The deeds do not allow it: each says that the yield is for the same purpose as the sum. "
            "The town clerk, Annika Dray, who took office in 2019, calls the practice inherited. “We "
            "have read ‘maintenance of the clock’ generously,” she said. “The clock is attached to a "
            "building. The building has a roof.”"
        ),
        Heading("A way out, used twice"),
        Paragraph(
            "There is a lawful way. Section 6 of the <i>Town Funds Act</i> of 1958 lets the county "
            "registrar turn a fund that has outlived its purpose to “the nearest living one”. "
            "Merrow Sound has applied twice: in 1972, when a fund for lamplighters became one for "
            "street lamps, and in 1990, when a fever hospital became a district nurse."
        ),
        Paragraph(
            "Ms Dray says that each application costs $1,150, with the public notice. For all "
            "fourteen that is $16,100, or four per cent of what would be set free. It would also "
            "oblige the council to say, in public and fund by fund, what the nearest living purpose "
            "is. Coal for the deserving has an obvious heir in a town where 306 households asked for "
            "help with heating last year. The horse trough will need a longer meeting."
        ),
    ),
    sources=(
        Source(
            title="Restricted balances by fund, with deeds",
            publisher="Merrow Sound town council, on request",
            url="https://example.org/merrow-sound/council/restricted-balances",
            seen_days_ago=15,
        ),
        Source(
            title="Bank statements of the trust accounts, last year",
            publisher="Lenn Bridge Savings Bank",
            url=None,
            seen_days_ago=14,
        ),
        Source(
            title="Town Funds Act 1958, section 6",
            publisher="County law library",
            url="https://example.org/county/acts/town-funds-1958#6",
            seen_days_ago=14,
        ),
    ),
)

LATE_BUS = DemoStory(
    slug="the-late-bus",
    section="schools",
    kind="news",
    headline="Pupils timed the school bus for 31 days. It was on time on nine",
    standfirst="The bus company reports 94 per cent punctuality. Both figures are right, which is the "
    "trouble with one of them.",
    dateline="Harrow Sands",
    bylines=("wen-halloran",),
    picture="school-bus",
    caption="Bus 7 collects from Harrow Sands, the coast road and the allotments.",
    alt="",
    days_ago=9,
    hour=14,
    body=(
        Paragraph(
            "Bus 7 is due at Gannet Head School at 08:21, nine minutes before the bell. For 31 "
            "school days a pupil of Edrik Noll’s mathematics class stood at the gate with a watch "
            "set by radio and wrote down when it came."
        ),
        Bullets(
            items=(
                "On time, or less than five minutes late: nine days.",
                "Between five and fifteen minutes late: fourteen days.",
                "More than fifteen minutes late: eight days.",
            ),
        ),
        Paragraph(
            "The median was eleven minutes late, two minutes after the bell. On the worst day, when "
            "the driver was new and the coast road was shut, it was 47."
        ),
        Paragraph(
            "The operator, Teal Valley Coaches, reports to the county each month. For the same weeks "
            "it reported 94 per cent of departures on time. Mr Noll’s class noticed the word and "
            "asked where. The answer came in a courteous letter: at the depot, where the bus starts "
            "empty at 07:20."
        ),
        Quotation(
            text="They measured when it leaves and we measured when we get there. I do not think that "
            "anybody takes the bus to leave the depot.",
            speaker="Mina",
            role="13, who kept the watch on seven of the days",
            source="in the classroom",
        ),
        Paragraph(
            "The county pays $310,000 a year for its seven school routes. The contract, which the "
            "class also asked for, takes off $40 for each <i>arrival</i> more than ten minutes late. "
            "By the pupils’ list there were seventeen, or $680. The county has deducted nothing "
            "since the contract began."
        ),
        Paragraph(
            "“We rely on the operator’s own return,” said Constance Avery, who manages the routes. "
            "She has asked Teal Valley to report arrivals from now on. The company’s director, Ruud "
            "Pask, said that it would, and that seven of the eight worst days had been days of "
            "roadworks, of which the county was the author. The class has checked. It was six."
        ),
        Note("Pupils are given by first name only, with their agreement and their parents’."),
    ),
    sources=(
        Source(
            title="Arrivals of bus 7, 31 school days",
            publisher="Gannet Head School, class 8b",
            url="https://example.org/gannet-head-school/bus-7",
            seen_days_ago=11,
        ),
        Source(
            title="School transport contract, schedule C: deductions",
            publisher="County education office",
            url="https://example.org/county/education/transport-contract",
            seen_days_ago=11,
        ),
        Source(
            title="Letter from Teal Valley Coaches to class 8b",
            publisher="Teal Valley Coaches",
            url=None,
            seen_days_ago=10,
        ),
    ),
)

SIXTH_CLASS = DemoStory(
    slug="a-class-of-two",
    section="schools",
    kind="news",
    headline="Ropewalk keeps its sixth class, for two pupils",
    standfirst="The county wanted to send them eleven miles by taxi. A bookkeeper read the regulations "
    "to the end.",
    dateline="Ropewalk Street",
    bylines=("wen-halloran",),
    picture="schoolroom",
    caption="The upper room at Ropewalk Primary, built for forty.",
    alt="",
    days_ago=16,
    hour=13,
    body=(
        Paragraph(
            "Ropewalk Primary has 61 pupils, of whom two are in the sixth class. The county’s rule is "
            "that a class needs eight. Some weeks ago it wrote to the parents that the two would be "
            "taught at Lenn Bridge, eleven miles away, and taken there by taxi."
        ),
        Paragraph(
            "One of the letters went to Berit Sandoval, who keeps the books of three boatyards. She "
            "asked what the taxi would cost. It was $64 a day, or $12,160 for a school year of 190 "
            "days. The teaching hours that the county would save at Ropewalk came to $41 a day, or "
            "$7,790. Closing the class would have cost the county $4,370."
        ),
        Paragraph(
            "“I assumed that I had a sign wrong,” Mrs Sandoval said. “Then I assumed that they had.”"
        ),
        Paragraph(
            "Nobody had. The taxi is paid by the transport office and the hours by the schools "
            "office, and neither sees the other’s budget. But a difference between two budgets is no "
            "ground for an appeal, so she went on reading. Regulation 31 sets the minimum of eight. "
            "Regulation 31(7), overleaf, lifts it where the nearest other class is more than ten "
            "miles off “by the road in ordinary use”."
        ),
        Quotation(
            text="In nineteen years nobody had shown me the back of that page. I include myself.",
            speaker="Philippa Sorley",
            role="head of Ropewalk Primary",
            source="to this paper",
        ),
        Paragraph(
            "The county measured the road again, made it 10.8 miles, and withdrew the letter. The "
            "sixth class will share a room with the fifth, which has nine, and have an hour of its "
            "own each morning."
        ),
        Paragraph(
            "We asked the schools office how many classes it had closed under Regulation 31 in the "
            "past ten years, and how far each was from the next. It has closed seven. The distances "
            "were not recorded."
        ),
    ),
    sources=(
        Source(
            title="County School Regulations, regulation 31",
            publisher="County education office",
            url="https://example.org/county/education/regulations#31",
            seen_days_ago=18,
        ),
        Source(
            title="Correspondence between the county and the parents",
            publisher="Shown to us by Berit Sandoval",
            url=None,
            seen_days_ago=20,
        ),
        Source(
            title="Reply to our questions on closed classes",
            publisher="County schools office",
            url=None,
            seen_days_ago=17,
        ),
    ),
)

SCHOOL_MEALS = DemoStory(
    slug="school-meals",
    section="schools",
    kind="news",
    headline="A ten-year-old asks the council for its working",
    standfirst="School meals were to go up by 35 cents because food had gone up by nine per cent. The "
    "third question from the public was how.",
    dateline="Council chamber",
    bylines=("wen-halloran", "ines-calder"),
    picture="council-chamber",
    caption="The council chamber. Members of the public may ask one question each.",
    alt="",
    days_ago=3,
    hour=7,
    body=(
        Paragraph(
            "A school meal in Merrow Sound costs $2.10. The council meant to make it $2.45 this week, "
            "and the report before it gave one reason: the price of food had risen by nine per cent."
        ),
        Paragraph(
            "When the mayor called for questions from the public, the third to stand was Otto, who is "
            "ten and has his lunch at Ropewalk Primary. He had brought a sheet of squared paper. "
            "“Nine per cent of $2.10 is nineteen cents,” he read. “Please may we see the working for "
            "the others?”"
        ),
        Embed(
            url="https://example.org/merrow-sound/council/recordings/school-meals",
            title="Questions from the public, item 5 (recording, 41 minutes)",
            author="Merrow Sound town council",
        ),
        Paragraph(
            "The treasurer, Halvard Snell, was given ten minutes and used six. Food, he told the "
            "meeting, is only half of a meal’s price, $1.05; nine per cent of that is a little under "
            "ten cents. For 412 meals a day over 190 days it makes $7,397. The remainder was for a "
            "new boiler in the school kitchen, at $18,600."
        ),
        Paragraph(
            "That makes $25,997. The increase would have raised $27,398. Asked by Councillor Amory "
            "about the last $1,401, Mr Snell said that it was for contingencies."
        ),
        Quotation(
            text="Then it is not nine per cent. It is nine per cent and a boiler. And when the boiler "
            "is paid, does it go down again?",
            speaker="Otto",
            role="10, of Ropewalk Primary",
            source="to the council, as the recording has it",
        ),
        Paragraph(
            "A member of the public may ask one question, and the mayor, Hedda Roskell, pointed out "
            "that this was the second. She then put it to the treasurer as her own. He said that "
            "there were no plans for it to go down."
        ),
        Paragraph(
            "The council put off the decision by eight votes to five and asked for a report that "
            "shows food, boiler and contingencies on separate lines. Otto has asked for a copy."
        ),
    ),
    sources=(
        Source(
            title="Report on school meal prices, item 5",
            publisher="Merrow Sound town council",
            url="https://example.org/merrow-sound/council/school-meals",
            seen_days_ago=4,
        ),
        Source(
            title="Recording of the meeting",
            publisher="Merrow Sound town council",
            url="https://example.org/merrow-sound/council/recordings/school-meals",
            seen_days_ago=3,
        ),
    ),
)

GANNET_HEAD_LAMP = DemoStory(
    slug="gannet-head-lamp",
    section="sea-and-weather",
    kind="news",
    headline="Gannet Head’s new lamp is dimmer, whiter and kinder to petrels, perhaps",
    standfirst="The new light uses six per cent of the power. The boats miss six miles of it. The "
    "birds may be glad.",
    dateline="Gannet Head",
    bylines=("jorun-petrie",),
    picture="lighthouse",
    caption="Gannet Head light, one white flash every ten seconds.",
    alt="",
    days_ago=11,
    hour=18,
    body=(
        Paragraph(
            "Since the lamp at Gannet Head was changed a year ago it has drawn 60 watts instead of"
            " 1,000, shows white where it used to show yellow, and can be seen at eighteen "
            "nautical miles instead of twenty-four. The Coast Lights Board, which changed it, says"
            " that eighteen are enough for ships that know from a satellite where they are."
        ),
        Paragraph(
            "The boats’ association has written to say that most of its members know where they are "
            "too. What they used the old light for was its loom, the glow that swung along the "
            "underside of cloud. From the Lenn bank, twenty miles out, it told them how thick the "
            "weather was towards home. “You could read the sky by it,” said Salem Haddan, skipper of "
            "the <i>Nour</i>. “The satellite does not tell me whether to start back.”"
        ),
        Heading("What the log says"),
        Paragraph(
            "Two volunteers, Sunniva Clay and her brother Edmund, have kept a log at the foot of the "
            "tower for 23 years. Each morning of the autumn passage they gather up the birds that "
            "flew into the lantern. In the last autumn of the old lamp there were 228, storm petrels "
            "for the most part. In the first autumn of the new one there were 31."
        ),
        Quotation(
            text="I should love to tell you that it is the lamp. But we had twelve nights of fog the "
            "one year and two the other, and they come in on fog.",
            speaker="Sunniva Clay",
            role="volunteer at Gannet Head",
            source="at the foot of the tower",
        ),
        Paragraph(
            "For each night of fog, which is how the Clays count, the old lamp killed "
            "nineteen birds and the new one between fifteen and sixteen. The lowest autumn in the log, under "
            "the old lamp, had 28. Two or three more autumns, Miss Clay thinks, and one might "
            "say something."
        ),
        Paragraph(
            "The board’s own press notice says that the new lamp “has reduced bird strikes by 86 per "
            "cent”. We asked where the figure came from. It came from the Clays’ log, without the "
            "column for fog. The board has said that it will add a sentence."
        ),
    ),
    sources=(
        Source(
            title="Log of bird strikes, 23 autumns",
            publisher="S. and E. Clay, Gannet Head",
            url="https://example.org/gannet-head/log",
            seen_days_ago=14,
        ),
        Source(
            title="Press notice on the Gannet Head lamp",
            publisher="Coast Lights Board",
            url="https://example.org/coast-lights/notices/gannet-head",
            seen_days_ago=13,
        ),
        Source(
            title="Letter to the Coast Lights Board",
            publisher="Merrow Sound boats’ association",
            url=None,
            seen_days_ago=17,
        ),
    ),
)

PROMENADE_WALL = DemoStory(
    slug="promenade-wall",
    section="sea-and-weather",
    kind="news",
    headline="The gale took 41 metres of wall, all of it rebuilt in 2016",
    standfirst="The sea broke the promenade where it had been renewed in concrete. The masonry of "
    "1903, on either side, is missing one stone.",
    dateline="Merrow Sound",
    bylines=("jorun-petrie", "ines-calder"),
    picture="storm",
    caption="The promenade at high water, shortly before four in the morning.",
    alt="",
    days_ago=4,
    hour=15,
    body=(
        Paragraph(
            "The gale reached its height at 03:40, twenty minutes before high water, with a gust of "
            "65 knots at Gannet Head. By four, 41 metres of the promenade wall lay on "
            "the beach. Nobody was hurt. One man, out to look at it, lost his hat."
        ),
        Paragraph(
            "The wall is 640 metres long and was built in 1903. What fell is the stretch that was "
            "rebuilt in concrete in 2016, after a survey found it cracked. It fell as one piece, and "
            "towards the sea, which is not the way that waves push. The wall of 1903 lost one coping "
            "stone."
        ),
        Paragraph(
            "Walls by the sea fall like that when water gets behind them and cannot get out, said "
            "Nils Arden, a retired harbour engineer who was there by breakfast with a folding rule. "
            "The old wall has a drain hole the width of a hand every two metres. In the new stretch "
            "he found the holes in the core, where the drawings have them, and a coat of render over "
            "their seaward ends."
        ),
        Quotation(
            text="It made a very smooth wall. Each wave that came over the top stayed, and in the end "
            "there was more sea behind it than in front.",
            speaker="Nils Arden",
            role="harbour engineer, retired",
            source="on the promenade",
        ),
        Paragraph(
            "The render is not on the drawings. It is in the final account: item 34, “making good and "
            "finishing, seaward face”, $2,850. The contractor, Brace and Daughters of Lenn Bridge, "
            "says that it was asked for on site, because the holes “looked unfinished”. The town "
            "surveyor’s office is looking for the instruction. It has closed the promenade from Fish "
            "Cross to the bandstand and puts the repair at $230,000."
        ),
        BodyPicture(
            picture="dunes",
            caption="Harrow Sands. The dunes lost up to six metres and stopped the water.",
        ),
        Paragraph(
            "At Harrow Sands, a mile to the north, there is no wall. The dunes there lost between four "
            "and six metres of their width overnight, and the water did not reach the road. By the "
            "county’s measurements they lost as much in 2011 and had it back in five years. That cost "
            "$1,900, for fencing."
        ),
    ),
    sources=(
        Source(
            title="Wind and tide at Gannet Head, hourly",
            publisher="Coast Lights Board",
            url="https://example.org/coast-lights/readings/gannet-head",
            seen_days_ago=4,
        ),
        Source(
            title="Promenade wall 2016: drawings and final account",
            publisher="Merrow Sound town council",
            url="https://example.org/merrow-sound/council/promenade-2016",
            seen_days_ago=4,
        ),
        Source(
            title="Dune profiles at Harrow Sands, 2009 to the present",
            publisher="County coast survey",
            url="https://example.org/county/coast/harrow-sands",
            seen_days_ago=4,
        ),
    ),
)

TIDE_TABLE = DemoStory(
    slug="we-printed-the-wrong-tide",
    section="sea-and-weather",
    kind="opinion",
    headline="We printed the wrong tide, and this is what it cost",
    standfirst="A slipped line in our table left eleven walkers and a dog on Harrow Rock. A correction "
    "ought to be as easy to find as the mistake.",
    dateline="",
    bylines=("agnete-thorne",),
    picture="printing-press",
    caption="The press on which the paper was printed until 1998, now in our hall.",
    alt="",
    days_ago=8,
    hour=10,
    body=(
        Paragraph(
            "Last week our tide table slipped by a line. Each day carried the times of the day "
            "after, so that low water stood some fifty minutes too late. Anyone who has walked out "
            "to Harrow Rock knows what fifty minutes is. It is the causeway."
        ),
        Paragraph(
            "Eleven people and a dog went out by our table and were cut off by the sea. They sat on "
            "the rock for four hours, in rain, until the harbour office’s launch could land. They "
            "were cold, and very civil. The dog was sick in the launch. The launch costs $180 an "
            "hour, and we have paid for three."
        ),
        Paragraph(
            "How it happened is dull. The table used to be read aloud by one person to another. For "
            "two years now there has been one person, and nobody reads a table aloud to "
            "an empty room. I decided that. The name at the top of this article is the name to be "
            "annoyed with."
        ),
        Heading("Small print"),
        Paragraph(
            "Newspapers have a habit with mistakes. The mistake goes on page one and the correction, "
            "a week later, under the chess. It regrets any inconvenience and does not repeat what "
            "was wrong, so that only those who remember the error can profit from it. On a screen we "
            "can do worse: change the figure, say nothing, and have been right all along."
        ),
        Paragraph(
            "A correction that nobody finds is a second mistake, and this one is meant. So here is "
            "what we shall do, in the order in which we shall do it:"
        ),
        Bullets(
            items=(
                "Correct the error <b>where it stands</b>, and say beside it what it said before.",
                "Keep the earlier version, so that anybody can compare the two.",
                "Tell those who may have acted on it. For a tide table that means a notice at the "
                "causeway and a call to the harbour office, before we write a line.",
                "Say how it came about, if that is of use to anyone but us.",
            ),
            ordered=True,
        ),
        PullQuote(
            text="A correction that nobody finds is a second mistake, and this one is meant."
        ),
        Paragraph(
            "It may be objected that a paper which keeps its errors on show will look full of them. "
            "Ours printed 31 corrections last year, and I would rather have them counted than forgotten. "
            "The errors to worry about are those not among the 31, and readers find most of them."
        ),
        Paragraph(
            "The table is now read aloud again, by Jorun Petrie to me, at four in the afternoon. One "
            "of the eleven walkers has asked to listen. She brings the dog."
        ),
    ),
    sources=(
        Source(
            title="Tide predictions for Merrow Sound, this year",
            publisher="Coast Lights Board",
            url="https://example.org/coast-lights/tides/merrow-sound",
            seen_days_ago=9,
        ),
        Source(
            title="Launch log and invoice",
            publisher="Merrow Sound harbour office",
            url=None,
            seen_days_ago=9,
        ),
    ),
)

STORIES = (
    OLD_QUAY_SALE,
    SUNDAY_FERRY,
    SCHOOL_MEALS,
    PROMENADE_WALL,
    FISHING_FAMILIES,
    MARKET_RENTS,
    CLOCK_FUND,
    TIDE_TABLE,
    LATE_BUS,
    GANNET_HEAD_LAMP,
    HARBOUR_DUES,
    SIXTH_CLASS,
    ICE_PLANT,
)
