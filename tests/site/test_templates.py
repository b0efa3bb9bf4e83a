"""How templates are written, and what of it readers get."""

from pathlib import Path

import pytest
from django.template.loader import get_template

import pennypress

PACKAGE = Path(pennypress.__file__).parent
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
LONGEST_LINE = 120


@pytest.mark.once
def test_templates_can_be_read_in_a_diff():
    assert len(TEMPLATES) > 40
    long = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE or "\t" in line or line != line.rstrip()
    ]
    assert long == []


@pytest.mark.once
def test_indentation_stays_in_the_file():
    source = (PACKAGE / "templates/stories/blocks/quotation.html").read_text(encoding="utf-8")
    assert "\n    <footer>\n" in source
    quotation = get_template("stories/blocks/quotation.html")
    spoken = {"text": "One line.\n  And another.", "speaker": "Ines Calder", "role": "reporter"}
    page = quotation.render({"value": spoken})
    assert "One line.\n  And another." in page
    assert not any(line.startswith(" ") and "And another" not in line for line in page.split("\n"))
    assert "<cite>Ines Calder</cite>,\n" in page
    assert quotation.template.source.count("\n") == source.count("\n")  # errors name the line


@pytest.mark.once
def test_no_comment_of_a_template_reaches_readers():
    """Django takes `{#` for a comment only where it ends on its line."""
    open_ended = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.count("{#") != line.count("#}")
    ]
    assert open_ended == []
