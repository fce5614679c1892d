"""The page's frame: `assets/page.html.j2`, compiled beforehand.

Reading and compiling the template takes longer than the rest of a small run's end. So what Jinja
makes of it is kept as a module, `compiled_page.py`; a test holds the two together, and

    python -m llmeval.report.frame

writes the module anew after a change of the template.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template

TEMPLATE = "page.html.j2"
COMPILED = Path(__file__).with_name("compiled_page.py")


def asset(name: str) -> str:
    """Return the text of a file of `assets/`."""
    return files("llmeval.report").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def frame() -> "Template":
    """Return the frame, ready to be filled."""
    from llmeval.report import compiled_page

    environment = _environment()
    # The module's own names, not a copy: what runs looks the environment up among them.
    names = vars(compiled_page)
    return environment.template_class.from_module_dict(environment, names, environment.globals)


def compiled() -> str:
    """Return the module that Jinja makes of the template, as source text."""
    source = _environment().compile(asset(TEMPLATE), TEMPLATE, raw=True, defer_init=True)
    return (
        f"# Made by `python -m llmeval.report.frame` of assets/{TEMPLATE}: edit that.\n{source}\n"
    )


def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined

    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8")
