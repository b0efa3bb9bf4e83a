"""Every type of page in windows of any width, with headlines and names of any script and length.

Words are put in the place of what a page says: its layout is what is looked at, in few seconds.
"""

import pytest

from .places import PLACES
from .visitor import HEIGHT, Visitor, describe

HEADLINES = {
    "as it is": "",
    "German": "Bezirksschornsteinfegermeisterprüfungsordnung verhandelt: "
    "Donaudampfschifffahrtsgesellschaftskapitänswitwe widerspricht der Verkehrswegeplanungs"
    "beschleunigungsgesetzänderung vor dem Oberverwaltungsgericht",
    "Arabic": "المجلس يصوّت على رفع دعوى لاستعادة الرصيف القديم الذي بيع قبل أربعين عامًا دون توقيع، "
    "والشركة ترفض التعليق للمرة الثالثة",
    "Hindi": "परिषद ने पुराने घाट को वापस पाने के लिए मुकदमा दायर करने का फैसला किया, जिसे चालीस साल "
    "पहले बिना हस्ताक्षर के बेच दिया गया था",
    "Japanese": "四十年前に署名なしで売却された旧埠頭の返還を求めて市議会が提訴を決定、"
    "会社側は三度目の取材にもコメントを拒否した",
    "no spaces": "https://example.org/" + "a-long-address-without-end" * 8,
}
# Every headline in the narrowest window, which is one of 1280 at 400 %; in each other one, those
# that had most to break there.
WIDTHS = {
    320: tuple(HEADLINES),
    360: ("as it is", "German"),
    768: ("German", "Japanese", "no spaces"),
    1280: ("as it is", "Arabic"),
    1600: ("German", "Hindi"),
}
NAME = ("Hubert Blaine Wolfeschlegelsteinhausenbergerdorff " * 7)[:300].strip()
KINDS = [
    "home", "home-arabic", "section", "story", "story-opinion", "story-arabic", "story-crowded",
    "full-size", "discussion-crowded", "permalink", "write", "reply-error", "held-comment",
    "my-comments", "funding", "funding-arabic", "give", "campaign", "person", "rules", "record",
    "record-entry", "how-to-check", "not-found", "sign-in-spent",
]  # fmt: skip

# Words in the place of a page's own, as `[selector, words]` says; then what is wrong with it:
# words that leave the window, that their box cuts off, or that lie on others.
_FIND_FAULTS = """(changes) => {
  const before = [];
  for (const [selector, words] of changes)
    for (const element of document.querySelectorAll(selector)) {
      const words_in = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (words_in.nextNode() && !words_in.currentNode.data.trim());
      const text = words_in.currentNode;
      if (text.nodeType !== Node.TEXT_NODE || !text.data.trim()) continue;
      before.push([text, text.data]);
      text.data = words;
    }
  const wrong = [];
  const room = document.documentElement.clientWidth;
  const width = document.documentElement.scrollWidth;
  if (width > room) wrong.push(`the page is ${width} px wide in a window of ${room}`);
  const scrollers = new Map();
  const scrolls = (element) => {
    if (!element || element === document.body) return false;
    if (!scrollers.has(element)) {
      const own = /auto|scroll/.test(getComputedStyle(element).overflowX);
      scrollers.set(element, own || scrolls(element.parentElement));
    }
    return scrollers.get(element);
  };
  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const holder = text.parentElement;
    if (!text.data.trim() || holder.closest(".sr, .skip, script, template, .honey")) continue;
    if (scrolls(holder)) continue;
    const size = getComputedStyle(holder).fontSize;
    const short = `“${text.data.trim().slice(0, 40)}”`;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      if (box.left < -3 || box.right > room + 1) wrong.push(`${short} leaves the window`);
      // A font may be far taller than its letters: what counts is the middle of a line.
      const [middle, half] = [(box.top + box.bottom) / 2, parseFloat(size) * 0.35];
      const { left, right } = box;
      lines.push({ left, right, top: middle - half, bottom: middle + half, text, short });
    }
  }
  lines.sort((one, other) => one.top - other.top);
  lines.forEach((one, place) => {
    for (let next = place + 1; next < lines.length; next++) {
      const other = lines[next];
      if (other.top >= one.bottom) break;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      if (wide > 4 && other.text !== one.text)
        wrong.push(`${one.short} lies on ${other.short}`);
    }
  });
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (!/hidden|clip/.test(style.overflowX + style.overflowY)) continue;
    if (element.closest(".sr, .skip, svg") || !element.textContent.trim()) continue;
    const more = 1 + (parseFloat(style.overflowClipMargin) || 0);
    if (element.scrollWidth > element.clientWidth + more
        || element.scrollHeight > element.clientHeight + more)
      wrong.push(`<${element.localName} class="${element.className}"> cuts off what it holds`);
  }
  for (const [text, data] of before) text.data = data;
  return [...new Set(wrong)].slice(0, 5);
}"""
_TITLES = (
    "h1, main h2, main h3, .heads a, .next b, .kicker a, .plate .name, caption, .standfirst, "
    ".embed b, .index b"
)
_NAMES = ".who, .by b, .comment .to bdi, .tags span, cite"


def find_faults(visitor: Visitor, headline: str) -> list[str]:
    """What is wrong with the layout of a page with such a headline wherever one can stand."""
    changes = [[_TITLES, headline], [_NAMES, NAME]] if headline else []
    return visitor.page.evaluate(_FIND_FAULTS, changes)


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_any_length_and_script_have_room(visit, demo, kind):
    visitor = visit(reduced_motion="reduce")
    PLACES[kind].go(visitor, demo.site)
    wrong = []
    for width, names in WIDTHS.items():
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        for name in names:
            faults = find_faults(visitor, HEADLINES[name])
            wrong += [f"{width} {name}: {fault}" for fault in faults]
    visitor.page.set_viewport_size({"width": 768, "height": HEIGHT})
    visitor.page.emulate_media(media="print")
    wrong += [f"print: {fault}" for fault in find_faults(visitor, HEADLINES["German"])]
    assert not wrong, describe(wrong)
