"""What commands of `burnish` share: their options, the ranges of numbers, and how an error is told."""

import functools
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from burnish.errors import BurnishError

P = ParamSpec("P")
BENCHMARK_NAMES = (
    "fullstack-eval, human-eval, lovable-bench, screenshot-pages, safety, replicas, bfcl, injection, tau2-first, mbpp, gsm8k, "
    "ifeval, mmlu, xstest or strongreject"
)
R = TypeVar("R")
Tier = Annotated[str | None, typer.Option(help="bubblewrap or landlock, and no other; else the first that holds")]
TasksPath = Annotated[Path | None, typer.Option(help="folder of the tasks; none: made from params.yaml, or fetched")]
FolderPath = Annotated[Path, typer.Option(help="project that the tools may read")]
DatabasePath = Annotated[Path | None, typer.Option(help="SQLite file that they may query")]
FilePath = Annotated[Path, typer.Argument(exists=False)]
Columns = Annotated[list[str] | None, typer.Option(help="only this one, several allowed")]
FromZero = Annotated[int, typer.Option(min=0)]
FromOne = Annotated[int, typer.Option(min=1)]


def _above_zero(value: float) -> float:
    if not 0 < value < math.inf:
        raise typer.BadParameter(f"{value:g} isn't a number above 0.")
    return value


Seconds = Annotated[float, typer.Option(callback=_above_zero)]


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Print what a user's input or machine has caused as a message and end with status 1; what we have caused is raised."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (BurnishError, OSError, UnicodeError) as error:
            print(f"burnish: {error}", file=sys.stderr)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return wrapped
