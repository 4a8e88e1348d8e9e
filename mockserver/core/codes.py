"""Codes that a message wants to be typed in somewhere: a PIN, a one-time password, the number that confirms an address.

A code has one of these forms:

482913, 123 456, 1234-5678   four to eight digits, or two groups of three or four; told without what is between the groups
K7Q2ZP, AB12-CD34            five to twelve capitals and digits, both; or groups of three to five of them; told as they stand
a1b2c3                       the same in small letters, where it follows on `code is` or `code:`

and stands in one of these places:

announced         `code 482913`, `the code for your account is 482913`, `PIN: 0042`, also with the number on the next line
named afterwards  `482913 is your code`, `Enter 482913 to sign in`
alone             on a line or in a table cell of its own; letters only if the message speaks of a code at all

A code is announced by: code (also within longer words), PIN, OTP, TAN, one-time password or key, verification number, and
`code` in some other languages; not by zip codes, promotion codes and the like. No code is: what a year can be, unless it
follows on `code is` or `code:`; a date; a price, a percentage, or a part of a longer number, such as one of a telephone; a
colour; a part of an address; what is called something else, such as an order or an invoice.
"""

import re
from collections.abc import Iterator, Sequence

_DIGITS = r"\d{4}[ -]\d{4}|\d{3}[ -]\d{3}|\d{4,8}"
_MIXED = r"(?=[A-Z-]{0,20}\d)(?=[\d-]{0,20}[A-Z])(?:[A-Z\d]{3,5}(?:-[A-Z\d]{3,5}){1,3}|[A-Z\d]{5,12})"
_ANY = r"(?=[A-Za-z]{1,12}\d|\d{1,12}[A-Za-z])[A-Za-z\d]{5,12}"
_BEFORE = r"(?<![\w#$€£¥%+@/\\&=-])(?<!\d[.,: ])(?<![$€£¥)] )(?<!\))(?<!USD )(?<!EUR )(?<!GBP )"
_AFTER = r"(?![\w%€£¥$@#/\\&=]|[.,:-]\w| ?[%€£¥$]| (?:USD|EUR|GBP|euros?|dollars?|pounds?)\b| \d)"
_TOKEN = re.compile(rf"(?:{_BEFORE}|(?<=\bG-))(?:(?P<digits>{_DIGITS})|(?P<mixed>{_MIXED})|(?P<any>{_ANY})){_AFTER}")
_YEARS = re.compile(r"(?:(?:19|20)\d\d){1,2}")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_ELSEWHERE = re.compile(r"""(?:https?://|www\.)[^\s<>"']+|(?<![^\s<>@])[^\s@<>]{1,64}@[^\s@<>]+""")
_OTHER_CODES = re.compile(
    r"\b(?:zip|post|postal|area|country|dial|dialling|dialing|promo|promotion|promotional|coupon|discount|voucher|gift|gutschein"
    r"|rabatt|error|status|dress|bar|qr|sort|source|colou?r|product|item|uni|tax|geo|en|de|html|building)[ -]?codes?\b",
    re.IGNORECASE,
)
_WORD = (
    r"(?:\b\w{0,24}codes?\b|\bpin\b|\botp\b|\b2fa\b|(?-i:\bTAN\b)|\bone[- ]time (?:password|key|number)\b"
    r"|\bverification (?:number|key)\b|\bc[oó]digo\b|\bcodice\b|\bκωδικ\w{1,8})"
)
_IS = r"(?:\b(?:is|are|ist|lautet|est|es|è|είναι)\b|[:=–—-])"
_OPENING = r"[\s\"'«“„(\[*_]*"
_SPEAKS = re.compile(_WORD, re.IGNORECASE)
_ANNOUNCED = re.compile(rf"{_WORD}(?:[^.!?]{{0,60}}{_IS})?{_OPENING}$", re.IGNORECASE)
_SAID = re.compile(rf"{_WORD}\s*(?:\bis\b|[:=]){_OPENING}$", re.IGNORECASE)
_NAMED = re.compile(rf"[\s\"'»”)\]*_]*(?:is|as|ist|est|es|è)\b[^.!?]{{0,40}}{_WORD}", re.IGNORECASE)
_ENTER = re.compile(r"\b(?:use|enter|type|input)\s+$", re.IGNORECASE)
_TO_GO_ON = re.compile(r"\s+to\s+(?:verify|confirm|sign|log|complete|continue|finish|activate|reset|prove)\b", re.IGNORECASE)
_SOMETHING_ELSE = re.compile(
    r"(?:\b(?:order|invoice|ticket|booking|reservation|case|reference|ref|room|flight|item|product|article|serial|suite|box"
    r"|page|phone|telephone|tel|fax|mobile|call|zip|post ?code|plz|copyright|total|amount|price)\b"
    r"|\b(?:account|customer|member|membership|vat|tax)[ -](?=n|id)|©)"
    r"\.?(?:[ -]?(?:no|nr|number|id|code)\b\.?)?[\s:#]*$",
    re.IGNORECASE,
)
_MOST = 100_000
"""Characters of a text that are looked at: mail programs cut longer messages off as well."""
_HEAD = 100
"""Characters before a code that may announce it."""


def codes(*texts: str) -> list[str]:
    """The codes in the texts of one message, in the order in which they stand there, each once."""
    pages = [_lines(text) for text in texts]
    speaks = any(_SPEAKS.search(line) for page in pages for line in page)
    return list(dict.fromkeys(code for page in pages for code in _on(page, speaks=speaks)))


def _lines(text: str) -> list[str]:
    """Those with something on them, without addresses; the codes that are none of ours are all called zip."""
    plain = _OTHER_CODES.sub(" zip ", _ELSEWHERE.sub(" · ", text[:_MOST]))
    return [line for each in plain.splitlines() if (line := " ".join(each.split()))]


def _on(lines: Sequence[str], *, speaks: bool) -> Iterator[str]:
    for above, line in zip(["", *lines], lines, strict=False):
        for token in _TOKEN.finditer(line):
            head, tail = line[max(0, token.start() - _HEAD) : token.start()], line[token.end() :]
            if not head.strip("G- "):
                head = f"{above[-_HEAD:]} "
            if _is_code(token, head, tail, alone=token[0] == line and (speaks or token["digits"] is not None)):
                yield token[0] if token["digits"] is None else re.sub("[ -]", "", token[0])


def _is_code(token: re.Match[str], head: str, tail: str, *, alone: bool) -> bool:
    if _SAID.search(head):
        return True
    digits = re.sub("[ -]", "", token["digits"] or "")
    if token["any"] or _YEARS.fullmatch(digits) or _DATE.fullmatch(digits) or _SOMETHING_ELSE.search(head):
        return False
    if alone or _ANNOUNCED.search(head) or _NAMED.match(tail):
        return True
    return bool(_ENTER.search(head) and _TO_GO_ON.match(tail))
