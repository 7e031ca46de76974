import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.address import (
    Channel,
    EmailReason,
    InvalidEmailError,
    InvalidPhoneError,
    PhoneReason,
    parse_address,
    parse_email,
    parse_mobile,
)


@pytest.mark.parametrize(
    "written",
    [
        "07700900123",
        "07700 900 123",
        "(07700) 900-123",
        "+447700900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "07700.900.123",
        " 07700 900123 ",
        "07700–900–123",  # noqa: RUF001  an en dash, as word processors write it
        "\u202a+44 7700 900123\u202c",
        "07700\u00a0900\u00a0123",
        "\uff10\uff17\uff17\uff10\uff10 900123",
    ],
)
def test_a_mobile_number_is_read_as_people_write_it(written):
    assert parse_mobile(written).value == "+447700900123"


@pytest.mark.parametrize("last", ["000", "456", "999"])
def test_the_numbers_kept_for_drama_are_valid(last):
    assert parse_mobile(f"07700900{last}").value == f"+447700900{last}"


@pytest.mark.parametrize("written", ["07400 123456", "07911 123456", "07797 712345"])
def test_mobiles_under_the_uk_code_are_valid(written):
    assert parse_mobile(written).value == "+44" + written.replace(" ", "")[1:]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", PhoneReason.EMPTY),
        ("   ", PhoneReason.EMPTY),
        ("\u200b", PhoneReason.EMPTY),
        ("my phone", PhoneReason.NOT_A_NUMBER),
        ("07700 900123 ext 5", PhoneReason.NOT_A_NUMBER),
        ("07700FLOWER", PhoneReason.NOT_A_NUMBER),
        ("07700\n900123", PhoneReason.NOT_A_NUMBER),
        ("07700900123;07700900124", PhoneReason.NOT_A_NUMBER),
        ("07700900123/07700900124", PhoneReason.TOO_LONG),
        ("--", PhoneReason.NOT_A_NUMBER),
        ("0770090012", PhoneReason.TOO_SHORT),
        ("077009001234", PhoneReason.TOO_LONG),
        ("0", PhoneReason.NOT_A_NUMBER),
        ("077", PhoneReason.TOO_SHORT),
        ("0" + "7" * 30, PhoneReason.TOO_LONG),
        ("+1 500 555 0006", PhoneReason.NOT_UK),
        ("+353 85 123 4567", PhoneReason.NOT_UK),
        ("+999 123456789", PhoneReason.NOT_UK),
        ("020 7946 0000", PhoneReason.NOT_A_MOBILE),
        ("070 1234 5678", PhoneReason.NOT_A_MOBILE),
        ("0800 1111", PhoneReason.NOT_A_MOBILE),
        ("07700 901000", PhoneReason.NOT_A_MOBILE),
    ],
)
def test_what_is_not_a_uk_mobile_is_refused_with_its_reason(written, reason):
    with pytest.raises(InvalidPhoneError) as refused:
        parse_mobile(written)

    assert refused.value.reason is reason


@pytest.mark.parametrize("reason", [*PhoneReason, *EmailReason])
def test_every_reason_says_what_to_do(reason):
    assert len(reason.words) > 10


def test_a_number_never_shows_itself_when_printed():
    number = parse_mobile("07700900123")

    assert "7700900" not in f"{number} {number!r}"
    assert number.ending == "23"


@given(st.text(max_size=40))
def test_any_text_is_either_a_number_or_refused(text):
    try:
        number = parse_mobile(text)
    except InvalidPhoneError:
        return
    assert parse_mobile(number.value) == number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("name@example.org", "name@example.org"),
        (" name@Example.ORG ", "name@example.org"),
        ("First.Last+tag@example.org", "First.Last+tag@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("name@sub.example.org", "name@sub.example.org"),
        ("name@bücher.example", "name@xn--bcher-kva.example"),
    ],
)
def test_an_email_address_is_read_as_people_write_it(written, value):
    assert parse_email(written).value == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", EmailReason.EMPTY),
        ("  ", EmailReason.EMPTY),
        (
            "name@example.org\r\nBcc: other@example.org",
            EmailReason.HAS_CONTROL_CHARACTER,
        ),
        ("name@example.org\n", EmailReason.HAS_CONTROL_CHARACTER),
        ("name\u2028@example.org", EmailReason.HAS_CONTROL_CHARACTER),
        ("name\x00@example.org", EmailReason.HAS_CONTROL_CHARACTER),
        ("name.example.org", EmailReason.NOT_ONE_AT),
        ("a@b@example.org", EmailReason.NOT_ONE_AT),
        ("@example.org", EmailReason.BAD_NAME),
        (".name@example.org", EmailReason.BAD_NAME),
        ("na..me@example.org", EmailReason.BAD_NAME),
        ("name.@example.org", EmailReason.BAD_NAME),
        ("na me@example.org", EmailReason.BAD_NAME),
        ("näme@example.org", EmailReason.BAD_NAME),
        ('"name"@example.org', EmailReason.BAD_NAME),
        ("name,other@example.org", EmailReason.BAD_NAME),
        ("=?utf-8?q?a=2C_b=40other.example?=@example.org", EmailReason.BAD_NAME),
        ("name@", EmailReason.BAD_DOMAIN),
        ("name@localhost", EmailReason.BAD_DOMAIN),
        ("name@127.0.0.1", EmailReason.BAD_DOMAIN),
        ("name@[127.0.0.1]", EmailReason.BAD_DOMAIN),
        ("name@-example.org", EmailReason.BAD_DOMAIN),
        ("name@example..org", EmailReason.BAD_DOMAIN),
        ("name@example.org>", EmailReason.BAD_DOMAIN),
        ("name@exam ple.org", EmailReason.BAD_DOMAIN),
        (f"name@{'a' * 64}.org", EmailReason.BAD_DOMAIN),
        (f"{'a' * 65}@example.org", EmailReason.TOO_LONG),
        (f"name@{'a.' * 130}org", EmailReason.TOO_LONG),
    ],
)
def test_what_is_not_an_email_address_is_refused_with_its_reason(written, reason):
    with pytest.raises(InvalidEmailError) as refused:
        parse_email(written)

    assert refused.value.reason is reason


def test_an_email_address_never_shows_itself_when_printed():
    address = parse_email("Name@example.org")

    assert "Name" not in f"{address} {address!r}"
    assert address.domain == "example.org"


def test_two_spellings_of_one_address_are_compared_as_one():
    assert parse_email("Name@example.org").canonical == "name@example.org"
    assert parse_mobile("07700900123").canonical == "+447700900123"


@given(st.text(max_size=60))
def test_any_text_is_either_an_address_on_one_line_or_refused(text):
    try:
        address = parse_email(text)
    except InvalidEmailError:
        return
    assert len(address.value.splitlines()) == 1
    assert parse_email(address.value) == address


def test_each_channel_reads_its_own_kind_of_address():
    sms = parse_address(Channel.SMS, "07700900123")
    email = parse_address(Channel.EMAIL, "name@example.org")

    assert (sms.value, email.value) == ("+447700900123", "name@example.org")
