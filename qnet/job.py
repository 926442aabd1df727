"""What every script of the workflow has around it: a log, and errors that are one sentence."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from qnet import study, table


@contextmanager
def running(snakemake: Any) -> Iterator[Callable[[str], None]]:
    """Logs a job to `snakemake.log`; a ValueError or Ctrl-C ends it with a sentence, anything else with a traceback."""
    start = time.perf_counter()

    def say(text: str) -> None:
        with suppress(OSError), open(snakemake.log[0], "a") as log:  # a full disk must not hide what went wrong
            print(f"{time.perf_counter() - start:8.2f} s  {text}", file=log)

    try:
        yield say
    except ValueError as error:
        say(f"refused: {error}")
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit("Error: interrupted")
    except BaseException:
        say(traceback.format_exc())
        raise
    say("done")


def tables(snakemake: Any) -> dict[str, pd.DataFrame]:
    """The tables that a job reads, by study. ValueError names one that the config, as it is now, does not ask for."""
    frames = {}
    for path, digest in zip(snakemake.input.data, snakemake.params.digests, strict=True):
        columns, origin = table.read(path)
        wanted, found = (Path(path).stem, digest), (origin.get("study"), study.table_digest(origin.get("batches", [])))
        if found != wanted:
            said = [f"study {name}, digest {digest}" for name, digest in (wanted, found)]
            raise ValueError(f"{path} must hold {said[0]}, as config.yaml asks now, but holds {said[1]}; delete it")
        frames[wanted[0]] = pd.DataFrame(columns)
    return frames


def call(function: Callable[..., Any], snakemake: Any) -> Any:
    """What a script's function makes of its arguments: a frame per study, and `printed` where the config has it."""
    studies = tables(snakemake)
    printed = snakemake.params.printed
    try:
        return function(**studies, **({"printed": printed} if printed else {}))
    except (AttributeError, KeyError) as error:
        where = ", ".join([*studies, *(["printed"] if printed else [])])
        raise ValueError(f"{snakemake.wildcards.id} must find all it uses in {where}, but: {error}") from error
