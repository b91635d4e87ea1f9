"""What a page is on paper."""

import re

PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def sides(visit, name) -> int:
    """The pages of the PDF that the browser makes of a page of the book."""
    return len(PAGE.findall(visit(name).page.pdf(prefer_css_page_size=True)))


def test_the_map_of_results_fits_on_two_sides(visit):
    assert sides(visit, "book/map") <= 2


def test_the_note_for_experts_has_the_length_of_a_short_paper(visit):
    assert 8 <= sides(visit, "book/note") <= 12
