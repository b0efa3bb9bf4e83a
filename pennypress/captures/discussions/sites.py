"""Sites whose discussions have more kinds of entries than repetition shows."""

from pennypress.formats.tree import Tree

from .groups import Group, measure_own
from .hints import rate_comment
from .marks import Marks

# What an element of the page shows, and which elements are the entries: tag and form of id.
_STACK_EXCHANGE = (("div", "answer-"), ("li", "comment-"))


def find_known_discussion(tree: Tree, marks: Marks) -> list[Group]:
    """Return the groups of entries of a site whose markup is known; else none."""
    if _is_stack_exchange(tree):
        groups = [_group_by_id(tree, marks, tag, prefix) for tag, prefix in _STACK_EXCHANGE]
        return [group for group in groups if group.ranges]
    return []


def _is_stack_exchange(tree: Tree) -> bool:
    return any(
        "js-post-comments-component" in node.classes or "answercell" in node.classes
        for node in tree.nodes
        if node.classes
    )


def _group_by_id(tree: Tree, marks: Marks, tag: str, prefix: str) -> Group:
    ranges = [
        (node.index, node.end)
        for node in tree.find_all(tag)
        if node.get("id").startswith(prefix) and node.get("id")[len(prefix) :].isdecimal()
    ]
    group = Group((tag, f"#{prefix}#"), ranges)
    if ranges:
        group.own = measure_own(marks, ranges)
        group.evidence = 8.0 + rate_comment(prefix)
    return group
