"""Feeds of every kind as one list of items."""

from __future__ import annotations

import pytest

from floworch.actions.library.http_feed import parse_feed

RSS = """<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0" xmlns:dc="x" xmlns:media="m"><channel>
<title>Größe</title><link>http://h</link><atom:link xmlns:atom="a" href="http://self" rel="self"/>
<item><media:title>no</media:title><title>One &amp; two</title><link> http://h/1 </link><guid>g1</guid>
<pubDate>Fri, 02 Jan 2026 01:00:00 +0100</pubDate><description><![CDATA[<b>x</b>]]></description>
<dc:creator>Ada</dc:creator></item>
<item><title>Bare</title></item></channel></rss>""".encode("latin-1")
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>e1</id><title type="html">T</title>
<link rel="edit" href="http://h/edit"/><link href="http://h/e1"/><updated>2026-01-02T00:00:00Z</updated>
<summary>s</summary><author><name>Bob</name><email>b@h</email></author></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="r" xmlns:dc="d"><channel><title>R</title></channel><item><title>I</title>
<link>http://h/i</link><dc:date>2026-01-02T03:04:05+02:00</dc:date></item></rdf:RDF>"""


def test_rss() -> None:
    title, (first, second) = parse_feed(RSS)
    assert title == "Größe"
    assert first == {
        "id": "g1", "title": "One & two", "link": "http://h/1", "published": "2026-01-02T00:00:00Z",
        "summary": "<b>x</b>", "author": "Ada",
    }  # fmt: skip
    assert second == {"id": "Bare", "title": "Bare", "link": "", "published": None, "summary": "", "author": ""}


def test_atom_and_rss_1() -> None:
    assert parse_feed(ATOM) == ("A", [{
        "id": "e1", "title": "T", "link": "http://h/e1", "published": "2026-01-02T00:00:00Z", "summary": "s",
        "author": "Bob",
    }])  # fmt: skip
    title, (item,) = parse_feed(RDF)
    assert (title, item["id"], item["published"]) == ("R", "http://h/i", "2026-01-02T01:04:05Z")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is not XML"),
        (b"<rss><channel>", "it is not XML"),
        (b"<html><body/></html>", "it is XML, but no feed: its root is <html>"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "it declares entities"),
        (b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "it declares entities"),
    ],
)
def test_what_is_no_feed(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_feed(data)


@pytest.mark.parametrize("date", ["soon", "9999-12-31T23:59:59-14:00", "Fri, 99 Jan 2026", ""])
def test_dates_that_are_none(date: str) -> None:
    _, (item,) = parse_feed(f"<rss><channel><item><pubDate>{date}</pubDate></item></channel></rss>".encode())
    assert item["published"] is None


def test_ten_thousand_items() -> None:
    body = b"".join(b"<item><title>%d</title></item>" % n for n in range(10_000))
    _, items = parse_feed(b"<rss><channel>" + body + b"</channel></rss>")
    assert (len(items), items[-1]["title"]) == (10_000, "9999")
