"""The overview: where everything is, and what can be done with a workspace as a whole."""

import pytest

from tests.page.reader import STRANGE, Reader
from tests.providers.ethermailer.client import EtherMailer


def test_a_browser_that_asks_for_the_control_api_is_taken_to_the_page(reader: Reader) -> None:
    page = reader.get("/_mock/")

    assert "/_mock/ui/default" == page.url
    assert "Overview · default · mockserver" == page.title


def test_a_program_that_asks_for_the_same_gets_json(reader: Reader) -> None:
    answer = reader.workspace.server.get("/_mock/", headers={"Accept": "*/*"})

    assert answer.json()["page"].endswith("/_mock/ui")


def test_it_shows_where_each_provider_answers_and_what_lets_one_in(reader: Reader) -> None:
    page = reader.get()

    for provider in reader.workspace.control("GET", "providers"):
        assert provider["base_url"] in page.text
        assert all(value in page.text for credential in provider["credentials"] for value in credential.values())


def test_the_clock_is_frozen_and_let_go_again(reader: Reader) -> None:
    frozen = reader.press(reader.get(), "Freeze")

    assert "The clock stands still." == frozen.said
    assert reader.workspace.control("GET", "clock")["frozen"]

    reader.press(frozen, "Let it run")

    assert not reader.workspace.control("GET", "clock")["frozen"]


@pytest.mark.parametrize(
    ("button", "later"),
    [("+1 minute", "2030-01-01 12:01:00"), ("+1 hour", "2030-01-01 13:00:00"), ("+1 day", "2030-01-02 12:00:00")],
)
def test_time_passes_at_the_press_of_a_button(reader: Reader, button: str, later: str) -> None:
    reader.workspace.freeze("2030-01-01T12:00:00Z")

    page = reader.press(reader.get(), button)

    assert later in page.one("#clock").get_text()


def test_the_clock_is_set_to_a_moment(reader: Reader) -> None:
    page = reader.press(reader.get(), "Set", now="2031-05-04T03:02:01Z")

    assert "2031-05-04 03:02:0" in page.text


def test_a_moment_that_is_none_is_refused_with_the_reason(reader: Reader) -> None:
    page = reader.press(reader.get(), "Set", status=400, now="soon")

    assert "now: Input should be a valid datetime" in page.text
    assert reader.at == page.one("main a")["href"].removeprefix("http://127.0.0.1:8765")


@pytest.mark.parametrize("mode", ["enforce", "observe", "off"])
def test_the_throttle_is_chosen(reader: Reader, mode: str) -> None:
    page = reader.press(reader.get(), mode)

    assert mode == reader.workspace.control("GET", "config")["throttle"]
    assert [mode] == page.texts("#throttle .chosen")


def test_a_workspace_becomes_strict(reader: Reader) -> None:
    reader.press(reader.get(), "strict")

    assert reader.workspace.control("GET", "config")["strict"]


def test_a_snapshot_is_taken_looked_at_restored_and_deleted(reader: Reader) -> None:
    reader.workspace.freeze("2030-01-01T12:00:00Z")
    taken = reader.press(reader.get(), "Take", name="noon")
    reader.workspace.advance(hours=1)

    assert "Put aside as noon." == taken.said

    restored = reader.press(reader.get(), "Restore")

    assert "2030-01-01 12:00:00" in restored.one("#clock").get_text()

    page = reader.press(restored, "Delete")

    assert "No snapshot yet" in page.text


def test_a_reset_brings_the_fixtures_back(reader: Reader) -> None:
    reader.workspace.freeze("2030-01-01T12:00:00Z")

    page = reader.press(reader.get(), "Reset")

    assert "Back at the fixtures." == page.said
    assert not reader.workspace.control("GET", "clock")["frozen"]


def test_what_was_said_is_said_once(reader: Reader) -> None:
    reader.press(reader.get(), "Freeze")

    assert "" == reader.get().said


def test_what_changed_since_the_start_is_shown_row_by_row(ether: EtherMailer, reader: Reader) -> None:
    ether.add("new@example.com", name=STRANGE)

    page = reader.get("difference")

    assert "ether_contact ethermailer" in page.texts("h2")
    assert STRANGE in page.text
    assert STRANGE not in page.source


def test_nothing_differs_at_the_start(reader: Reader) -> None:
    assert "Nothing differs." in reader.get("difference").text


def test_a_difference_to_what_never_was_is_refused(reader: Reader) -> None:
    page = reader.get("difference", status=404, before="yesterday")

    assert "yesterday" in page.text


def test_a_workspace_is_made_and_deleted(reader: Reader) -> None:
    name = f"{reader.workspace.name}-more"
    made = reader.press(reader.get(), "Make", within="header", name=name)

    assert f"/_mock/ui/{name}" == made.url
    assert f"Made the workspace {name}, a fresh copy of the fixtures." == made.said

    gone = reader.press(made, "Delete workspace")

    assert "/_mock/ui/default" == gone.url
    assert 404 == reader.workspace.server.get(f"/_mock/workspaces/{name}").status_code


def test_a_workspace_that_is_not_there_is_told_on_a_page(reader: Reader) -> None:
    page = reader.get("/_mock/ui/nowhere", status=404)

    assert 'there is no workspace "nowhere"' in page.text


def test_every_section_of_the_navigation_answers(reader: Reader) -> None:
    for link in reader.get().tree.select("nav a"):
        page = reader.get(str(link["href"]))

        assert link.get_text() == page.one("nav [aria-current=page]").get_text()


def test_snippets_are_ready_in_four_languages_of_which_one_is_open(reader: Reader) -> None:
    """The browser closes the others by the name that they share."""
    for sample in reader.get().tree.select(".sample"):
        languages = sample.select(".snippet")

        assert ["curl", "Python", "Node", "PHP"] == [str(each.summary.string) for each in languages if each.summary]
        assert 1 == len({each["name"] for each in languages})


def test_addresses_are_those_under_which_the_page_was_asked_for(reader: Reader) -> None:
    """The port of a container may be published under another number."""
    page = reader.workspace.server.get(reader.at, headers={"Host": "localhost:9000", "Accept": "text/html"})

    assert "http://localhost:9000/emma" in page.text
    assert "http://127.0.0.1:8765/emma" not in page.text


def test_a_browser_that_asks_for_the_bare_address_is_taken_to_the_page(reader: Reader) -> None:
    answer = reader.workspace.server.get("/", headers={"Accept": "text/html"})

    assert "/_mock/ui/default" == answer.url.path


def test_a_program_that_asks_for_the_bare_address_is_told_where_to_go(reader: Reader) -> None:
    answer = reader.workspace.server.get("/")

    assert 404 == answer.status_code
    assert answer.json()["page"].endswith("/_mock/ui")


def test_a_difference_says_between_what(reader: Reader) -> None:
    reader.workspace.control("PUT", "snapshots/noon")

    page = reader.get("difference", before="noon")

    assert ["noon", "now"] == page.texts("option[selected]")
    assert "Nothing differs." in page.text
    assert ["start", "now"] == reader.get("difference").texts("option[selected]")


def test_the_workspace_may_be_named_as_for_the_control_api(reader: Reader) -> None:
    assert reader.at == reader.get("/_mock/ui", workspace=reader.workspace.name).url
