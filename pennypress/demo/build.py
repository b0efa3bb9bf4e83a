"""Building the demo newspaper from its words and pictures, by the verbs that everyone uses."""

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import islice

from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Site

from pennypress.discussion.actions import Carried, carry_over_comments, open_discussion
from pennypress.discussion.models import Comment, Rule
from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.funding.models import Campaign, FundSettings
from pennypress.newsroom.setup import set_up_site, site_exists
from pennypress.stories.actions import publish_story
from pennypress.stories.models import Byline, HomePage, Person, Picture, SectionPage, StoryPage
from pennypress.stories.pictures import make_picture

from . import texts
from .crowd import make_crowd
from .data import DemoPicture, load_pictures, picture_file
from .discussions import DISCUSSIONS, DemoComment
from .stories import STORIES

EDITOR = "editor@pennytide.example"
PORTRAITS = {"ines-calder": "person-1", "tomas-reyes": "person-2"}
CROWD, CROWD_STORY = 2_000, "sunday-ferry"


def build_demo(say: Callable[[str], object] = lambda line: None) -> None:
    """Make the demo site, unless there is a site already.

    Publishing queues the cutting of pictures to size; the server does that while it serves.
    """
    if site_exists():
        return
    say("Setting up the paper, its stories, its fund and its readers")
    with transaction.atomic():
        _build()


def _build() -> None:
    home = set_up_site(texts.TITLE, texts.CAMPAIGN.currency, section=None)
    home.tagline = texts.TAGLINE
    home.save_revision().publish()
    sections = _make_sections(home)
    campaign = _make_fund()
    images = {slug: _make_picture(slug, shown) for slug, shown in load_pictures().items()}
    people = {person.slug: _make_person(person, images) for person in texts.PEOPLE}
    now = timezone.now()
    for story in sorted(STORIES, key=lambda story: -story.days_ago):
        page = _make_story(story, sections[story.language, story.section], images, people, now)
        _make_discussion(page, DISCUSSIONS.get(story.slug, ()))
        if story.slug == CROWD_STORY:
            _make_discussion(page, make_crowd(CROWD, seed=1833))
    _make_gifts(campaign, now.date())


def _make_sections(home: HomePage) -> dict[tuple[str, str], SectionPage]:
    homes = {home.locale.language_code: HomePage.objects.get(pk=home.pk)}
    made = {}
    for section in texts.SECTIONS:
        if section.language not in homes:
            homes[section.language] = _translate_home(home, section.language)
        parent = homes[section.language]
        made[section.language, section.slug] = parent.add_child(
            instance=SectionPage(
                title=section.title,
                slug=section.slug,
                summary=section.summary,
                show_in_menus=True,
                locale=parent.locale,
            )
        )
    return made


def _translate_home(home: HomePage, language: str) -> HomePage:
    locale, _ = Locale.objects.get_or_create(language_code=language)
    other = home.copy_for_translation(locale)
    other.tagline = texts.TAGLINES.get(language, texts.TAGLINE)
    other.slug = f"home-{language}"
    other.save_revision().publish()
    return HomePage.objects.get(pk=other.pk)


def _make_fund() -> Campaign:
    words = texts.CAMPAIGN
    site = Site.objects.get(is_default_site=True)
    FundSettings.objects.update_or_create(
        site=site,
        defaults={
            "currency": words.currency,
            "account_holder": f"{texts.TITLE} (a fictional paper)",
            "account_details": "Merrow Sound Savings Bank\nAccount 0000 1833 0000 (it does not exist)",
            "reference_hint": "Gift, and your name if the ledger may show it",
        },
    )
    return save_campaign(
        Campaign(
            slug=words.slug,
            title=words.title,
            text=words.text,
            currency=words.currency,
            goal=words.goal,
            appeal_heading=words.appeal_heading,
            appeal_text=words.appeal_text,
        )
    )


def _make_picture(slug: str, shown: DemoPicture) -> Picture:
    path = picture_file(slug)
    with path.open("rb") as file:
        picture = Picture(
            title=shown.title,
            description=shown.alt,
            credit=shown.credit,
            file=ImageFile(file, name=path.name),
        )
        x, y = shown.focal
        picture.focal_point_x = int(x * picture.width)
        picture.focal_point_y = int(y * picture.height)
        picture.focal_point_width = picture.focal_point_height = 40
        picture.save()
    return picture


def _make_person(words: texts.DemoPerson, images: dict[str, Picture]) -> Person:
    portrait = images.get(PORTRAITS.get(words.slug, ""))
    if portrait:
        make_picture.enqueue(portrait.pk)
    return Person.objects.create(
        slug=words.slug,
        name=words.name,
        role=words.role,
        bio=f"<p>{words.bio}</p>",
        portrait=portrait,
    )


def _make_story(
    words: texts.DemoStory,
    section: SectionPage,
    images: dict[str, Picture],
    people: dict[str, Person],
    now: dt.datetime,
) -> StoryPage:
    published = (now - dt.timedelta(days=words.days_ago)).replace(
        hour=words.hour, minute=(words.days_ago * 17) % 60, second=0, microsecond=0
    )
    picture = images.get(words.picture or "")
    story = StoryPage(
        title=words.headline,
        slug=words.slug.removeprefix(f"{words.language}-"),
        kind=words.kind,
        standfirst=words.standfirst,
        dateline=words.dateline,
        published=min(published, now - dt.timedelta(minutes=30)),
        lead_picture=picture,
        lead_alt=words.alt or (picture.description if picture else ""),
        lead_caption=words.caption,
        body=[_block(block, images) for block in words.body],
        sources=[("source", _source(source, now.date())) for source in words.sources],
        is_lead=words.lead,
    )
    story.bylines = [
        Byline(person=people[slug], sort_order=place) for place, slug in enumerate(words.bylines)
    ]
    return publish_story(story, section)


def _block(block: texts.Block, images: dict[str, Picture]) -> tuple[str, object]:
    match block:
        case texts.Paragraph(text):
            return "paragraph", f"<p>{text}</p>"
        case texts.Heading(text):
            return "heading", text
        case texts.Quotation(text, speaker, role, source):
            return "quotation", {"text": text, "speaker": speaker, "role": role, "source": source}
        case texts.BodyPicture(slug, caption):
            image = images[slug]
            image.contextual_alt_text = image.description
            image.decorative = False
            return "picture", {"image": image, "caption": caption}
        case texts.Bullets(items, ordered):
            return "list", {"ordered": ordered, "items": [f"<p>{item}</p>" for item in items]}
        case texts.PullQuote(text):
            return "pull_quote", text
        case texts.Note(text):
            return "note", f"<p>{text}</p>"
        case texts.Embed(url, title, author):
            return "embed", {"url": url, "title": title, "author": author}


def _source(source: texts.Source, today: dt.date) -> dict[str, object]:
    seen = source.seen_days_ago
    return {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url or "",
        "seen": today - dt.timedelta(days=seen) if seen is not None else None,
    }


def _make_discussion(story: StoryPage, comments: Iterable[DemoComment]) -> None:
    rules = {rule.number: rule for rule in Rule.objects.all()}
    now = timezone.now()
    start = story.published or now
    numbers: dict[str, int] = {}
    stream = iter(comments)
    while batch := list(islice(stream, 1_000)):
        items = [
            Carried(
                source=comment.key,
                parent=numbers.get(comment.parent, comment.parent) if comment.parent else None,
                author=comment.name,
                text=comment.text,
                posted=min(start + dt.timedelta(minutes=comment.minutes_after), now),
                position=0,
                hold="A reader's first comment waits for a moderator."
                if comment.state == "held"
                else "",
                markup=Comment.Markup.MARKDOWN,
                removed_under=rules[comment.rule] if comment.rule else None,
            )
            for comment in batch
        ]
        numbers |= carry_over_comments(open_discussion(story), items)


def _make_gifts(campaign: Campaign, today: dt.date) -> None:
    carry_over(
        campaign,
        texts.CARRIED_OVER,
        campaign.currency,
        source="the paper's old collection box",
        day=today - dt.timedelta(days=40),
    )
    for gift in sorted(texts.GIFTS, key=lambda gift: -gift.days_ago):
        record_gift(
            campaign,
            gift.minor,
            campaign.currency,
            name=gift.name or "",
            reference=gift.reference,
            day=today - dt.timedelta(days=gift.days_ago),
        )
