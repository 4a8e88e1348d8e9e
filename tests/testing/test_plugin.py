"""The pytest plugin, as a stranger uses it: in a folder of its own, with a test file and nothing else."""

import re
from pathlib import Path

import pytest

pytest_plugins = ("pytester",)

THREE_PROVIDERS = """
    import httpx2

    def test_emma(mock):
        members = httpx2.get(f"{mock.emma.base_url}/{mock.emma.account_id}/members", auth=mock.emma.auth)
        assert members.status_code == 200

    def test_emfluence(mock):
        url = f"{mock.emfluence.base_url}/v1/contacts/save"
        saved = httpx2.post(url, headers=mock.emfluence.headers, json={"email": "ada@example.com"})
        assert saved.json()["success"] == 1

    def test_ether_mailer(mock):
        url = f"{mock.ethermailer.base_url}/user/contact"
        with mock.expect_changes(ether_contact=1):
            added = httpx2.post(url, headers=mock.ethermailer.headers, json={"email": "ada@example.com"})
        assert added.status_code == 200
"""
OPTIONS = ("-p", "no:cacheprovider")


@pytest.fixture
def stranger(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder of their own, and nothing set in the environment."""
    monkeypatch.delenv("MOCKSERVER_URL", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return pytester


def run(stranger: pytest.Pytester, *options: str) -> pytest.RunResult:
    return stranger.runpytest_subprocess(*OPTIONS, *options)


def test_one_test_for_each_provider_passes_without_configuration(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(THREE_PROVIDERS)

    run(stranger).assert_outcomes(passed=3)


def test_they_pass_in_parallel(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(THREE_PROVIDERS)

    run(stranger, "-n", "2").assert_outcomes(passed=3)


def test_each_test_has_a_workspace_of_its_own(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(
        """
        import httpx2
        import pytest

        @pytest.mark.parametrize("round", [1, 2])
        def test_the_same_address_is_new(mock, round):
            url = f"{mock.ethermailer.base_url}/user/contact"
            assert 200 == httpx2.post(url, headers=mock.ethermailer.headers, json={"email": "ada@example.com"}).status_code

        def test_workspaces_go_with_their_tests(mock):
            assert {"default", mock.workspace} == {each.name for each in mock.workspaces()}
        """
    )

    run(stranger).assert_outcomes(passed=3)


def test_the_marker_chooses_fixtures_throttle_and_clock(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(
        """
        from datetime import UTC, datetime

        import httpx2
        import pytest

        @pytest.mark.mockserver(fixtures="empty", throttle="enforce", clock="2031-05-04T12:00:00Z")
        def test_all_of_it(mock):
            url = f"{mock.ethermailer.base_url}/user/contact/limit/10/offset/0"
            answers = [httpx2.get(url, headers=mock.ethermailer.headers) for _ in range(4)]
            assert 0 == answers[0].json()["totalItems"]
            assert [200, 200, 200, 429] == [answer.status_code for answer in answers]
            assert datetime(2031, 5, 4, 12, tzinfo=UTC) == mock.clock.now()

        def test_observing_is_the_default(mock):
            assert "observe" == mock.config().throttle
        """
    )

    run(stranger).assert_outcomes(passed=2)


def test_a_marker_that_means_nothing_is_refused(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(
        """
        import pytest

        @pytest.mark.mockserver(fixture="empty")
        def test_it(mock):
            pass
        """
    )
    result = run(stranger)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker mockserver takes no fixture*"])


def test_a_failing_test_shows_the_calls_of_its_workspace(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(
        """
        import httpx2

        def test_it(mock):
            url = f"{mock.ethermailer.base_url}/user/contact/nobody"
            assert 200 == httpx2.get(url, headers=mock.ethermailer.headers).status_code
        """
    )
    result = run(stranger)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*mockserver: calls of the workspace*",
            "1. ethermailer get_contact: GET /user/contact/nobody -> 404",
            "*rules: ether.get_contact.unknown",
        ]
    )


def test_changes_that_nobody_expects_fail_the_test_and_are_shown(stranger: pytest.Pytester) -> None:
    stranger.makepyfile(
        """
        import httpx2

        def test_it(mock):
            with mock.expect_changes():
                url = f"{mock.ethermailer.base_url}/user/contact"
                httpx2.post(url, headers=mock.ethermailer.headers, json={"email": "ada@example.com"})
        """
    )
    result = run(stranger)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ether_contact: expected no change, found 1 added*", "*ada@example.com*"])


def test_a_server_elsewhere_is_used_when_the_environment_names_it(
    stranger: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mockserver.testing.server import serving

    stranger.makepyfile(THREE_PROVIDERS + "\n    def test_url(mock):\n        assert mock.url == 'URL'\n")
    with serving() as url:
        monkeypatch.setenv("MOCKSERVER_URL", url)
        file = next(stranger.path.glob("test_*.py"))
        file.write_text(file.read_text("utf-8").replace("'URL'", repr(url)), "utf-8")

        run(stranger, "-n", "2").assert_outcomes(passed=4)


def test_the_markers_are_explained(stranger: pytest.Pytester) -> None:
    result = run(stranger, "--markers")

    assert re.search(r"@pytest\.mark\.mockserver\(fixtures=None, throttle=None", result.stdout.str())
