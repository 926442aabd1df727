"""What every script of the workflow has around it: a log, and errors that are one sentence."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from qnet import table


@contextmanager
def running(snakemake: Any) -> Iterator[Callable[[str], None]]:
    """Logs a job to `snakemake.log`; a ValueError ends it with its sentence, anything else with its traceback."""
    with open(snakemake.log[0], "w", buffering=1) as log:
        start = time.perf_counter()

        def say(text: str) -> None:
            print(f"{time.perf_counter() - start:8.2f} s  {text}", file=log)

        try:
            yield say
        except ValueError as error:
            say(f"refused: {error}")
            sys.exit(f"Error: {error}")
        except BaseException:
            traceback.print_exc(file=log)
            raise
        say("done")


def call(function: Callable[..., Any], snakemake: Any) -> Any:
    """What a script's function makes of its arguments: a frame per study, and `printed` where the config has it."""
    studies = {Path(path).stem: pd.DataFrame(table.read(path)[0]) for path in snakemake.input.data}
    printed = snakemake.params.printed
    try:
        return function(**studies, **({"printed": printed} if printed else {}))
    except (AttributeError, KeyError) as error:
        where = ", ".join([*studies, *(["printed"] if printed else [])])
        raise ValueError(f"{snakemake.wildcards.id} must find all it uses in {where}, but: {error}") from error
