"""The parts of the READMEs that are made from the code: `python -m tests.readme` writes them, a test compares them."""

import re
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from mockserver.settings import variables

TOP = Path(__file__).parents[1]


def main() -> None:
    for path, name, table in tables():
        path.write_text(replaced(path.read_text("utf-8"), name, table), "utf-8")


def tables() -> list[tuple[Path, str, str]]:
    """Each generated part: its file, its name there, its text."""
    parts = [(TOP / "README.md", "configuration", configuration())]
    return [*parts, *((provider.folder / "README.md", "questions", questions(provider)) for provider in PROVIDERS)]


def replaced(text: str, name: str, table: str) -> str:
    """The text with the part between `<!-- name -->` and `<!-- end -->` exchanged."""
    start, end = f"<!-- {name} -->\n", "<!-- end -->"
    return re.sub(f"{re.escape(start)}.*?{re.escape(end)}", lambda _: f"{start}{table}{end}", text, flags=re.DOTALL)


def configuration() -> str:
    rows = [f"| `{variable}` | {_shown(field)} | {field.description} |" for variable, field in variables().items()]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows, ""])


def questions(provider: Provider) -> str:
    """The open questions that rulebook rows answer, by number."""
    answers: dict[tuple[str, int], list[str]] = {}
    for row in provider.rulebook.values():
        for number in _numbers(f"{row.source}; {row.text}"):
            switch = f" Switch: `{row.switch}`." if row.switch else ""
            answers.setdefault(number, []).append(f"{row.text}{switch} `{row.id}`")
    lines = [f"| {letter}{number} | {'<br>'.join(answers[letter, number])} |" for letter, number in sorted(answers)]
    return "\n".join(["| no. | reading taken, and its row |", "| --- | --- |", *lines, ""])


def _numbers(text: str) -> set[tuple[str, int]]:
    """As rows cite them: Ether Mailer's open questions (open question 7), Emma's contradictions (C7), emfluence's (A7)."""
    asked = " ".join(re.findall(r"open questions? ([\d, and]+)", text))
    found = [*(("", number) for number in re.findall(r"\d+", asked)), *re.findall(r"\b([AC])(\d+)\b", text)]
    return {(letter, int(number)) for letter, number in found}


def _shown(field: FieldInfo) -> str:
    default: Any = field.get_default(call_default_factory=True)
    values = f" of {', '.join(f'`{value}`' for value in choices(field))}" if choices(field) else ""
    if default is None or default == []:
        return "unset" + values
    return f"`{','.join(default) if isinstance(default, list) else default}`{values}"


def choices(field: FieldInfo) -> tuple[Any, ...]:
    """The values of a setting that has only so many, also when it may be unset."""
    parts = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else (field.annotation,)
    return next((get_args(part) for part in parts if get_origin(part) is Literal), ())


if __name__ == "__main__":
    main()
