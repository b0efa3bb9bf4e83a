"""Building the demo newspaper from its data, by the verbs that everyone uses."""

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Site

from pennypress.discussion.actions import Carried, carry_over_comments, open_discussion
from pennypress.discussion.models import Comment, Rule
from pennypress.foundation.images import take_bare_webp
from pennypress.foundation.progress import Progress, no_progress
from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.funding.models import Campaign, FundSettings
from pennypress.newsroom.setup import set_up_site, site_exists
from pennypress.pictures.models import Picture
from pennypress.pictures.renditions import make_picture
from pennypress.pictures.uploads import CleanFile
from pennypress.stories.actions import publish_story
from pennypress.stories.models import Byline, HomePage, Person, SectionPage, StoryPage

from .crowd import make_crowd
from .data import (
    BodyBlock,
    Demo,
    DemoComment,
    DemoFund,
    DemoPaper,
    DemoPerson,
    DemoSource,
    DemoStory,
    load_demo,
)

EDITOR = "editor@pennytide.example"
CROWD, CROWD_STORY = 2_000, "sunday-ferry"


def build_demo(
    say: Callable[[str], object] = lambda line: None, progress: Progress = no_progress
) -> None:
    """Make the demo site, unless there is a site already. `progress` is told in stories.

    Publishing queues the cutting of pictures to size; the server does that while it serves.
    """
    if site_exists():
        return
    say("Setting up the paper, its stories, its fund and its readers")
    demo = load_demo()
    with transaction.atomic():
        _build(demo, progress)


def _build(demo: Demo, progress: Progress) -> None:
    home = set_up_site(demo.paper.title, demo.fund.currency, section=None)
    home.tagline = demo.paper.tagline
    home.save_revision().publish()
    sections = _make_sections(home, demo.paper)
    campaign = _make_fund(demo.fund)
    images = {slug: _make_picture(slug, demo) for slug in demo.pictures}
    people = {person.slug: _make_person(person, images) for person in demo.paper.people}
    now = timezone.now()
    ordered = sorted(demo.stories.values(), key=lambda story: -story.days_ago)
    for number, story in enumerate(ordered, 1):
        section = sections[story.language, story.section]
        page = _make_story(story, section, images, people, now)
        _make_discussion(page, demo.discussions.get(story.slug, ()))
        if story.slug == CROWD_STORY:
            _make_discussion(page, make_crowd(CROWD, seed=1833))
        progress(number, len(ordered))
    _make_gifts(campaign, demo.fund, now.date())


def _make_sections(home: HomePage, paper: DemoPaper) -> dict[tuple[str, str], SectionPage]:
    homes = {home.locale.language_code: HomePage.objects.get(pk=home.pk)}
    made = {}
    for section in paper.sections:
        if section.language not in homes:
            homes[section.language] = _translate_home(home, section.language, paper)
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


def _translate_home(home: HomePage, language: str, paper: DemoPaper) -> HomePage:
    locale, _ = Locale.objects.get_or_create(language_code=language)
    other = home.copy_for_translation(locale)
    other.tagline = paper.taglines.get(language, paper.tagline)
    other.slug = f"home-{language}"
    other.save_revision().publish()
    return HomePage.objects.get(pk=other.pk)


def _make_fund(fund: DemoFund) -> Campaign:
    site = Site.objects.get(is_default_site=True)
    FundSettings.objects.update_or_create(
        site=site,
        defaults={
            "currency": fund.currency,
            "account_holder": fund.account_holder,
            "account_details": fund.account_details,
            "reference_hint": fund.reference_hint,
        },
    )
    return save_campaign(Campaign(currency=fund.currency, **fund.campaign.model_dump()))


def _make_picture(slug: str, demo: Demo) -> Picture:
    shown, path = demo.pictures[slug], demo.picture_file(slug)
    picture = Picture(
        title=shown.title,
        description=shown.alt,
        credit=shown.credit,
        credits=shown.credits,
        file=CleanFile(take_bare_webp(path.read_bytes()), path.name),
    )
    x, y = shown.focal
    picture.focal_point_x = int(x * picture.width)
    picture.focal_point_y = int(y * picture.height)
    picture.focal_point_width = picture.focal_point_height = 40
    picture.save()
    return picture


def _make_person(words: DemoPerson, images: dict[str, Picture]) -> Person:
    portrait = images[words.portrait] if words.portrait else None
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
    words: DemoStory,
    section: SectionPage,
    images: dict[str, Picture],
    people: dict[str, Person],
    now: dt.datetime,
) -> StoryPage:
    published = (now - dt.timedelta(days=words.days_ago)).replace(
        hour=words.hour, minute=(words.days_ago * 17) % 60, second=0, microsecond=0
    )
    picture = images[words.picture] if words.picture else None
    story = StoryPage(
        title=words.headline,
        slug=words.slug,
        kind=words.kind,
        standfirst=words.standfirst,
        dateline=words.dateline,
        published=min(published, now - dt.timedelta(minutes=30)),
        lead_picture=picture,
        lead_alt=words.alt or (picture.description if picture else ""),
        lead_caption=words.caption,
        body=[_place_picture(block, images) for block in words.body],
        sources=[("source", _source(source, now.date())) for source in words.sources],
        is_lead=words.lead,
    )
    story.bylines = [
        Byline(person=people[slug], sort_order=place) for place, slug in enumerate(words.bylines)
    ]
    return publish_story(story, section)


def _place_picture(block: BodyBlock, images: dict[str, Picture]) -> BodyBlock:
    kind, value = block
    if kind != "picture":
        return block
    image = images[value["picture"]]
    image.contextual_alt_text = image.description
    image.decorative = False
    return kind, {"image": image, "caption": value["caption"]}


def _source(source: DemoSource, today: dt.date) -> dict[str, object]:
    seen = source.seen_days_ago
    return {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
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
                hold="A reader's first comment waits for a moderator." if comment.held else "",
                markup=Comment.Markup.MARKDOWN,
                removed_under=rules[comment.removed_under] if comment.removed_under else None,
            )
            for comment in batch
        ]
        numbers |= carry_over_comments(open_discussion(story), items)


def _make_gifts(campaign: Campaign, fund: DemoFund, today: dt.date) -> None:
    before = fund.carried_over
    carry_over(
        campaign,
        before.minor,
        campaign.currency,
        source=before.source,
        day=today - dt.timedelta(days=before.days_ago),
    )
    for gift in sorted(fund.gifts, key=lambda gift: -gift.days_ago):
        record_gift(
            campaign,
            gift.minor,
            campaign.currency,
            name=gift.name,
            reference=gift.reference,
            day=today - dt.timedelta(days=gift.days_ago),
        )
