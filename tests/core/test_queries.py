"""Queries of URLs are read as the standard library reads them, whichever way was taken."""

from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.core.queries import read_query


@given(st.text(alphabet="ab=&%+2;# é\x00", max_size=20).map(lambda text: text.encode("latin-1")))
@example(b"a=1&b=&c&=d&&e==f&a=2")
@example(b"a=%20b+c")
def test_a_query_is_read_as_by_the_standard_library(query: bytes) -> None:
    expected = parse_qsl(query.decode("latin-1"), keep_blank_values=True)

    assert expected == read_query(query)
