"""Codes that a message wants to be typed in, and the many other numbers that it may hold."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.codes import codes

CODES = {
    # Announced
    "Your code is 482913.": "482913",
    "Your code: 482913": "482913",
    "PIN:0042": "0042",
    "Your PIN is 1234": "1234",
    "OTP 77120": "77120",
    "Use code 123-456 to sign in": "123456",
    "Use code 123 456 to sign in": "123456",
    "Your access code is 1234-5678": "12345678",
    "The verification code for your Example account is 482913, valid for 10 minutes.": "482913",
    "Your confirmation code to finish signing in: 482913": "482913",
    "Your code (482913) is valid until noon": "482913",
    'Your code is "482913"': "482913",
    "Your code is **482913**": "482913",
    "Your one-time password: K7Q2ZP": "K7Q2ZP",
    "Your activation code is AB12-CD34-EF56": "AB12-CD34-EF56",
    "Recovery code: a1b2c3d4": "a1b2c3d4",
    "Your passcode is 87654321": "87654321",
    "Ihr Bestätigungscode lautet 482913": "482913",
    "Su código es 482913": "482913",
    "Ο κωδικός σας είναι 482913": "482913",
    "Your code is:\n\n    482913\n\nIt is valid for ten minutes.": "482913",
    "Your code is\n482913 (valid for ten minutes)": "482913",
    # Named afterwards
    "482913 is your verification code": "482913",
    "G-482913 is your Google verification code": "482913",
    "482 913 is the code that you asked for": "482913",
    "Enter 482913 to sign in": "482913",
    "Use 7391 to confirm your address": "7391",
    # Alone
    "Enter the following:\n\n  7391  \n\nThank you": "7391",
    "482913": "482913",
    "Confirmation code\n\nK7Q2ZP": "K7Q2ZP",
    "K7Q2ZP\n\nis your code": "K7Q2ZP",
    # Years that are said to be one
    "Your code is 2026": "2026",
    "PIN: 1984": "1984",
}

NO_CODES = [
    # Years and dates
    "Copyright 2026 Olive Grove",
    "© 2026 Code Bakers",
    "2026",
    "20300101",
    "The code of 2026",
    "A summer of code, 2025-2026",
    "at 12:30, 2030-01-01 the code is void",
    "The code is valid until 01/02/2030",
    "In 2030 the code will change",
    # Prices and shares
    "Your code costs $1234",
    "Your code: $1234",
    "With this code: 1234 EUR",
    "The code is 1,234 or 1.234 or 1234.50",
    "The code saves you: 1234%",
    "The price with this code is €4999",
    "The code is worth 5000 dollars",
    # Telephones, cards and other long numbers
    "Call +1 555 0100200 for a code",
    "Call 5550100 for a code",
    "Your code? Phone: 5550100",
    "555-0100",
    "(555) 123-4567",
    "555-123-4567",
    "+4930123456",
    "The code is on the card 1234 5678 9012 3456",
    "123456789",
    "Telephone\n5550100",
    # Colours, addresses, parts of words
    "the code of colour #123456 is dark",
    "#482913",
    "Your code: https://a.example/code/123456",
    "Your code: www.a.example/?code=123456",
    "Your code comes from 482913@example.com",
    "code abc1234def",
    "The code X1234567890123",
    "the code is 12px wide",
    # Something else
    "Order 482913 is on its way",
    "Your code for order 482913",
    "Use your code. Invoice no. 48291",
    "Order number\n48291377",
    "Your code and your account number: 48291377",
    "ZIP code 02134",
    "Postal code: 10115",
    "Your postcode is 10115",
    "Area code 0341",
    "Promo code: SAVE20",
    "Use discount code SUMMER25",
    "Gutscheincode: SOMMER25",
    "Error code 4041",
    "Status code 50012",
    "The QR code has 12345 dots",
    "Unicode: 12345",
    "Our code has 25000 lines",
    "Enter the code within 10 minutes. We have 25000 customers",
    "More than 25000 customers use our code",
    "Use 5000 credits to sign in",
    "COVID19",
    "1080P",
    "123",
    "",
]


@pytest.mark.parametrize(("text", "code"), CODES.items())
def test_a_code_is_found(text: str, code: str) -> None:
    assert [code] == codes(text)


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_something_else_is_no_code(text: str) -> None:
    assert [] == codes(text)


def test_each_code_is_told_once_in_the_order_of_the_texts() -> None:
    assert ["7391", "482913"] == codes("7391 is your code", "Your code: 482913, not 7391", "code 123\ncode 482913")


@given(st.text(), st.text())
def test_nothing_that_can_be_written_makes_the_reading_fail(subject: str, text: str) -> None:
    assert isinstance(codes(subject, text), list)


@pytest.mark.parametrize(
    "piece", ["code ", "code is ", "1234 ", "A1-", "a1", "code: 2026 ", "(", "1234-5678 ", "x@", "www.", "codecode"]
)
def test_reading_takes_no_longer_than_the_text_is_long(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = perf_counter()
    codes(text)

    assert perf_counter() - began < 2
