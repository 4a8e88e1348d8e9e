"""What a reader would click on or copy: links of a message."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.links import Link, links, visible_text


def test_links_of_the_html_come_first_and_each_address_once() -> None:
    html = '<p><a href="https://a.example/1">One <b>word</b></a> <a href="https://a.example/2"><img src="x"></a></p>'
    text = "See https://a.example/1 and (https://a.example/3)."

    expected = [
        Link("https://a.example/1", "One word"),
        Link("https://a.example/2", ""),
        Link("https://a.example/3", ""),
    ]
    assert expected == links(html, text)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="mailto:a@example.com">write</a>', []),
        ('<a href="javascript:alert(1)">no</a>', []),
        ("<a>nowhere</a>", []),
        ('<a href=" https://a.example/?a=1&amp;b=2 ">x</a>', ["https://a.example/?a=1&b=2"]),
        (
            '<a href="https://a.example/1"><a href="https://a.example/2">nested',
            ["https://a.example/1", "https://a.example/2"],
        ),
        ('<A HREF="HTTP://A.EXAMPLE/">loud</A>', ["HTTP://A.EXAMPLE/"]),
        ("<a href='https://a.example/'", []),
    ],
)
def test_only_addresses_that_can_be_followed_are_links(html: str, found: list[str]) -> None:
    assert found == [link.url for link in links(html, "")]


def test_an_address_in_html_that_is_no_link_counts_when_there_is_no_text() -> None:
    assert [Link("https://a.example/1", "")] == links("<p>Go to https://a.example/1.</p>", "")
    assert [] == links("<p>Go to https://a.example/1.</p>", "See above")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><td>three</td>", ["One", "two", "three"]),
        ("<b>4</b><b>8</b>29", ["4829"]),
        ("<head><title>no</title><style>.a{color:#123456}</style><body>yes", ["yes"]),
        ("<script>no()</script>a &lt; b<!-- no -->", ["a < b"]),
        ("<table><tr><td>7391</td></tr></table>", ["7391"]),
    ],
)
def test_the_visible_text_is_what_a_person_reads(html: str, text: list[str]) -> None:
    assert text == [line.strip() for line in visible_text(html).splitlines() if line.strip()]


PIECES = ["<", "<!--", "<!", "<a ", "</", "<![CDATA[", "<script>", "<?", "<a b=", "<a href='", '<a href="', "&#", "https://"]


@pytest.mark.parametrize("piece", [*PIECES, "<b>", "<a href='https://a.example'>x"])
@pytest.mark.parametrize("end", ["", ">", "-->"])
def test_reading_takes_no_longer_than_the_html_is_long(piece: str, end: str) -> None:
    html = piece * (400_000 // len(piece))
    began = perf_counter()
    links(html[: 100_000 - len(end)] + end, html)

    assert perf_counter() - began < 2


@given(st.text(), st.text())
def test_nothing_that_can_be_written_makes_the_reading_fail(html: str, text: str) -> None:
    assert isinstance(links(html, text), list)
    assert isinstance(visible_text(html), str)
