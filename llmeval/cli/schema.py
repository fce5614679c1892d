"""`llmeval schema`: the JSON Schema of suite files."""

import argparse
from pathlib import Path

from llmeval.api.project import find_project
from llmeval.cli.console import Console

EXAMPLE = """  llmeval schema > suite.schema.json
  # then, as the first line of a suite, for completion in the editor:
  # yaml-language-server: $schema=../suite.schema.json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: none."""


def run(args: argparse.Namespace, console: Console) -> int:  # noqa: ARG001 - as every command
    """Write the schema, the project's own checks included."""
    from llmeval.suite.schema import schema

    console.json(schema(find_project(Path.cwd()).registry))
    return 0
