_HOME = "US"
"""Where a number without a country code is."""


def international(text: str) -> str:
    """A phone number in its international form, E.164; a blank stays one, and ValueError is for what can be none."""
    text = text.strip()
    if not text:
        return text
    import phonenumbers  # noqa: PLC0415 - 20 ms that most runs can do without

    try:
        parsed = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException as problem:
        raise ValueError("expected a phone number such as +14155552671") from problem
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("expected a phone number such as +14155552671")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
