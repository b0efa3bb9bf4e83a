"""A crowd for the demo newspaper: a long, busy discussion about the times of the Sunday ferry.

The comments are put together from parts of sentences. `[a|b]` stands for one of its alternatives
and `{slot}` for words that `_fill_slot` finds. People keep their occupation, their opinion and
their way of writing the time throughout, so that two comments under one name can stand together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeAlias

from .discussions import DemoComment

# keep: the last boat stays at 19:40; adjust: something in between; move: 16:10 will do.
Opinion: TypeAlias = Literal["keep", "adjust", "move"]


@dataclass(frozen=True)
class Voice:
    """Someone with a reason to care: how they begin, and what only they would say."""

    opinion: Opinion
    openings: tuple[str, ...]
    middles: tuple[str, ...]


VOICES: dict[str, Voice] = {
    "pensioner": Voice(
        "keep",
        (
            "I am {age} and have taken the Sunday boat home from Skerrow since [it cost a quarter|my wedding].",
            "At my age the trip to Skerrow is [the week’s one outing|not a luxury but a habit that keeps me upright].",
            "I was proposed to on the {last}, and said yes at the bollard, so [forgive me|bear with me] if I take this personally.",
            "They took my driving licence {few} years ago and told me, kindly, that there would always be the ferry.",
            "Those of us with [a stick|a new hip|two bad knees] plan our Sundays around the last boat, and that means by Wednesday.",
            "I am typing this with one finger, so it will be [brief|short] for once.",
            "Nobody asked [the bowls club|the lunch club|the church flower rota] about this, so here is what we would have said.",
        ),
        (
            "My [sister|brother|oldest friend] cooks for me on Skerrow every Sunday, and you don’t reach the pudding in that house before {afternoon}.",
            "A Sunday that ends at {new} is a Sunday on which I see nobody at table, and at table is where people tell you things.",
            "The crew hold the gangway a moment when they see my [hat|stick|basket], and there’s no column for that in anybody’s count.",
            "When I was small there were {few} boats on a Sunday and everybody was poorer, so don’t tell me that it can’t be done.",
            "You can’t tell people of eighty to visit by telephone; half of us can’t hear the thing and the other half sit on it.",
        ),
    ),
    "nurse": Voice(
        "keep",
        (
            "I’m a nurse in town and I work [two Sundays in three|every other Sunday night].",
            "[Night nurse|Ward nurse] here, {years} years in, writing this on my break.",
            "Let me speak for the ward that those two nurses come to.",
            "People don’t stop being ill on a Sunday evening, and the rota knows it.",
            "I came off a night shift at {morning} and read this [standing up|twice] at the bus stop.",
            "Two of the eleven work beside me, so I’ll say what they’re too [polite|tired] to say.",
        ),
        (
            "The night shift begins at {evening}, so with a boat at {new} a colleague would sit for hours in her coat before twelve hours of work even start.",
            "I have slept in the linen room between a boat and a shift, and nobody should be given [morphine|an injection] by someone who has.",
            "If two night nurses hand in their notice, the hospital will pay an agency more in a week than that crossing costs in a [month|season].",
            "We asked about a water taxi for our two islanders and it came to a third of what the shift pays.",
            "A ward with a gap on Sunday night closes {few} beds by Monday, and then someone’s operation moves because a boat did.",
        ),
    ),
    "skipper": Voice(
        "adjust",
        (
            "I’ve run boats in the Sound for {years} years, so a word from the wheelhouse.",
            "A skipper’s view, for what it’s worth, and it’s worth what you paid.",
            "I hold the same ticket as the ferry’s masters and have stood in for them on {few} Sundays.",
            "Ask anybody who works the water and you’ll get a different timetable; here is mine.",
            "Before anybody blames the crew, I [trained|sailed with] two of them.",
            "I watch the {last} go past from my own deck in [all weathers|every month of the year].",
        ),
        (
            "Run the ferry at eight knots instead of eleven and the crossing takes a quarter of an hour longer on [two thirds|little more than half] of the fuel.",
            "With the tide under her the ferry would save a good part of that $412, so let the last boat leave between {afternoon} and {evening} as the tide tables say.",
            "Ninety-six seats for eleven people is the wrong hull; the relief launch takes twenty-four and burns next to nothing.",
            "A crew that ties up at half past five and sails again before dawn is legal, and by {month} you’ll be advertising for a new one.",
            "In a south-easterly the landing on Skerrow is no place to be after dark, and {proposal} would spare us half the cancellations.",
        ),
    ),
    "student": Voice(
        "keep",
        (
            "I’m {age} and at the college in Lenn Bridge, so Sunday evening is when I go back.",
            "Student here, and yes, [awake before noon|able to read a timetable].",
            "I was one of the seven until {few} years ago, with the same bag on the same bench.",
            "Nobody has asked those who actually sit on the {last} with a week’s washing on their knees.",
            "I grew up on Skerrow, and I’m writing this from [a room with no window|somebody’s sofa] in town.",
            "I’m writing this from the back row of a lecture, where the late boats sit.",
        ),
        (
            "I work Sundays until {afternoon} in my aunt’s kitchen on Skerrow, and those wages are [my rent|my books|most of what I eat].",
            "From six on Friday to {new} on Sunday is less than two days, and I spend the first of them asleep.",
            "My little [brother|sister] gets me for one evening a week, and it’s the one with pancakes.",
            "People keep asking why the young don’t stay on the island, and then somebody moves the boat that lets us come back.",
            "A room that lets you in on Sunday afternoon charges for Sunday, which over a year comes to {hundreds} dollars I haven’t got.",
        ),
    ),
    "café": Voice(
        "keep",
        (
            "I own the [café|tea room] above the landing, so I have an interest and I declare it.",
            "From behind my counter you can set the clock by the {last}, and I do.",
            "Café owner here, and I’ve kept count because I count everything, even [spoons|sugar lumps].",
            "I [light the stove|open the shutters] on Sundays for one reason, and it has a funnel.",
            "In {years} years of Sunday suppers I’ve learned who takes that boat and what they eat first.",
            "I sell soup to the people who take that ferry, so I may know them better than a clicker does.",
        ),
        (
            "Between {afternoon} and the whistle I take half of a Sunday’s money, and half of a Sunday is the whole of my Monday.",
            "On the Sunday when the ferry was in dock I sold {small} bowls of soup, and {few} of those were to my own family.",
            "Sunday evenings pay the wages of {few} girls from the island, and it’s the first job any of them has had.",
            "Day visitors don’t come for lunch alone; once they’ve heard that it’s {new} or nothing, they stay at home and eat there.",
            "A landing without a boat is a draught with a view, and I’ve tried selling soup to a view.",
        ),
    ),
    "commuter": Voice(
        "keep",
        (
            "I cross {few} times a week, and the {last} is one of them whenever my mother is well enough to cook.",
            "Not everybody works Monday to Friday; some of us [sell you your Sunday paper|drive your Sunday bus].",
            "I hold a yearly ticket, so I have paid for all fifty-two of those evenings in advance.",
            "I’ve kept a note of every crossing since {month}, for reasons nobody at home asks about any more.",
            "For {years} years I have stood at the same rail with the same {few} people, and we have never been introduced.",
            "One of the eleven here, the one with the folding bicycle.",
        ),
        (
            "By my notebook there were {teens} of us on the {last} on an ordinary evening in {month}, and {more} on a fine one.",
            "An average of eleven over a year has the storms in it, and {few} Sundays when they cancelled and the count was nought.",
            "My yearly ticket has “seven days” printed on the front, so I look forward to a refund for [the evening of one|a slice of Sunday].",
            "Season tickets weren’t in that $71.50 at all, as far as I can see, and I’d like to know whose pocket mine is in.",
            "Nobody takes the last plank out of a bridge because fewer people stand on it.",
        ),
    ),
    "cousin": Voice(
        "adjust",
        (
            "I should say first that a councillor is my cousin, and that we [don’t agree|haven’t spoken since Tuesday].",
            "As a councillor’s cousin I hear both sides of this, mostly over soup.",
            "A cousin of mine sits on the council and asked me, not quite joking, to keep out of this.",
            "I’m related to somebody on the harbour committee, so weigh this as you like.",
            "Family supper at ours is now divided into the {new} party and the {last} party.",
            "Yes, I’m the councillor’s cousin, and no, I don’t travel free.",
        ),
        (
            "What I’m told over the potatoes is that the council can’t order a private company to sail, but it can ask nicely with {few} thousand dollars in its hand.",
            "There are people on that council who have never been on the {last}, and I’ve offered to buy any of them a ticket.",
            "My cousin’s own idea is {proposal} in winter and {last} in summer, and I’ve heard sillier things from that chair.",
            "They do read these comments, and {few} civil ones with times in them do more than {hundreds} furious ones.",
            "The sum for the ferry hasn’t moved since 2009, and my cousin turned the colour of beetroot when I asked who had noticed.",
        ),
    ),
    "teacher": Voice(
        "keep",
        (
            "I teach some of the seven, so I know the colour of their Monday mornings.",
            "Teacher here, {years} years, and I mark arithmetic for a living.",
            "My class made a survey of this, and the results are on [our wall|the corridor wall, in crayon].",
            "As homework we counted the people coming off the {last} on {few} Sundays.",
            "The bell that this story mentions hangs outside my window, and I can vouch for it.",
            "I’ve taught island children since before some of their parents could tie a bowline.",
        ),
        (
            "A child who arrives on Monday at 08:55 has missed the register, the joke and the first sum, and needs until Tuesday to catch up with the joke.",
            "Averages hide things: in our count one boat had {few} people on it and the next had {more}, and no boat ever had eleven.",
            "The pupils who lodge in town sleep badly on Sunday; give them three more hours away from home and they won’t sleep better.",
            "One of my pupils wrote that a ferry is a road that leaves without you, and I haven’t read anything better on the subject.",
            "We could start Monday at nine for everybody, and I’ve asked for that year after year, but the county likes its bells all alike.",
        ),
    ),
    "bookkeeper": Voice(
        "move",
        (
            "I expect to be unpopular, but I did the sum.",
            "Retired bookkeeper here, so I read the figures before the story.",
            "Nobody likes the person who reads accounts at parties, and that would be me.",
            "I’ve nothing against ferries; I was very nearly born on one.",
            "I’m known for saying dull things about money, so do skip this if you like.",
            "I’m told that I have a heart, but I keep it in the drawer with the receipts.",
        ),
        (
            "Four hundred and twelve out and seventy-one fifty in leaves a hole of $340.50 every Sunday, and over a year that’s more than seventeen thousand dollars.",
            "To pay for that crossing with eleven people aboard, each ticket would have to cost more than thirty-seven dollars.",
            "Each evening passenger is carried with about thirty-one dollars of somebody else’s money, and I would like us at least to say whose.",
            "Fuel has gone up by a {part} since {month}, wages too and rightly, and the fare has stood at $6.50 for {few} years.",
            "A company that loses money on the {last} will one day stop the {noon} as well, and I’d rather lose one boat than [three|both].",
        ),
    ),
    "parent": Voice(
        "keep",
        (
            "We live on Skerrow and one of the seven is ours.",
            "I pack a bag every Sunday at {afternoon}, and I have never once managed it without a sock missing.",
            "Parent of [two|three] on the island, speaking from under the washing.",
            "I wasn’t going to write, and then my daughter asked whether Sundays were [over|cancelled].",
            "My son lodges in town from Sunday to Friday, and he’s {small_age}.",
            "You learn to love a timetable when it tells you how long you’ve still got your children.",
        ),
        (
            "Supper on Sunday is when we hear what went wrong on Wednesday, and it never comes out before the plates are cleared.",
            "With the {new} ours would leave straight after lunch, with a whole evening to spend in somebody else’s spare room with their shoes on.",
            "Put on an early boat on Mondays, and the seven could sleep at home on Sunday as other children do.",
            "I don’t need ninety-six seats; I need seven, and a lamp, and somebody who waits if the [sock|cello|guinea pig] is late.",
            "We moved here because there was a boat, and we told the school, the bank and both grandmothers so.",
        ),
    ),
    "walker": Voice(
        "keep",
        (
            "I come over to Skerrow for the birds, {few} Sundays in a row when the [terns|eiders|fulmars] are in.",
            "A walker’s view, from the far end of the island.",
            "I’m not from either side of the water; I bring sandwiches and take my rubbish home.",
            "Our rambling club has gone round Skerrow on the first Sunday of the month for {years} years.",
            "Somebody ought to speak for the people in muddy boots.",
            "I counted {hundreds} [puffins|turnstones|guillemots] last Sunday and {small} passengers, all of them content.",
        ),
        (
            "The path round the island takes five hours at an honest pace, and with a boat at {new} you’d have to run past the best of it.",
            "The light you come for begins at about {afternoon}, and by then we’d be back in town looking at a bus shelter.",
            "Each of us leaves {few} dollars at the tea room and more at the honesty box for eggs, and none of that is in the company’s sum.",
            "We would book ahead and gladly pay {few} dollars more for the late boat if there were anywhere to do it.",
            "From May on it’s light until long after supper, and an island that closes at four is only half an island.",
        ),
    ),
    "ringer": Voice(
        "keep",
        (
            "I ring the tenor at Skerrow chapel, and evensong is at {afternoon}.",
            "[The choir|Our choir] has {small} voices, {few} of which live on the wrong side of the water.",
            "I play the harmonium on the island, since somebody has to.",
            "On behalf of the bell tower, which can’t type.",
            "[Chapel|Choir] people don’t usually write to newspapers, but here we are.",
            "For {years} years I’ve gone over to sing and come back on the {last}, humming.",
        ),
        (
            "You can’t ring six bells with four people; the other two come from town and have to be home for work on Monday.",
            "Evensong has stood at the same hour since the boat did, and if one of them goes the other does, after a hundred and some years.",
            "Our basses go home on the {last}, and a choir without basses is a school outing.",
            "We’ve moved weddings for that ferry, and one funeral, and never asked it to wait longer than {few} minutes.",
            "We could start after lunch, but the organist milks {teens} cows, and cows keep a stricter timetable than Mr Hallam.",
        ),
    ),
    "deckhand": Voice(
        "adjust",
        (
            "My [brother|husband|son] is crew on that boat, so I see what the roster does at our kitchen table.",
            "I used to cast off that ferry myself, for {years} years, and I still dream about the ropes.",
            "Could someone say a word for the crew? I will, since [I married|I raised] one.",
            "There are four people on board whom the count left out, because they work there.",
            "I did the Sunday shift until my back retired, and the rest of me soon after.",
            "Former engineer of the ferry here; I know her by her cough.",
        ),
        (
            "Eleven hours of rest begin when the last rope is on the bollard and the engine room is shut, not when the timetable says so.",
            "Half past four in the morning may be legal, but you try being kind to {teens} passengers at that hour in {month}.",
            "Give the Sunday to one crew and Monday morning to another, and the {early} works with the {last} left just where it is.",
            "The company has a second crew on Mondays anyway, painting; let them paint an hour less and sail the {early}.",
            "Nobody on board minds the {last}; what they mind is hearing about a new roster from the newspaper.",
        ),
    ),
    "fisher": Voice(
        "move",
        (
            "I fish, so I’m awake when nobody else’s timetable is.",
            "This comes from somebody who goes out at {dawn} and has yet to see a subsidy.",
            "Forty feet of boat and no timetable at all, that’s me.",
            "I land at the pier opposite, and I see that ferry come in of a Sunday evening like a lit-up hotel with nobody in it.",
            "Plain words from the [fish pier|ice house].",
            "My family has crossed that water in open boats for {years} years longer than there’s been a ferry.",
        ),
        (
            "For what those Sundays lose in a year you could have a second pump for the ice plant, and all fourteen boats would use it every day.",
            "If I burned $412 to land eleven fish, there would be words at home.",
            "The ferry throws a wash into the small-boat basin at {last} every Sunday, just when we’re trying to sleep aboard.",
            "Most Sundays {few} of us cross from Skerrow by evening anyway, and there’s room aboard for anyone who doesn’t mind scales.",
            "I was told to change my landing times by {few} hours when the auction moved, and I changed them and lived.",
        ),
    ),
    "host": Voice(
        "keep",
        (
            "I let {few} rooms on Skerrow, and weekends are the only trade there is.",
            "We keep a small guest house on the island, with a dog who meets every boat.",
            "I’m one of the people in town with whom the pupils lodge.",
            "One of the seven lodges with us, so I see the other end of that crossing.",
            "I run the island shop, post office and, on Sundays, lost property.",
            "Thirty-one beds are to let on Skerrow, and I know because I make {teens} of them.",
        ),
        (
            "A guest who must leave at {new} asks why he should pay for a weekend, and I haven’t found an answer that ends in a booking.",
            "My young lodgers come up the stairs at half past eight, fed and sleepy; at five they would come up hungry and homesick, and I’d be cooking.",
            "I have {few} bookings for {month} already with a line in them about the late boat, and I’d hate to be the one who writes back.",
            "The Sunday papers, the yeast and the late milk money all go by the {last}, and none of them was counted because none has legs.",
            "In {years} years I’ve had {few} guests who missed that boat, and all of them did it on purpose.",
        ),
    ),
    "carer": Voice(
        "adjust",
        (
            "I look after my [father|mother] on Skerrow at weekends and somebody else’s in town all week.",
            "Carer here; my Sundays end when [Dad|Mum|my aunt] is in bed and not before.",
            "There are {few} of us who cross to look after somebody, and we talk on the boat.",
            "I’m one of the “whoever came for dinner”, except that I’m the one who cooks it and cuts it up.",
            "My aunt is {old_age} and lives by the lighthouse, and I’m her Sunday.",
            "Visiting is not the word for what some of us do over there.",
        ),
        (
            "Leaving at {new} means that somebody else has to see to the evening tablets, and there is nobody else; I’ve asked at every door.",
            "I could do everything by {proposal} if I knew it would stay {proposal}, because what finishes us is not the hour but the changing.",
            "The district nurse comes until {afternoon}, and any boat an hour after that would save {few} families a great deal of grief.",
            "Let those who need it ring by Saturday noon, and sail late only when somebody has rung; I’d ring, and I’d say thank you.",
            "An early boat on Mondays would let me stay the night and still be at work by nine, which I’d take over any of the rest.",
        ),
    ),
    "newcomer": Voice(
        "adjust",
        (
            "We moved here {few} years ago, so I know this counts as yesterday.",
            "As a newcomer I’ve learned to ask before I suggest, so: has anyone asked about {proposal}?",
            "I come from a place with a bridge, and I’m still finding out what a timetable does to people.",
            "I used to plan bus routes for a city, which is a way of being wrong at a larger scale.",
            "Forgive an outsider’s view, or a half-outsider’s by now.",
            "I read the story aloud at home, and we ended up quarrelling in {few} languages.",
        ),
        (
            "Where I worked we never moved a last departure without trying it for {few} months, counting again and promising beforehand what the count would decide.",
            "In my old town you sent a message by {afternoon} if you wanted the late boat, and on most evenings somebody did.",
            "People choose where they live by the last boat and where they work by the first, so you can’t judge either of them alone.",
            "It seems to me that {proposal} would suit the day visitors, the {early} would suit the school, and only the nurses would still be stuck.",
            "Eleven people seen from a company’s office is a small number; eleven people waiting on a pier in the rain is quite a crowd.",
        ),
    ),
    "quiet": Voice(
        "move",
        (
            "I live on Skerrow and, whisper it, I’m rather looking forward to quiet Sunday evenings.",
            "One islander’s view, and not the popular one at the shop.",
            "There are 143 of us on Skerrow, and we don’t all think the same, whatever you read.",
            "I’ve lived beside the landing for {years} years, close enough to hear people miss the boat.",
            "Somebody on the island has to say this, and I’m too old to be elected.",
            "I keep sheep above the landing, and we’ve discussed it, the sheep and I.",
        ),
        (
            "After the {new} the place would belong to the people who live here, and to the curlews, and I can think of worse things.",
            "The autumn the ferry was in dock we had no evening boat for {few} months, and I remember us as tired, late for things and perfectly alive.",
            "I would sooner have one good early boat on Monday than a late one on Sunday, and so would {few} of my neighbours.",
            "If we shout about every sailing, nobody will listen on the day they try to take the {noon}, and that’s the one we can’t do without.",
            "We do have telephones, bread ovens and each other, and nobody on Skerrow ever died of getting home at five.",
        ),
    ),
}

# Beginnings that anybody might write.
GENERAL_OPENINGS = (
    "I’ve read this story twice now, once as a passenger and once as an adult.",
    "I’ve done the arithmetic, and it isn’t the arithmetic that keeps me awake.",
    "Thank you for printing the clock times side by side; I hadn’t seen it until then.",
    "“I cannot burn it” is the best sentence in this paper since {month}.",
    "Eleven people, and I believe I can name {few} of them.",
    "First of all, well done to whoever looked at that roster.",
    "What strikes me is how small the whole thing is, and how much hangs on it.",
    "There is a sentence in the middle of this story that ought to be at the top.",
    "Let me try to put the case without raising my voice.",
    "It’s raining, the boat is late, and so I have time to comment.",
    "I have no horse in this race, only a bench on the pier.",
    "At supper yesterday this came up before the soup.",
    "Fifty-two Sundays is a fair sample, I’ll give them that.",
    "I was at the landing stage when the notice went up.",
    "Ask me again on Monday, but today I see it like this.",
    "Every few years somebody discovers that an island is surrounded by water.",
    "A boat is not a bus, and it isn’t a bridge either.",
    "Reading the comments here I’ve changed my mind as often as the wind.",
    "There’s something nobody has mentioned so far, I think.",
    "Mr Hallam strikes me as an honest man with an awkward spreadsheet.",
    "I’ll declare an interest straight away: I like the {last}.",
    "Just a small point, before somebody makes the large ones.",
    "The pigeons on the landing stage are against it, if anyone is counting.",
    "I slept on this before writing, as my mother taught me.",
    "Three boats or four, that seems to be the question.",
    "When I saw the headline I laughed, and then I looked at our calendar.",
    "This isn’t the end of the world, but you can see it from there.",
    "My grandfather used to say that you should never argue with a tide table.",
    "We talked this over on the pier until the light went.",
    "I wonder whether anyone at the company has waited for a boat lately.",
)

# What anybody of an opinion might say.
MIDDLES: dict[Opinion, tuple[str, ...]] = {
    "keep": (
        "Seven pupils and two nurses are not a habit; they’re a school and a hospital.",
        "It’s the same {few} hundred dollars that gets spent on flags every regatta, and nobody counts how many people look at the flags.",
        "Take that boat away and the next count will find fewer people at {noon} too, because nobody sets out without a way home.",
        "The company counted who sails at {last}, but it didn’t count who stays on the island because of it.",
        "A sailing that runs every Sunday without fail is worth more than its passengers, since everybody else can plan on it.",
        "Nobody asks how many people used the lighthouse last night.",
        "Even a full boat at {new} would not be the same people an afternoon earlier; it would be other people.",
        "If the {last} ran in summer only, I’d grumble, but I’d understand it.",
        "An hour of a pupil’s Sunday weighs more than a gallon of fuel, and I say that as the one who pays for both.",
        "They raised the fare {few} years ago to save this very boat, and we paid it.",
        "Once a late boat has gone it doesn’t come back; I have watched {few} of them go from other landings.",
        "Half past seven is not late, it’s when people put their coats on.",
        "What a town owes its island can’t be divided by eleven.",
        "It takes {minutes} minutes from the chapel to the landing on foot, so a boat at {new} means leaving the table with the meat still warm.",
        "The night ferry with her windows lit is the only advertisement this harbour has ever had for free.",
        "There’s no doctor on Skerrow after {afternoon} on a Sunday, and the ferry is how people get to one without calling out the lifeboat.",
        "In a bad winter that boat is the only one of the day that the wind lets through.",
        "You can’t hold a market, a match or a baptism on an island that has to be empty by four.",
    ),
    "adjust": (
        "Between {new} and {last} there are three and a half hours, and surely one of them suits nearly everybody.",
        "At {proposal} the pupils would have had their supper, the walkers their walk, and the crew could be tied up by {evening}.",
        "Sail late on the first and third Sundays for the dinners, and early on the others for the accounts.",
        "Keep the {last} in term time and move it in the holidays; the school prints those dates a year ahead.",
        "The {early} on Mondays is the real prize here, and I’d trade an hour or two of Sunday for it.",
        "Let passengers book by {afternoon}, and if fewer than {few} have booked, go with the small launch.",
        "Ask for {few} dollars more on that one crossing and tell people why; most will pay and some will pay double.",
        "A subsidy for one sailing comes to less than the council spends on {few} rubbish bins, and I’ve seen the invoice for the bins.",
        "Try {proposal} for {few} months, count again, and print both counts next to each other.",
        "If the {new} is certain, then move evensong, move supper and move the bell, but do tell people before the first of the month.",
        "The nurses need to be in town by {evening} and the pupils by bedtime, so anything after {proposal} is for the rest of us and our second helpings.",
        "Mail, milk and newspapers could pay for part of that crossing if they went at {proposal} too.",
        "Run it in winter only, because in summer there are always {few} private boats going across at that hour.",
    ),
    "move": (
        "There is still a boat at {first}, a boat at {noon} and a boat at {new}, and many islands would call that luxury.",
        "Ninety-six seats and eleven people means that we are mostly shipping varnished benches back and forth.",
        "If {new} on Sunday buys us the {early} on Monday, then I think that the island has got the better of the bargain.",
        "It’s a company and not a charity, and it told us its figures before it moved anything, which is more than the bus did.",
        "Money spent on the emptiest sailing can’t be spent on the fullest, and on a Friday at six you can’t find a place to stand.",
        "There’s an earlier supper coming or a dearer ticket, and of the two I’d sooner have the supper.",
        "People fitted their Sundays to {last}, so they can fit them to {new}, and by {month} nobody will remember that it hurt.",
        "Two nurses can be taken across in a launch for a tenth of the price, and I’d be glad to see my fare pay for that.",
        "A ship burns the same fuel for eleven as for ninety-six, and the sea doesn’t give a discount for good company.",
        "The pupils would be home on Sunday night altogether if they could sail on Monday at {early}, which is better than any late boat.",
        "Nobody is taking the ferry away; they’re taking away three and a half hours of waiting for it.",
    ),
}

# How anybody of an opinion might close.
ENDINGS: dict[Opinion, tuple[str, ...]] = {
    "keep": (
        "Leave it where it is.",
        "Keep the {last}, and send me the bill for my share.",
        "Habit is what the rest of the world calls a community.",
        "I’ll be on the next one, at the rail, as ever.",
        "Count again, and this time count the people waiting for them.",
        "That’s not nostalgia, it’s logistics.",
        "Please, somebody, ask the pupils.",
        "I’d rather pay more than go home early.",
        "You can have my vote and my flask on it.",
        "Is that really too much for one evening a week?",
        "Some things are worth more than they bring in.",
        "We’ll miss it on the first wet Sunday, all of us.",
        "Try explaining that to a child with a rucksack.",
        "I hope the owners take the boat to their own meeting.",
        "Twelve, if you count the dog, and she has a ticket.",
        "I’ll say it to anyone’s face, preferably on board.",
        "And no, a video call isn’t dinner.",
        "A late boat is a promise, so keep it.",
        "The draft should stay a draft.",
        "Let the owners spend one Sunday on the island before they decide.",
        "Our table will be a smaller one without it.",
        "Put that in your timetable.",
        "If it goes, I’ll have to learn to row.",
        "It depends which eleven, exactly as the paper says.",
        "I’ve signed the list at the shop, and there’s a pencil on a string.",
        "We’d notice; that is all I’m saying.",
        "Three and a half hours is a lot of Sunday.",
        "Who will be the eleventh, if not one of us?",
        "A timetable is for people, or it’s for nothing.",
        "There must be a cheaper way to save money.",
        "See you on the pier, and bring a scarf.",
        "I’d like that read aloud to the owners.",
        "Nobody has shown me a reason that floats.",
        "I’ll stop now, my supper’s on the table, and it isn’t four o’clock.",
    ),
    "adjust": (
        "Meet in the middle, say {proposal}.",
        "It needn’t be all or nothing.",
        "Try it for {few} months and then ask us again.",
        "I’d settle for {proposal} and a civil notice on the door.",
        "Give us the {early} on Monday and we can talk about Sunday.",
        "Somebody with a pencil could sort this out before lunch.",
        "Whatever it is, let it stay put for {few} years.",
        "Couldn’t the company simply ask the eleven?",
        "Shall we say {proposal}?",
        "That’s my offer, and I’m told it’s a poor one from both sides.",
        "A small boat late is better than a big boat early.",
        "I’d bring cake to any meeting that settled it.",
        "Nobody would get everything, and everybody would get home.",
        "Make it a trial, with a date on which it ends.",
        "The tide compromises twice a day, and look how long it’s lasted.",
        "Would {proposal} really hurt anybody?",
        "There’s a roster in there somewhere that works.",
        "Put both timetables up at the landing and let people tick.",
        "My guess is that we end up at {proposal}, so why not start there?",
        "Draw it on a napkin; the best timetables began that way.",
        "If it’s wrong we can put it back, provided that we say so now.",
        "One change at a time, and Monday first.",
        "I’ve sent the company a drawing of this, with arrows.",
        "Let’s hear the crew before we decide for them.",
        "It only takes somebody to ask.",
        "Half a loaf still goes very well with soup.",
    ),
    "move": (
        "Sorry, but there it is.",
        "Ten past four it is, as far as I’m concerned.",
        "I’d take the bargain.",
        "Tell me where the difference is to come from, and I’ll listen.",
        "We’ll get used to it, as we got used to the {noon}.",
        "I’ll be civil about it, but I won’t pretend.",
        "Now throw your sandwiches.",
        "Better one boat that pays than four that don’t.",
        "Figures aren’t unkind; they’re only figures.",
        "If I’ve added up wrongly, please show me where.",
        "I won’t be popular at the shop, but I’ve got my own bread.",
        "You can eat at one o’clock; people did for centuries.",
        "Somebody always pays, and it’s rarely whoever is shouting.",
        "Keep the money for a boat that’s full.",
        "Say yes while there’s still an early boat on the table.",
        "That’s how it looks from here, at any rate.",
        "And now I’ll go and feed the hens before I’m thrown to them.",
        "Habits can change; mine have, mostly on doctor’s orders.",
        "An honest no is better than a boat that stops by itself.",
        "I say this fondly, from a bench with plenty of room on it.",
        "Let’s argue about the {early} instead, since that one can be won.",
        "It’ll be dark by then anyway, half of the year.",
    ),
}

# How people begin an answer; `{name}` is whoever they answer.
AGREEING = (
    "{name}, that’s exactly it.",
    "{name} has put it better than I could.",
    "Hear, hear, {name}.",
    "I’d sign that, {name}, and add one thing.",
    "Quite right, {name}.",
    "Same at our house, {name}.",
    "{name}, I think we’ve stood in the same queue.",
    "Yes, {name}, and it goes further.",
    "I was about to write the same, {name}, so I’ll only add this.",
    "What {name} said.",
    "{name}, you’ve saved me a long letter.",
    "Thank you, {name}; I thought that I was the only one.",
    "I’m with {name} on this.",
    "{name}, my neighbour says the same, and she agrees with nobody.",
    "Well said, {name}, and not a word too many.",
    "That’s my experience too, {name}.",
    "{name}, could you please say that again at the meeting?",
    "Agreed, {name}, with knobs on.",
    "I read {name}’s comment aloud at breakfast, and there was nodding.",
    "{name}, you and I should share a thermos.",
    "Precisely, {name}.",
    "I’ll second that, {name}, from the other end of the pier.",
    "{name} is right about that, as far as I can see.",
    "Nothing to add to what {name} says, except this.",
)
DIFFERING = (
    "{name}, I see it differently.",
    "With respect, {name}, that isn’t how it looks from where I stand.",
    "I’d like to agree, {name}, but I can’t make it add up.",
    "Not so fast, {name}.",
    "{name}, there’s a hole in that, and it’s about the size of a ferry.",
    "I follow you halfway, {name}.",
    "That’s fair as far as it goes, {name}, but it doesn’t go all the way.",
    "{name}, I’ve lived with it for {years} years, and I’d put it the other way round.",
    "Hm, {name}, I’m not persuaded.",
    "You make a good case, {name}, for a different harbour.",
    "{name}, may I disagree without anybody falling in?",
    "I understand the worry, {name}, but there’s another side to it.",
    "Half of that is true, {name}.",
    "{name}, I used to think so too.",
    "I don’t think that’s quite fair, {name}.",
    "Respectfully, {name}: no.",
    "Have you tried it in {month}, {name}?",
    "{name}, you’re counting one thing and I’m counting another.",
    "We’ll have to differ, {name}, but over something hot.",
    "I’d have said the opposite, {name}, and here is why.",
    "Come now, {name}.",
    "It’s a good point, {name}, though I draw another conclusion from it.",
    "{name}, that would hold if all Sundays were alike.",
    "Kindly meant, {name}, but have another look.",
)
# Answers that fit whatever was said.
LISTENING = (
    "{name}, I hadn’t thought of that.",
    "May I add something to that, {name}?",
    "Interesting, {name}; now let me tell you the other half.",
    "{name}, I’ve been turning that over since breakfast.",
    "That made me laugh, {name}, and then it made me think.",
    "This is for {name}, and for anyone else who’s awake.",
    "{name}, you remind me of something.",
    "Let me follow on from {name}.",
    "Since {name} brings it up, I’ll join in.",
    "I have something on that very point, {name}.",
    "{name}, I asked around after reading this.",
    "I’m glad somebody has said it, {name}, whether or not it’s right.",
    "{name}, I’ve read yours again, and I keep coming back to this.",
    "Nobody puts it quite like {name}.",
    "It looks like this from our window, {name}.",
    "Here’s a thought for {name}, free of charge.",
)
# When somebody answers an answer to their own comment.
RETURNING = (
    "Fair enough, {name}.",
    "I take the point, {name}, and I’ll keep mine as well.",
    "You may be right, {name}, but humour me.",
    "{name}, we’re closer than it sounds.",
    "All right, {name}, I’ll give you half of that.",
    "I knew that you’d say so, {name}.",
    "That’s not quite what I meant, {name}.",
    "{name}, I’ll buy you a coffee and we’ll draw it on the cup.",
    "Thank you for answering, {name}; not everyone does.",
    "Touché, {name}.",
    "Then let me ask it another way, {name}.",
    "{name}, I’ve looked it up since, as one should.",
    "You’ve moved me an inch, {name}, which is more than my family has in years.",
    "Let me put it more carefully, {name}.",
    "I still think so, {name}, but less loudly.",
    "Granted, {name}, and now the rest of it.",
)
# Answers to somebody who gave no name.
ANSWERING_NOBODY = (
    "Whoever you are, that was worth reading.",
    "You’ve left no name, but I think I know the hat.",
    "A word to the nameless one above.",
    "I’d like to shake your hand, or at least know which hand it is.",
    "Nicely put, and modestly unsigned.",
    "I don’t know who wrote that, but I’ve heard it on the pier as well.",
    "Unsigned or not, it deserves an answer.",
    "I wish you’d signed that; I would have quoted you.",
    "That could have been written by any of {few} people I know.",
    "A word in reply, to whom it may concern.",
    "Somebody has been thinking there.",
    "I turned that one over twice before answering.",
)

# Names in many scripts. The place in the list decides a person's voice and age.
NAMES = (
    "Maren Tolle", "Gwilym Rees", "Ottilie Brandt", "Καλλιόπη Δράκου", "Jory Penhale", "Samira Haddad",
    "Анна Лисицкая", "Bartholomew Wick", "Siobhán Keane", "Eluned Parry", "中村 春子", "Rafael Quintas",
    "Dorcas Amadi", "Halvard Nes", "מרים לוין", "Tess Gallow", "Wim de Graaf", "Zofia Malik",
    "Ifor Vaughan", "Lan Nguyễn", "ليلى الصبّاغ", "Peder Skov", "Constance Ivory", "Aniela Krol",
    "Mrs Trimble", "Óscar Belmonte", "Sigríður Jónsdóttir", "राधिका सेन", "Cuthbert Lowe", "Yara Mansour",
    "tidewatcher", "Annika Rask", "Jean-Luc Morvan", "Δημήτρης Βαλής", "Philippa Gorse", "Kwame Asante",
    "Ruaridh Sinclair", "Ilse Vandamme", "Богдан Коваль", "Nerys Madoc", "Tiago Falcão", "Ada Winterbourne",
    "陈海燕", "Esme Tarrant", "Old Hal", "Çiğdem Aydın", "Ragnhild Moe", "Fergus Blythe",
    "Նարեկ Սարյան", "Winifred Sparrow", "Amara Okeke", "Jacek Wrona", "Delphine Aubry", "Tom Farthing",
    "김서연", "Hedvig Lund", "Mateo Irigoyen", "Prudence Hale", "Cadoc Pugh", "Nadia Benali",
    "Kerttu Mäkelä", "Horace Tidy", "ელენე ბერიძე", "Birgit Sommer", "Emrys Tudor", "Lucinda Shore",
    "Віра Мельник", "Anselm Pike", "Fatou Diop", "G. P.", "Marisol Vega", "Einar Holm",
    "Nora of the Lighthouse", "Θάλεια Μώρου", "Ivo Hruška", "Beatrix Coombe", "Tendai Moyo", "Aoife Brannigan",
    "أمين شرف", "Rosalind Quay", "Torsten Eklund", "Jessamy Rowe", "Luca Ferrante", "Mina Radić",
    "Gethin Bowen", "Soledad Marín", "田中 健", "Phoebe Larkspur", "Arvid Dahlgren", "The harbour cat",
    "Hester Moon", "Yusuf Demir", "Oonagh Tully", "Petr Zeman", "Minna Salo", "Clara Oyelaran",
    "סבא יוסי", "Aurelio Conti", "Meredith Pask", "Юрий Баландин", "Lettice Crane", "Ngozi Eze",
    "Sven at the slip", "Isolde Farrow", "Dafydd ap Huw", "Kaja Novak", "मोहन कुलकर्णी", "Bram Hoekstra",
    "Temperance Ludd", "Raúl Ibarra", "Signe Frost", "Ewan McAllan", "Giulia Serra", "Percy Shingle",
    "สมชาย ใจดี", "Vesna Horvat", "Lorcan Daly", "Augusta Finn", "Idris Kamara", "Hanneke Visser",
    "Ευγενία", "Barnaby Stoat", "Chiara Lombardi", "Mae Trewin", "Olafur Grims", "Dilnoza Karimova",
    "Perpetua Gill", "Анатолій", "Eskil Berg", "Rhiannon Gough", "Feliks Nowak", "Ines Matos",
    "ஆதிரை", "Jonty Marsh", "Zeynep Kaya", "Alban Thirkell", "Maj-Britt Olsen", "Rosa Lindqvist",
    "Tobiah Crewe", "李明", "Florence Nettle", "Kofi Mensah", "Aled Prosser", "Katya Dimitrova",
    "Two Oars", "Leocadia Pons", "Gunnar Stein", "Violet Harker", "Mirek Dvořák", "سعاد قاسم",
    "Abel Hurrell", "Thora Lind", "Pascal Renard", "Dilys Wynne", "ქეთევან", "Noor Jansen",
    "Cecily Drew", "Lauri Koski", "Martha Plum", "Estêvão Brito", "Hannah Weiss", "R. Cobbold",
    "Ульяна", "Silvester Roe", "Nuala Fay", "Benedikt Auer", "Imani Njoroge", "Sybil Tarn",
    "Marco Rinaldi", "Greta Holt", "Finlay Rennie", "박지훈", "Agathe Colin", "Walburga Huber",
)  # fmt: skip

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMERALS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

MOST_DEPTH = 8
FEWEST_WORDS, MOST_WORDS = 15, 60
TOP_LEVEL_SHARE = 0.35
NAMELESS_SHARE = 0.08
RETURNING_SHARE = 0.4  # of the replies that could answer an answer to one's own comment
DEALS_OF_REST = 60  # about fifteen comments
# A few comments that everybody answers: which thread each begins, and its share of all comments.
MAGNETS = {1: 0.06, 8: 0.035, 21: 0.025, 55: 0.018}
# The story is two days old and came out at nine: nobody comments on it from the future.
FIRST_MINUTE, LAST_MINUTE = 3, 2_300
HOUR_OF_STORY = 9

_CHOICE = re.compile(r"\[([^\[\]]+)\]")
_SLOT = re.compile(r"\{(\w+)\}")
# First words that are not somebody's first name.
_NO_FIRST_NAME = {"Mrs", "Old", "The", "Two", "G.", "R.", "סבא"}
_TIMES = {"first": (9, 10), "noon": (12, 40), "new": (16, 10), "last": (19, 40), "early": (7, 30)}
# Times of day that a comment is free to name: from and until, in five-minute steps.
_TIME_RANGES = {
    "dawn": ((3, 20), (4, 50)),
    "morning": ((6, 40), (7, 45)),
    "afternoon": ((16, 45), (18, 0)),
    "evening": ((20, 15), (21, 0)),
}
_WORD_RANGES = {"few": (2, 6), "small": (4, 9), "teens": (12, 19), "small_age": (11, 15)}
_FIGURE_RANGES = {"more": (21, 64), "hundreds": (110, 480), "minutes": (11, 34)}


@dataclass(frozen=True)
class Person:
    """A reader who comments. `proposal` is their favourite time, in minutes after midnight."""

    name: str | None
    voice: Voice
    age: int
    years: int
    clock: Literal["colon", "point", "words"]
    proposal: int

    @property
    def called(self) -> str:
        """What others call them: the first name where there is one."""
        name = self.name or ""
        first = name.split()[0] if name else ""
        east_asian = first > "\u2e80"
        return name if first in _NO_FIRST_NAME or east_asian else first

    @property
    def writes_right_to_left(self) -> bool:
        """Whether the name is in Arabic or Hebrew script."""
        return unicodedata.bidirectional((self.name or " ")[0]) in {"R", "AL"}


@dataclass
class Place:
    """A comment's place in the discussion."""

    key: str
    person: Person
    minutes: int
    parent: Place | None = None
    attracts: int = 0  # direct replies still to come, for a comment that everybody answers

    @property
    def depth(self) -> int:
        return 1 if self.parent is None else self.parent.depth + 1


@dataclass
class Deck:
    """Deals parts of sentences so that neighbours, and one person's comments, differ."""

    rng: Random
    dealt: int = 0
    last_dealt: dict[str, int] = field(default_factory=dict)
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def deal(self, pool: Sequence[str], holders: Sequence[str]) -> str:
        """Return the part of `pool` that the holders have used least, preferring a rested one."""
        uses = {part: sum(self.spent[holder, part] for holder in holders) for part in pool}
        for part in pool:
            uses[part] += self.dealt - self.last_dealt.get(part, -DEALS_OF_REST) < DEALS_OF_REST
        fewest = min(uses.values())
        fresh = [part for part in pool if uses[part] == fewest]
        fresh.sort(key=lambda part: self.last_dealt.get(part, 0))
        part = self.rng.choice(fresh[: (len(fresh) + 1) // 2])
        self.dealt += 1
        self.last_dealt[part] = self.dealt
        self.spent.update((holder, part) for holder in holders)
        return part


def make_crowd(count: int, seed: int) -> Iterator[DemoComment]:
    """Yield `count` comments on the Sunday ferry, parents first and in order of time.

    The same `count` and `seed` always give the same comments.
    """
    rng = Random(seed)
    people = [_make_person(name, number, rng) for number, name in enumerate(NAMES)]
    rng.shuffle(people)
    # A few people talk a great deal and most of them a little.
    loudness = [1 / (rank + 10) ** 0.6 for rank in range(len(people))]
    deck = Deck(rng)
    placed: list[Place] = []
    threads = 0
    for number, (kind, minutes) in enumerate(
        zip(_draw_kinds(count, rng), _draw_times(count, rng), strict=True), start=1
    ):
        parent = None if kind == "thread" else _choose_parent(kind, placed, minutes, rng)
        person = _choose_person(parent, people, loudness, rng)
        place = Place(f"ferry-{number}", person, minutes, parent)
        if parent is None:
            place.attracts = round(MAGNETS.get(threads, 0) * count)
            threads += 1
        elif parent.attracts:
            parent.attracts -= 1
        placed.append(place)
        yield DemoComment(
            key=place.key,
            parent=parent.key if parent else None,
            name=person.name,
            text=_compose(place, deck),
            minutes_after=minutes,
        )


def _draw_kinds(count: int, rng: Random) -> list[str]:
    """What each comment is: a new thread, a reply to one of the magnets, or another reply."""
    threads = round(count * TOP_LEVEL_SHARE)
    drawn_in = sum(round(count * share) for share in MAGNETS.values())
    kinds = ["thread"] * threads + ["magnet"] * drawn_in
    kinds += ["reply"] * (count - len(kinds))
    rng.shuffle(kinds)
    return kinds


def _draw_times(count: int, rng: Random) -> list[int]:
    """Minutes after the story, ascending: lively at first, fading, and quiet at night."""
    times: list[int] = []
    while len(times) < count:
        minutes = rng.randrange(FIRST_MINUTE, LAST_MINUTE)
        hour = (HOUR_OF_STORY + minutes / 60) % 24
        awake = 0.05 if hour < 6 else 1
        if rng.random() < awake / (1 + minutes / 900):
            times.append(minutes)
    return sorted(times)


def _choose_parent(kind: str, placed: list[Place], minutes: int, rng: Random) -> Place | None:
    """The comment to answer; None, so a new thread, while there is nothing to answer yet."""
    if kind == "magnet":
        magnets = [place for place in placed if place.attracts and place.minutes < minutes]
        if magnets:
            return rng.choices(magnets, [place.attracts for place in magnets])[0]
    # Half of the replies carry on a conversation, the others turn back to something older.
    reach, least_depth = rng.choice([(15, 3), (15, 2), (90, 1), (len(placed), 1)])
    for candidates in (placed[-reach:], placed):
        open_to_replies = [
            place
            for place in candidates
            if place.minutes < minutes and least_depth <= place.depth < MOST_DEPTH
            if not place.attracts
        ]
        if open_to_replies:
            return rng.choice(open_to_replies)
        least_depth = 1
    return None


def _make_person(name: str | None, number: int, rng: Random) -> Person:
    kind = list(VOICES)[number % len(VOICES)]
    ages = {"pensioner": (71, 88), "student": (18, 23)}.get(kind, (30, 60))
    return Person(
        name=name,
        voice=VOICES[kind],
        age=rng.randint(*ages),
        years=rng.randint(7, 33),
        clock=rng.choice(("colon", "colon", "point", "words")),
        proposal=rng.randrange(17 * 60 + 5, 18 * 60 + 45, 5),
    )


def _choose_person(
    parent: Place | None, people: list[Person], loudness: list[float], rng: Random
) -> Person:
    if rng.random() < NAMELESS_SHARE:
        return _make_person(None, rng.randrange(len(VOICES)), rng)
    if parent and parent.parent and parent.parent.person.name and rng.random() < RETURNING_SHARE:
        return parent.parent.person
    while True:
        person = rng.choices(people, loudness)[0]
        if parent is None or person != parent.person:
            return person


def _compose(place: Place, deck: Deck) -> str:
    """A comment's text, of FEWEST_WORDS to MOST_WORDS words."""
    person, rng = place.person, deck.rng
    # What was said by this person, in the comment answered or beside it is not dealt again soon.
    holders = [place.key]
    if person.name:
        holders.append(person.name)
    if place.parent:
        holders.append(place.parent.key)
    opinion = person.voice.opinion
    own_middle = deck.deal(person.voice.middles, holders)
    shared_middle = deck.deal(MIDDLES[opinion], holders)
    middles = [own_middle, shared_middle] if rng.random() < 0.5 else [shared_middle, own_middle]
    openings = _choose_openings(place, rng)
    if place.parent and place.parent.person.writes_right_to_left:
        # A first word in Arabic or Hebrew script would turn the whole comment round.
        openings = [part for part in openings if not part.startswith("{name}")]
    opening = deck.deal(openings, holders)
    ending = deck.deal(ENDINGS[opinion], holders)
    plan = rng.choices(
        [
            [opening, middles[0], ending],
            [opening, middles[0]],
            [opening, *middles],
            [opening, *middles, ending],
            [middles[0], ending],
        ],
        [45, 25, 12, 8, 10 if place.parent is None else 0],
    )[0]
    drawn: set[str] = set()
    sentences = [_fill(part, place, drawn, rng) for part in plan]
    if _count_words(sentences) < FEWEST_WORDS:
        sentences.insert(-1, _fill(middles[1], place, drawn, rng))
    while _count_words(sentences) > MOST_WORDS:
        sentences.pop()
    text = " ".join(sentences)
    if len(sentences) > 2 and _count_words(sentences) > 35 and rng.random() < 0.4:
        text = " ".join(sentences[:-1]) + "\n\n" + sentences[-1]
    return text


def _choose_openings(place: Place, rng: Random) -> Sequence[str]:
    """The beginnings to choose from, by what is answered and whether the two agree."""
    person, parent = place.person, place.parent
    if parent is None or (parent.parent is None and rng.random() < 0.25):
        return person.voice.openings if rng.random() < 0.5 else GENERAL_OPENINGS
    if parent.person.name is None:
        return ANSWERING_NOBODY
    if parent.parent and parent.parent.person == person:
        return RETURNING
    if rng.random() < 0.35:
        return LISTENING
    return AGREEING if parent.person.voice.opinion == person.voice.opinion else DIFFERING


def _fill(part: str, place: Place, drawn: set[str], rng: Random) -> str:
    """Choose among the alternatives, fill the slots and begin with a capital."""
    text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), part)
    text = _SLOT.sub(lambda found: _fill_slot(found[1], place, drawn, rng), text)
    return text if part.startswith("{name}") else text[0].upper() + text[1:]


def _fill_slot(slot: str, place: Place, drawn: set[str], rng: Random) -> str:
    """The words for one slot. `drawn` keeps a comment from naming one month twice."""
    person = place.person
    if slot in _TIMES:
        hour, minute = _TIMES[slot]
        return _tell_time(hour * 60 + minute, person.clock)
    if slot in _TIME_RANGES:
        start, end = (hour * 60 + minute for hour, minute in _TIME_RANGES[slot])
        return _tell_time(rng.randrange(start, end + 1, 5), person.clock)
    if slot in _WORD_RANGES:
        return _spell(rng.randint(*_WORD_RANGES[slot]))
    if slot in _FIGURE_RANGES:
        return str(rng.randint(*_FIGURE_RANGES[slot]))
    if slot == "month":
        month = rng.choice([month for month in MONTHS if month not in drawn])
        drawn.add(month)
        return month
    return {
        "name": place.parent.person.called if place.parent else "",
        "proposal": _tell_time(person.proposal, person.clock),
        "age": _spell(person.age),
        "years": _spell(person.years),
        "old_age": _spell(90 + person.years % 7),
        "part": ("fifth", "quarter", "third", "sixth")[person.years % 4],
    }[slot]


def _tell_time(minutes: int, clock: str) -> str:
    """A time of day as this person writes it: 17:20, 17.20 or twenty past five."""
    hour, minute = divmod(minutes, 60)
    if clock != "words":
        return f"{hour:02}{':' if clock == 'colon' else '.'}{minute:02}"
    nearest = hour if minute <= 30 else hour + 1
    hour_word = NUMERALS[(nearest - 1) % 12 + 1]
    if minute == 0:
        return f"{hour_word} o’clock"
    distance = min(minute, 60 - minute)
    words = {15: "quarter", 30: "half"}.get(distance) or _spell(distance)
    return f"{words} {'past' if minute <= 30 else 'to'} {hour_word}"


def _spell(number: int) -> str:
    """A whole number below one hundred in words."""
    if number < len(NUMERALS):
        return NUMERALS[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f"-{NUMERALS[ones]}" if ones else "")


def _count_words(sentences: Sequence[str]) -> int:
    return len(" ".join(sentences).split())
