from __future__ import annotations

from widgets.letters.accounts import AccountShown, account_exists
from widgets.letters.plain import plain_text
from widgets.letters.words import Words


def shown(link: str | None) -> AccountShown:
    return AccountShown(link=link, sign_in="https://desk.example/sign-in", brand="Northlake", host="desk.example")


def test_letter_to_staff_who_forgot_the_password_says_whom_to_ask() -> None:
    said = plain_text(account_exists(shown(None), Words("en")))
    assert "Ask an administrator of this desk" in " ".join(said.split())


def test_letter_to_a_customer_with_an_account_has_the_link_and_names_no_administrator() -> None:
    said = plain_text(account_exists(shown("https://desk.example/account/confirm?token=t"), Words("en")))
    assert "https://desk.example/account/confirm?token=t" in said
    assert "administrator" not in said
