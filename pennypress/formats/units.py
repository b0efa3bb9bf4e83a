"""A page's blocks of words: elements without blocks within, and bare text between blocks."""

from collections.abc import Collection, Iterator

from .tree import INLINE, TEXT, Tree


def find_units(tree: Tree, left_out: Collection[int]) -> Iterator[tuple[int, int]]:
    """The ranges of nodes of a page's blocks, in order, without what is left out."""
    nodes = tree.nodes
    at, end = 0, len(nodes)
    while at < end:
        node = nodes[at]
        silent = node.silent and node.tag != TEXT
        if at in left_out or silent or not tree.size(at, node.end):
            at = node.end
        elif node.tag == TEXT or node.tag in INLINE:
            limit = nodes[node.parent].end if node.parent >= 0 else end
            last = at
            while last < limit and (nodes[last].tag == TEXT or nodes[last].tag in INLINE):
                if last in left_out:
                    break
                last = nodes[last].end
            yield at, max(last, node.end)
            at = max(last, node.end)
        elif all(
            (inner.tag == TEXT or inner.tag in INLINE or inner.tag == "br")
            and inner.index not in left_out
            for inner in tree.span(at + 1, node.end)
        ):
            yield at, node.end
            at = node.end
        else:
            at += 1
