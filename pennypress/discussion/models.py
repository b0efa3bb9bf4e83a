"""What readers say: comments in path order, their states, and moderators' decisions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page

from pennypress.foundation.clean_fields import CleanText
from pennypress.readers.models import Guest

MOST_DEPTH = 100  # an index key has a limit: PostgreSQL's B-tree refuses about 2,700 bytes
STEP = 24  # characters that each level adds to a path
NAME_LENGTH = 300  # imported names may be this long; the form asks for at most 80


class Discussion(models.Model):
    """The discussion under a page: open or closed, and how many comments are visible in it."""

    page = models.OneToOneField(
        Page, on_delete=models.PROTECT, primary_key=True, related_name="discussion"
    )
    open = models.BooleanField(default=True)
    count = models.PositiveIntegerField(default=0, help_text=_("Visible comments"))
    counted = models.BigIntegerField(
        null=True, help_text=_("Size of the record from which on `count` is true")
    )

    def __str__(self) -> str:
        return f"discussion of {self.page_id}"


class Rule(CleanText, models.Model):
    """A house rule under which a comment can be removed."""

    number = models.PositiveSmallIntegerField(unique=True)
    label = models.CharField(max_length=80, help_text=_("Short, as in “attacks on people”"))
    title = models.CharField(max_length=160)
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        verbose_name = _("house rule")

    def __str__(self) -> str:
        return f"Rule {self.number} ({self.label})"


class Comment(models.Model):
    """One reader's words at one place in the tree."""

    class State(models.TextChoices):
        VISIBLE = "visible", _("visible")
        HELD = "held", _("held")
        REMOVED = "removed", _("removed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ERASED = "erased", _("erased")

    class Markup(models.TextChoices):
        MARKDOWN = "markdown"
        PLAIN = "plain"

    id = models.BigIntegerField(primary_key=True)
    # The indexes are written out below: one for each foreign key would cost every comment dearly.
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
        db_index=False,
    )
    answers = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Whom it answers, where that one lies too deep to be its parent"),
    )
    depth = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=MOST_DEPTH * STEP)
    newest = models.CharField(max_length=STEP, help_text=_("Sorts its thread latest first"))

    author = models.CharField(max_length=NAME_LENGTH, null=True, help_text=_("Empty: nameless"))
    guest = models.ForeignKey(
        Guest, null=True, on_delete=models.SET_NULL, related_name="comments", db_index=False
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="comments",
        db_index=False,
    )
    by_newsroom = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Written by somebody of the newsroom, who was signed in"),
    )
    text = models.TextField(blank=True)
    markup = models.CharField(max_length=10, choices=Markup, default=Markup.MARKDOWN)
    html = models.TextField(blank=True, help_text=_("Rendered and sanitised once, on writing"))
    cut_off = models.BooleanField(default=False, help_text=_("The source broke off in it"))

    posted = models.DateTimeField(null=True, help_text=_("Empty: the source did not say"))
    position = models.PositiveIntegerField(default=0, help_text=_("Place in its source"))
    stored = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, choices=State)
    removed_under = models.ForeignKey(
        Rule, null=True, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    shown = models.BooleanField(help_text=_("Has a place on the page, if only as a tombstone"))
    replies_shown = models.PositiveIntegerField(default=0, help_text=_("Direct replies shown"))
    first_visible = models.DateTimeField(null=True)

    why_kept = _(
        "Comments stand here, and decisions on them are public: what they belong to cannot be "
        "deleted. A rule can get other words instead; a story can be unpublished."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "path"], name="discussion_path_once"),
            models.CheckConstraint(
                condition=Q(state="removed", removed_under__isnull=False)
                | (~Q(state="removed") & Q(removed_under__isnull=True)),
                name="discussion_removed_under_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(depth=1, parent__isnull=True)
                | Q(depth__gt=1, depth__lte=MOST_DEPTH, parent__isnull=False),
                name="discussion_depth_fits_parent",
            ),
            models.CheckConstraint(
                condition=Q(shown=True) | ~Q(state="visible"), name="discussion_visible_is_shown"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "erased"])
                | Q(text="", html="", author__isnull=True),
                name="discussion_gone_words_are_gone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["discussion", "newest", "path"],
                condition=Q(shown=True),
                name="discussion_newest",
            ),
            models.Index(
                fields=["parent", "path"], condition=Q(shown=True), name="discussion_replies"
            ),
            models.Index(
                fields=["discussion", "path"],
                condition=Q(shown=True, depth=1),
                name="discussion_threads",
            ),
            models.Index(
                fields=["discussion", "first_visible", "id"],
                condition=Q(state="visible"),
                name="discussion_latest",
            ),
            models.Index(fields=["state", "id"], name="discussion_queue"),
            *(
                models.Index(
                    fields=[field],
                    condition=Q(**{f"{field}__isnull": False}),
                    name=f"discussion_{field}",
                )
                for field in ("answers", "guest", "account", "removed_under")
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def has_place(self) -> bool:
        """Whether it has a place on the page, if only as a tombstone.

        What no reader ever saw (spam removed from the queue) leaves no mark, unless others answer.
        """
        if self.replies_shown > 0 or self.state == self.State.VISIBLE:
            return True
        return self.state != self.State.HELD and self.first_visible is not None

    @property
    def visible(self) -> bool:
        return self.state == self.State.VISIBLE

    @property
    def was_seen(self) -> bool:
        """Whether readers ever saw anything of it: only then the record has entries of it.

        A held one under which replies are shown has a mark in its place, as in some arrivals.
        """
        return self.first_visible is not None or self.shown


class Decision(models.Model):
    """What was decided about a comment, by whom and under which rule. Never changed."""

    class Act(models.TextChoices):
        HOLD = "hold", _("held")
        PUBLISH = "publish", _("made visible")
        REMOVE = "remove", _("removed")
        RESTORE = "restore", _("restored")

    class Role(models.TextChoices):
        """Who or what decided; the record's entries say "moderator" in this word."""

        POLICY = "policy", _("policy")
        WORD_LIST = "word list", _("word list")
        LOOKALIKE = "look-alike", _("look-alike name")
        MODERATOR = "moderator", _("moderator")

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=10, choices=Act)
    rule = models.ForeignKey(Rule, null=True, on_delete=models.PROTECT, related_name="decisions")
    role = models.CharField(max_length=20, choices=Role)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    why = models.TextField(blank=True, help_text=_("For moderators and the author"))
    decided = models.DateTimeField()
    entry = models.BigIntegerField(
        unique=True,
        null=True,
        help_text=_("Its entry in the public record; none where no reader saw the comment"),
    )

    why_kept = _(
        "This rule cannot be deleted: decisions name it, and readers can look up why a comment was "
        "removed. Change its words instead."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(act="remove") | Q(rule__isnull=False),
                name="discussion_removal_names_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["policy", "word list", "look-alike", "moderator"]),
                name="discussion_decided_by_a_known_role",
            ),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.act}"


class UnseenDay(models.Model):
    """How many comments a day (UTC) brought that no reader ever saw: refused, removed, withdrawn.

    When the day is over the record has one entry of them, and the number stays as it is.
    """

    day = models.DateField(primary_key=True)
    count = models.PositiveBigIntegerField()
    entry = models.BigIntegerField(unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gt=0), name="discussion_unseen_day_counts_some"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} unseen comments on {self.day}"


class SubmissionKey(models.Model):
    """A key that a form or program sent with a comment: the same sender's twice posts once."""

    key = models.CharField(max_length=64, unique=True, help_text=_("Hash of story and key"))
    content = models.CharField(max_length=64, help_text=_("Hash of what was sent with it"))
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE)
    used = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"key of {self.comment_id}"


class Counter(models.Model):
    """The one row that numbers comments: a path holds the number before the row exists."""

    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="discussion_one_counter")]

    def __str__(self) -> str:
        return f"{self.last} comments numbered"


@register_setting(icon="comment")
class DiscussionSettings(BaseSiteSetting):
    """The newsroom's policy for readers' comments."""

    class FirstComments(models.TextChoices):
        HOLD = "hold", _("Hold a reader's first comment until a moderator has seen it")
        PUBLISH = "publish", _("Publish at once")
        HOLD_ALL = "hold-all", _("Hold every comment until a moderator has seen it")

    first_comments = models.CharField(
        max_length=10, choices=FirstComments, default=FirstComments.HOLD
    )
    flagged_words = models.TextField(
        blank=True,
        help_text=_(
            "One word or phrase a line, * for any ending. An import with --hold-flagged holds "
            "comments that contain one."
        ),
    )

    class Meta:
        verbose_name = _("discussion policy")
