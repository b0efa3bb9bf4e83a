"""Comments are found in markup of many kinds, with hints in class names and without any."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pennypress.captures.html import read_page
from pennypress.formats.items import ArrivalRefused, CommentItem, PageItem

pytestmark = pytest.mark.once

NOW = datetime(2024, 4, 5, tzinfo=UTC)
# fmt: off
NAMES = ("Anna Kowalski", "Bert", "mira_77", "Dr. Quill", "Tom Au", "K.", "Il Gatto", "Zoe")
NOUNS = ("river", "stone", "bakery", "lantern", "bridge", "letter", "garden", "violin", "kettle")
# fmt: on
SEASON = {"en": "March {}, 2019 at 4:{} pm", "de": "{}. März 2019 um 16:{} Uhr"}
SEASON |= {"fr": "{} mars 2019 à 16h{}", "ru": "{} марта 2019 в 16:{}"}


@dataclass
class Kind:
    """How a site writes an entry, where its answers go, and what stands around them all."""

    entry: str
    around: str = "<div id=comments><h3>Comments</h3>{}</div>"
    answers: str = ""  # around the answers to an entry; a flat list without it
    language: str = "en"


KINDS = {
    "nested lists": Kind(
        '<li class="comment depth-{depth}" id="comment-{id}"><cite class="fn">{author}</cite>'
        ' <span class="says">says:</span> <a href="#comment-{id}">{date}</a>{words}'
        '<a class="comment-reply-link" href="?replytocom={id}">Reply</a>{answers}</li>',
        '<ol class="commentlist">{}</ol>',
        '<ul class="children">{}</ul>',
    ),
    "answers beside": Kind(
        '<div class="comment"><h3><a href="/c/{id}#comment-{id}">A title</a></h3>'
        '<div class="submitted">Submitted by {author} (not verified) on {date}.</div>'
        '<div class="content">{words}</div><a href="/comment/reply/1/{id}">reply</a></div>'
        "{answers}",
        answers='<div class="indented">{}</div>',
    ),
    "hashed names": Kind(
        '<div class="css-1x"><div class="css-9ab"><div class="css-77z"><span class="css-k1">'
        '{author}</span><span class="css-k2">{date}</span></div><div class="css-txt">{words}</div>'
        "<div><button>Antworten</button><button>Melden</button></div></div>{answers}</div>",
        '<section class="css-aa1"><h2>Kommentare</h2>{}</section>',
        '<div class="css-kids">{}</div>',
        "de",
    ),
    "parents as attributes": Kind(
        '<div class="b-leaf" id="t{id}" data-parent="{parent}"><b class="ljuser">{author}</b>'
        '<span class="b-time">{date}</span><div class="b-text">{words}</div></div>{answers}',
        answers="{}",
    ),
    "margins": Kind(
        '<div class="message" style="margin-left:{indent}px"><span class="author">{author}</span>'
        '<span class="time">{date}</span><div class="text">{words}</div></div>{answers}',
        '<div class="messages">{}</div>',
        "{}",
        "fr",
    ),
    "custom elements": Kind(
        '<x-comment author="{author}" thingid="t1_{id}"><a href="/user/x/">{author}</a> '
        "<time datetime={iso}>5y ago</time><div>{words}</div><button>Reply</button>"
        "{answers}</x-comment>",
        "<x-tree>{}</x-tree>",
        "{}",
    ),
    "definition list": Kind(
        '<dt id="c{id}"><a href="http://x.example">{author}</a> said... <i>{date}</i></dt>'
        "<dd>{words}</dd>",
        "<h3>Comments</h3><dl>{}</dl>",
    ),
    "rows of a table": Kind(
        "<tr class=head><td>{author}</td><td>{date}</td></tr>"
        "<tr class=text><td colspan=2>{words}</td></tr>",
        "<h3>Kommentare</h3><table>{}</table>",
        language="de",
    ),
    "headings and paragraphs": Kind(
        '<h4>{author}</h4><p class="date">{date}</p>{words}<p><a href="?re={id}">Antworten</a></p>',
        language="de",
    ),
    "paragraphs alone": Kind(
        "<p><b>{author}</b>, {date}<br>{lines}</p>",
        "<h3>Leserkommentare</h3><div>{}</div>",
        language="de",
    ),
    "lines": Kind(
        "<b>{author}</b> wrote on {date}:<br>{words}<hr>",
        "<h3>Comments</h3><div>{}</div>",
    ),
    "name below the words": Kind(
        '<div class="comment" id="c{id}">{words}<p class="posted">Posted by: '
        '<a href="http://x.example/">{author}</a> at {date}</p></div>',
    ),
    "name within a line": Kind(
        '<div class="item-x"><p class="auteur">Par <strong>{author}</strong>, le {date}</p>'
        "<div>{words}</div></div>",
        "<div><h3>Commentaires</h3>{}</div>",
        language="fr",
    ),
    "badges and initials": Kind(
        '<div class="cmt" id="cmt-{id}"><div class="cmt-avatar">{initial}</div>'
        '<span class="cmt-user">{author} <span class="badge">Mod</span></span>'
        "<time datetime={iso}>3 hours ago</time><div class=cmt-txt>{words}</div>"
        "<button>Like</button><span>7</span><button>Reply</button>{answers}</div>",
        answers="<div class=cmt-replies>{}</div>",
    ),
    "forum with profiles": Kind(
        '<article class="message" id="js-post-{id}"><div class="cell cell--user"><h4 class="name">'
        '<a class="username" href="/members/{id}/">{author}</a></h4><dl><dt>Joined</dt>'
        "<dd>Jan 5, 2011</dd><dt>Messages</dt><dd>1{id}</dd></dl></div>"
        '<div class="cell cell--main"><time datetime={iso}>Mar 2019</time>'
        '<a href="#p{id}">#{id}</a><div class="message-body">{words}</div>'
        "<a>Like</a> <a>Reply</a></div></article>",
        '<div class="block">{}</div>',
    ),
    "Russian": Kind(
        '<div class="x1"><div class="x2"><a href="/users/{id}/">{author}</a><span>{date}</span>'
        '</div><div class="x3">{words}</div><a class="x4" href="#">Ответить</a>{answers}</div>',
        '<div class="x0">{}</div>',
        '<div class="x5">{}</div>',
        "ru",
    ),
}

NO_COMMENTS = {
    "teasers": "<article class=post><h2><a href='/{id}'>{title}</a></h2><p>By <a class=author "
    "href='/author/{id}'>{author}</a> on {date} · <a href='/{id}#c'>{id} comments</a></p>{words}"
    "</article>",
    "references": "<li id='cite_note-{id}'><cite>{author} ({date}). <a href='http://x.example/'>"
    "{title}</a>.</cite></li>",
    "a timeline": "<li><strong>{date}</strong>{words}</li>",
    "events": "<div class=event><h3><a href='/e/{id}'>{title}</a></h3><span class=date>{date}"
    "</span> <span class=venue>{author}</span>{words}</div>",
    "staff": "<div class=member><h3 class=name>{author}</h3><p class=role>Editor</p>{words}</div>",
    "supporters": "<li><span class=name>{author}</span> gave $25 on <span class=date>{date}</span>"
    "</li>",
    "topics of a forum": "<tr class=topic><td><a href='/t/{id}'>{title}</a><br>by <a href="
    "'/user/{id}'>{author}</a></td><td>{id} replies</td><td>Last post {date} by {author}</td></tr>",
    "recent comments": "<div class=recentcomments><b>{author}</b> on <a href='/p{id}#comment-{id}'>"
    "{title}</a> <span>{date}</span></div>",
    "products": "<div class=product><h3><a href='/p/{id}'>{title}</a></h3><span>{id}.99 €</span>"
    "{words}<button>Add to cart</button></div>",
}


@dataclass
class Node:
    id: str
    author: str
    words: list[str]
    fields: dict
    parent: "Node | None" = None
    answers: list["Node"] = field(default_factory=list)

    @property
    def depth(self):
        return self.parent.depth + 1 if self.parent else 1


def sentence(chooser):
    words = [chooser.choice(NOUNS) for _ in range(chooser.randint(3, 12))]
    return f"{' '.join(words).capitalize()}."


def make_nodes(chooser, count, language, *, nested):
    nodes = []
    for number in range(count):
        words = [sentence(chooser) for _ in range(chooser.randint(1, 3))]
        if chooser.random() < 0.15:
            words = [chooser.choice(["+1", "Yes.", "Thanks!"])]
        day, minute = chooser.randint(1, 28), chooser.randint(10, 59)
        fields = {
            "date": SEASON[language].format(day, minute),
            "iso": f"2019-03-{day:02}T16:{minute}:00Z",
            "title": sentence(chooser),
        }
        node = Node(str(900 + 7 * number), chooser.choice(NAMES), words, fields)
        if nested and nodes and chooser.random() < 0.5:
            node.parent = chooser.choice(nodes[-3:])
            node.parent.answers.append(node)
        nodes.append(node)
    return nodes


def write(node, kind, entry=None):
    inner = "".join(write(answer, kind) for answer in node.answers)
    return (entry or kind.entry).format(
        id=node.id,
        author=node.author,
        initial=node.author[0],
        words="".join(f"<p>{text}</p>" for text in node.words),
        lines="<br>".join(node.words),
        depth=node.depth,
        indent=25 * (node.depth - 1),
        parent=node.parent.id if node.parent else 0,
        answers=kind.answers.format(inner) if inner else "",
        **node.fields,
    )


def make_page(chooser, discussion, language="en"):
    story = "".join(f"<p>{' '.join(sentence(chooser) for _ in range(6))}</p>" for _ in range(5))
    return (
        f"<html lang={language}><title>What the harbour needs - Quay Post</title><header><a href=/>"
        f"Quay Post</a></header><main><article><h1>What the harbour needs</h1>{story}</article>"
        f"{discussion}</main><footer>© Quay Post</footer></html>"
    ).encode()


@pytest.mark.parametrize("count", [3, 15])
@pytest.mark.parametrize("name", KINDS)
def test_comments_are_found_in_markup_of_this_kind(name, count):
    kind = KINDS[name]
    chooser = random.Random(f"{name}{count}")
    nodes = make_nodes(chooser, count, kind.language, nested=bool(kind.answers))
    written = "".join(write(node, kind) for node in nodes if node.parent is None)
    data = make_page(chooser, kind.around.format(written), kind.language)
    items = list(read_page(data, name="page", captured=NOW))
    found = [item for item in items if isinstance(item, CommentItem)]
    by_id = {item.source_id: item for item in found}
    told = {
        (item.author, plain(item), plain(by_id[item.parent]) if item.parent else None)
        for item in found
    }
    truth = {
        (node.author, squeeze(node.words), squeeze(node.parent.words) if node.parent else None)
        for node in nodes
    }
    assert told == truth
    assert all(item.posted.date().isoformat()[:7] == "2019-03" for item in found)
    [page] = [item for item in items if isinstance(item, PageItem)]
    assert page.headline == "What the harbour needs"
    assert len(page.blocks) == 5


@pytest.mark.parametrize("name", NO_COMMENTS)
def test_lists_of_other_things_hold_no_comments(name):
    chooser = random.Random(name)
    nodes = make_nodes(chooser, 12, "en", nested=False)
    entries = "".join(write(node, Kind(""), NO_COMMENTS[name]) for node in nodes)
    items = read_page(make_page(chooser, f"<div>{entries}</div>"), name="page", captured=NOW)
    assert not [item for item in items if isinstance(item, CommentItem)]


@pytest.mark.parametrize("seed", range(60))
def test_a_broken_page_is_read_or_refused(seed):
    chooser = random.Random(seed)
    pages = sorted((Path(__file__).parent / "pages").glob("*.html"))
    data = bytearray(chooser.choice(pages).read_bytes())
    if seed % 3 == 0:
        del data[chooser.randrange(len(data)) :]
    elif seed % 3 == 1:
        for _ in range(40):
            data[chooser.randrange(len(data))] = chooser.randrange(256)
    else:
        start = chooser.randrange(len(data))
        del data[start : start + chooser.randint(1, 3000)]
    seen = set()
    try:
        for item in read_page(bytes(data), name="page"):
            if isinstance(item, CommentItem):
                assert item.parent is None or item.parent in seen
                assert item.source_id not in seen
                seen.add(item.source_id)
    except ArrivalRefused:
        assert not seen


def plain(item):
    return "".join(item.text.replace("\\", "").split())


def squeeze(words):
    return "".join("".join(words).split())
