"""The container's files say nothing that the code does not: paths, ports, variables, user, commands, host names."""

import json
import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from mockserver.cli import cli
from mockserver.providers import PROVIDERS
from mockserver.settings import PREFIX, Settings, load_settings, variables

TOP = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text("utf-8"))
SERVER: dict[str, Any] = COMPOSE["services"]["mockserver"]


class Instruction(NamedTuple):
    word: str
    rest: str


class Stage(NamedTuple):
    base: str
    name: str
    instructions: list[Instruction]

    def all(self, word: str) -> list[str]:
        return [rest for found, rest in self.instructions if found == word]

    def last(self, word: str) -> str:
        return self.all(word)[-1]

    @property
    def environment(self) -> dict[str, str]:
        pairs = (part.partition("=") for rest in self.all("ENV") for part in shlex.split(rest))
        return {name: value for name, _, value in pairs}


def stages() -> list[Stage]:
    """The Dockerfile, stage by stage."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", (TOP / "Dockerfile").read_text("utf-8")))
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name, []))
        elif found:
            found[-1].instructions.append(Instruction(word, " ".join(rest.split())))
    return found


IMAGE = stages()[-1]


def demand_command(arguments: list[str]) -> None:
    """Ask for the help of a command that the image runs: it must exist, and so must its options."""
    options = [each for each in arguments[1:] if each.startswith("--")]
    shown = CliRunner().invoke(cli, [*arguments[1:2], "--help"])

    assert "mockserver" == arguments[0]
    assert 0 == shown.exit_code, shown.output
    assert [] == [option for option in options if option not in shown.output]


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    ignored = (TOP / ".dockerignore").read_text("utf-8").split()
    copied = [name for stage in stages() for rest in stage.all("COPY") if "--from" not in rest for name in rest.split()[:-1]]

    assert {"mockserver", "fixtures", "pyproject.toml", "tests"} <= set(copied)
    assert [] == [name for name in copied if not (TOP / name).exists()]
    assert [] == [name for name in copied for pattern in ignored if fnmatch(name, pattern)]


def test_stages_are_copied_from_that_exist() -> None:
    names = {stage.name for stage in stages()}
    sources = re.findall(r"--from=(\w+)", (TOP / "Dockerfile").read_text("utf-8"))

    assert ["build"] == sources
    assert set(sources) <= names
    assert "slim" in IMAGE.base


def test_the_image_listens_on_its_ports_and_all_interfaces() -> None:
    exposed = {int(port) for port in IMAGE.last("EXPOSE").split()}

    assert {Settings().port, Settings().tls_port} == exposed
    assert "0.0.0.0" == IMAGE.environment["MOCKSERVER_HOST"]  # noqa: S104 - that is what is asked


def test_every_variable_is_one_of_the_servers() -> None:
    given = {*IMAGE.environment, *SERVER["environment"]}

    assert set() == {name for name in given if name.startswith(PREFIX)} - set(variables())


def test_the_server_takes_the_values_of_image_and_composition(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**IMAGE.environment, **SERVER["environment"]}.items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, str(value))
    settings = load_settings()

    assert (Path("/state"), Path("/ca"), True, 443) == (settings.state, settings.ca_dir, settings.tls, settings.tls_port)


def test_the_user_is_not_root_and_owns_what_it_writes() -> None:
    user, _, group = IMAGE.last("USER").partition(":")
    made = " ".join(IMAGE.all("RUN"))
    volumes = json.loads(IMAGE.last("VOLUME"))

    assert int(user) >= 1000
    assert f"--uid {user} --gid {group}" in made
    assert f"install -d -o {user} -g {group} {' '.join(volumes)}" in made
    assert {IMAGE.environment["MOCKSERVER_STATE"], IMAGE.environment["MOCKSERVER_CA_DIR"]} == set(volumes)


def test_the_image_runs_commands_that_exist_without_a_shell() -> None:
    health = json.loads(IMAGE.last("HEALTHCHECK").partition("CMD ")[2])
    start = [*json.loads(IMAGE.last("ENTRYPOINT")), *json.loads(IMAGE.last("CMD"))]

    demand_command(health)
    demand_command(start)
    assert ["mockserver", "wait"] == health[:2]
    assert ["mockserver", "serve"] == start


def test_the_server_is_found_under_all_names_of_the_vendors_on_a_network_without_a_way_out() -> None:
    aliases = SERVER["networks"]["vendors"]["aliases"]

    assert sorted(host for provider in PROVIDERS for host in provider.hosts) == sorted(aliases)
    assert COMPOSE["networks"]["vendors"]["internal"] is True
    assert ["vendors"] == COMPOSE["services"]["client"]["networks"]


def test_ports_are_published_on_this_machine_only() -> None:
    assert [f"127.0.0.1:{Settings().port}:{Settings().port}"] == SERVER["ports"]


def test_volumes_are_declared_and_lie_where_the_image_has_them() -> None:
    mounted = [each.split(":") for service in COMPOSE["services"].values() for each in service.get("volumes", ())]

    assert {name for name, *_ in mounted} == set(COMPOSE["volumes"])
    assert {where for _, where, *_ in mounted} == set(json.loads(IMAGE.last("VOLUME")))


def test_the_example_client_calls_the_vendor_unchanged_and_trusts_the_server() -> None:
    client = COMPOSE["services"]["client"]
    (program,) = client["command"]

    compile(program, "docker-compose.yml", "exec")
    assert "https://api.e2ma.net/100/members/200" in program
    assert f"{IMAGE.environment['MOCKSERVER_CA_DIR']}/ca.pem" == client["environment"]["SSL_CERT_FILE"]
    assert "service_healthy" == client["depends_on"]["mockserver"]["condition"]
    assert SERVER["image"] == client["image"]


def test_the_profiles_are_those_that_the_file_explains() -> None:
    named = {name for service in COMPOSE["services"].values() for name in service.get("profiles", ())}
    explained = set(re.findall(r"--profile (\w+)", (TOP / "docker-compose.yml").read_text("utf-8")))

    assert named == explained == {"example", "tests"}
    assert "tests" == COMPOSE["services"]["tests"]["build"]["target"]
    assert "tests" in {stage.name for stage in stages()}
