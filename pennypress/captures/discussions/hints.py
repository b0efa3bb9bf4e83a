"""What classes, ids and attributes of markup hint at: comments, names, dates, words, furniture.

These are the authors' names for things, in the languages that markup is written in. A hint adds
weight to what the form of a page shows; none decides alone.
"""

import re

from pennypress.formats.tree import Node

_COMMENT = re.compile(
    r"comment(?!ator)|kommentar|komment(?!ator)|coment(?!arista)|commento|commenti|reactie|reaktion"
    r"|yorum|komentar|komentarz|hozzasz|leserbrief|zuschrift|discussionpost|diskussionsbeitrag"
    r"|guestbook|gaestebuch|\bopini[ea]|beitrag(?!sbild)|reply(?!ing)|antwort|respuesta"
    r"|reponse|risposta|\bpostbit|\bpost-?message|message-?body|forum-?post|\bathing\b|komment"
)
_ONE_COMMENT = re.compile(
    r"^[.#](?:li-|div-)?(?:comment|kommentar|commentaire|comentario|comentário|commento|reactie|komentarz"
    r"|comment-?item|comment-?body|single-?comment|reply|response|answer|antwort|reponse)(?:[-_]?#|[-_]?item)?$|^itemprop=comment$"
    r"|itemtype=.*/(?:user)?comments?$|^typeof=(?:sioct?:|schema:)?comment"
)
_POST = re.compile(
    r"\bposts?\b|\bpost\d|post_|\bpost-|posting|message|\bmsg|respons|answer|review|forum-?(?:post|fil|mess|text)|topic-?(?:body|post)"
    r"|opinion|feedback|\breactions?\b|remark|talk|entry"
)
_AROUND = re.compile(
    r"comment|kommentar|coment|commento|reactie|reaktion|yorum|komentar|diskuss|discuss|forum"
    r"|hozzasz|community|leserbrief|guestbook|gaestebuch|replies|antworten|responses|thread|opinie"
    r"|\bavis\b|\bposts\b|messages"
)
_NO_COMMENT = re.compile(
    r"related|teaser|recent|latest|popular|trending|most-?read|promo|advert|newsletter|cookie"
    r"|breadcrumb|pagination|pager|\bnav|menu|share|sharing|social|references?\b|reflist|citation"
    r"|footnote|\btoc\b|sidebar|recommend|read-?more|respond|commentform|comment-?form|reply-?form"
    r"|comment-?count|comments-?link|byline|caption|gallery|tag-?cloud|archive-?list"
    r"|changelog|timeline|ticker|liveblog|live-?blog|pingback|trackback|review-?form|signature"
)
_NAME = re.compile(
    r"(?:^|[\s_-])(?:author|authors?-?name|fn|user|username|user-?name|display-?name|nick|nickname"
    r"|poster|posted-?by|name|by|hnuser|commenter|comment-?author|comment-?user|commentator|member"
    r"|autor|auteur|autore|utilisateur|usuario|benutzer|verfasser|nutzer|userid|bigusername"
    r"|screen-?name|from|creator|person)(?:$|[\s_-])|author|username|(?:^|\s)comment-?by|nickname"
)
_NO_NAME = re.compile(
    r"avatar|date|time|badge|title|rank|info-?extra|stats|count|link-?list|actions|toolbar|location"
    r"|reputation|signature|role|flair|icon|image|picture|photo|meta$|bio|desc|tools|menu"
)
_DATE = re.compile(r"date|time|datum|fecha|\bage\b|published|posted|\bwhen\b|ago\b|permalink|heure")
_WORDS = re.compile(
    r"(?:comment|reply|post|message|kommentar|msg)[_-]*(?:content|body|text|message|copy|inner-text)"
    r"|commtext|(?:^|[\s_-])(?:content|body|text|message|postcontent|usertext|texte|texto|testo"
    r"|inhalt|bodytext|richtext)(?:$|[\s_-])"
)
_REPLY = re.compile(r"(?:^|[\s_-])(?:reply|antwort|repondre|responder|answer|quote-?link)", re.I)
_PING = re.compile(r"(?:^|[\s_-])(?:pingback|trackback|ping|webmention)(?:$|[\s_-])")
_QUOTE = re.compile(r"quote|zitat|citat|spoiler")
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:reply|report|like|likes|vote|votes|voting|score|share|sharing|actions?"
    r"|toolbar|tools|buttons?|controls|permalink|avatar|badges?|says|edit-?link|flag|rating|karma"
    r"|awaiting-?moderation|signature|sig|signatur|user-?info|userinfo|usertitle|user-?title|menu"
    r"|popupbody|editedby|lastedited|edited|edit-?note|footer|foot|sr-only|screen-reader-text"
    r"|visually-?hidden|rank|expand|collapse|toggle|moderation-?label|karma|thanks|attribution"
    r"|post-?number|postcounter|author-?badge|verified)(?:$|[\s_-])"
)
_VOLATILE = re.compile(
    r"^(?:odd|even|alt|first|last|parent|active|selected|open|closed|collapsed|expanded|hidden|left"
    r"|right|clearfix|cf|clear|row|col|container|wrapper|inner|media|item|n\d+|hentry|new|old|depth"
    r"|level|thread|byuser|bypostauthor)$|(?:depth|level|odd|even|thread|indent)[-_]?\d*$"
    r"|^comment-author-|\d{2,}|^thread-|^user-|^author-|^by-|^(?:col|row|mt|mb|ml|mr|pt|pb|pl|pr|p|m"
    r"|px|py|mx|my|w|h|text|bg|flex|grid|gap|items|justify|border|rounded|d)-"
)
_HEAD = re.compile(r"meta|info|submitted|byline|head|foot|date|time|posted|author|subject|title")
_BESIDE_NAME = re.compile(
    r"badge|rank|role|flair|verified|initial|avatar|sr-only|screen-reader|visually-?hidden|icon"
    r"|karma|reputation|points|count|follow|pronoun|moderator|\bop\b|\bmod\b|usertitle|user-title"
    r"|location|handle"
)
_TITLE = re.compile(
    r"(?<!user)(?<!user[-_])title|subject|titre|titel|titulo|titolo|bookmark|permalink"
)
_REMOVED = re.compile(r"(?:^|[\s_-])(?:removed|deleted|geloescht|gelöscht|supprim|eliminad)", re.I)


def describe(node: Node) -> str:
    """A node's id, classes and what it says to be, in lower case."""
    attrs = node.attrs
    if not attrs:
        return ""
    parts = [*node.classes]
    for name in ("id", "itemprop", "itemtype", "typeof", "property", "role", "rel", "data-testid"):
        value = attrs.get(name)
        if value and len(value) < 200:
            parts.append(value.lower())
    return " ".join(parts)


def is_volatile(word: str) -> bool:
    """Say whether a class tells one element of a kind from another, or is about looks alone."""
    return len(word) < 2 or _VOLATILE.search(word) is not None


def rate_comment(description: str) -> float:
    """How much a description hints at one comment: from 0 to 1."""
    if _COMMENT.search(description):
        return 1.0
    return 0.5 if _POST.search(description) else 0.0


def hints_one_comment(word: str) -> bool:
    """Say whether a class, or the form of an id, is that of a single comment."""
    return _ONE_COMMENT.search(word) is not None


def hints_around(description: str) -> bool:
    """Say whether a description is that of a whole discussion."""
    return _AROUND.search(description) is not None


def hints_no_comment(description: str) -> bool:
    """Say whether a description is that of links, forms or lists that are no discussion."""
    return _NO_COMMENT.search(description) is not None


def hints_name(description: str) -> bool:
    return _NAME.search(description) is not None and _NO_NAME.search(description) is None


def hints_date(description: str) -> bool:
    return _DATE.search(description) is not None


def hints_words(description: str) -> bool:
    return _WORDS.search(description) is not None


def hints_reply(description: str) -> bool:
    return _REPLY.search(description) is not None


def hints_ping(description: str) -> bool:
    """Say whether it is a notice that another site has linked here."""
    return _PING.search(description) is not None


def hints_quote(description: str) -> bool:
    return _QUOTE.search(description) is not None


def hints_furniture(description: str) -> bool:
    """Say whether it holds a comment's links and labels, and none of its words."""
    return _FURNITURE.search(description) is not None


def hints_head(description: str) -> bool:
    """Say whether it holds what stands above a comment's words: name, date, title."""
    return _HEAD.search(description) is not None or hints_name(description)


def hints_beside_name(description: str) -> bool:
    """Say whether it holds what stands beside a name: a badge, a rank, initials."""
    return _BESIDE_NAME.search(description) is not None


def hints_title(description: str) -> bool:
    """Say whether it holds a title, of a comment or of a page."""
    return _TITLE.search(description) is not None


def hints_removed(description: str) -> bool:
    return _REMOVED.search(description) is not None
