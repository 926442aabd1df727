"""The documentation does what it says: its site is built without a warning, its examples print what they say."""

import csv
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from qnet.pipeline import config, table

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))
}
EXECUTED = [name for name, text in PAGES.items() if "```python\n" in text]


def test_the_site_is_built_without_a_warning(tmp_path):
    """Every link from page to page, to a heading or to a file, and every docstring of the reference."""
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--builder", "html"]
    built = subprocess.run(
        [*command, "--doctree-dir", str(tmp_path / "trees"), str(ROOT / "docs"), str(tmp_path / "html")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert not built.stderr
    assert built.returncode == 0
    assert 'id="qnet.chain.sample"' in (tmp_path / "html/reference/chain.html").read_text(encoding="utf-8")
    formulas = (tmp_path / "html/theory/mirror.html").read_text(encoding="utf-8")
    assert "<math" in formulas
    for page in (tmp_path / "html").rglob("*.html"):
        if "_downloads" not in page.parts:
            text = page.read_text(encoding="utf-8")
            assert not re.search(
                r'<(?:script|img|iframe)[^>]*src="https?:|<link[^>]*rel="stylesheet"[^>]*href="https?:', text
            )


@pytest.mark.parametrize("name", EXECUTED)
def test_examples_print_what_they_say(name, tmp_path, monkeypatch, capsys):
    """Blocks of `python`, one after the other. A block after the words "here `file`" is that file."""
    text = PAGES[name]
    for file, content in re.findall(r"here `([\w./]+)`[^`]*?```\w+\n(.*?)```", text, re.DOTALL):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    example = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    said = re.findall(r"print\(.*\) +# (.*)", example)
    exec(compile(example, name, "exec"), {})
    assert capsys.readouterr().out.splitlines() == said


def test_every_page_is_written_for_a_forge_too():
    """Formulas in $...$, no block of code without its language."""
    for name, text in PAGES.items():
        fences = re.findall(r"^ *```(.*)$", text, re.MULTILINE)
        assert all(fences[::2]), name
        assert not any(fences[1::2]), name


def test_the_parameter_that_is_changed_is_one():
    (overlay,) = re.findall(r"```yaml\n(.*?)```", PAGES["docs/tutorials/change_a_parameter.md"], re.DOTALL)
    whole = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    for study, block in yaml.safe_load(overlay)["studies"].items():
        for name, value in block["fixed"].items():
            assert whole["studies"][study]["fixed"][name] != value
            whole["studies"][study]["fixed"][name] = value
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
    config.check(whole, schema, ROOT / "workflow/scripts", "config.yaml")


def test_the_study_that_is_shown_is_that_of_the_config():
    (shown,) = re.findall(
        r"^ *```yaml\n(.*?)```", PAGES["docs/tutorials/reproduce_a_figure.md"], re.DOTALL | re.MULTILINE
    )
    studies = yaml.safe_load((ROOT / "config.yaml").read_bytes())["studies"]
    assert {name: studies[name] for name in yaml.safe_load(shown)} == yaml.safe_load(shown)


def computed(study: str, **where: object) -> dict[str, float]:
    columns, _ = table.read(ROOT / f"reference/{study}.parquet")
    (row,) = (
        i for i in range(len(columns["links"])) if all(columns[name][i] == value for name, value in where.items())
    )
    return {name: values[row] for name, values in columns.items()}


MIRROR = PAGES["docs/theory/mirror.md"]


@pytest.mark.parametrize(("words", "study", "where"), [
    ("by a coin", "chain_sequential_slopes", {"order": "random"}),
    ("the left link", "chain_sequential_slopes", {"order": "left_first"}),
    ("the right link", "chain_sequential_slopes", {"order": "right_first"}),
    ("the long link", "chain_sequential_slopes", {"order": "long_first"}),
    ("the short link", "chain_sequential_slopes", {"order": "short_first"}),
    ("all links", "chain_distilled_slopes", {"which": "all"}),
    ("the long links", "chain_distilled_slopes", {"which": "long"}),
    ("the short links", "chain_distilled_slopes", {"which": "short"}),
])  # fmt: skip
def test_slopes_in_the_text_are_the_computed_ones(words, study, where):
    """To the digits that are written; smooth parts vanish within four standard errors where the text says so."""
    found = computed(study, links=20, **where)
    slope, kink = (f"{found[name]:.4f} ± {found[name + '_se']:.4f}" for name in ("qber_slope", "qber_kink"))
    smooth = found["qber_slope"] - found["qber_kink"]
    assert f"| {words} | {slope} | {smooth:.4f} | {kink} |".replace("-0.0000", "0.0000") in MIRROR
    vanishes = words not in ("the left link", "the right link")
    assert (abs(smooth) < 4 * found["qber_slope_se"]) == vanishes


@pytest.mark.parametrize("links", [5, 21])
def test_slopes_of_odd_chains_in_the_text_are_the_computed_ones(links):
    each = [computed("chain_sequential_slopes", links=links, order="random", ends=ends) for ends in ("long", "short")]
    words = " | ".join(f"{found['qber_slope']:.3f} ± {found['qber_slope_se']:.3f}" for found in each)
    assert f"| {links} | {words} |" in MIRROR
    assert abs(sum(found["qber_slope"] - found["qber_kink"] for found in each)) < 4 * sum(
        found["qber_slope_se"] for found in each
    )


PROTOCOLS = PAGES["docs/theory/protocols.md"]


def estimate(row: dict[str, str], name: str, scale: int = 1) -> str:
    """A value with its standard error, to the first digit of the error, or to four decimals; no minus before zero."""
    if not row[name]:
        return ""
    value, error = scale * float(row[name]), scale * float(row[f"{name}_se"])
    decimals = min(4, max(0, -math.floor(math.log10(error)))) if error > 0 else 4
    return re.sub(r"^-(0\.0* )", r"\1", f"{value:.{decimals}f} ± {error:.{decimals}f}")


ONE, TWO = {"distillation": "sequential"}, {"distillation": "parallel"}
GOOD = {"coherence_time_s": "10", "werner": "0.99"}


@pytest.mark.parametrize(("words", "where"), [
    ("both at once, as in the paper", {"protocol": "swap_asap", "coherence_time_s": "1", "werner": "1", "which": ""}),
    ("by a coin", {"order": "random"}),
    ("the left link", {"order": "left_first"}),
    ("the right link", {"order": "right_first"}),
    ("the long link", {"order": "long_first"}),
    ("the short link", {"order": "short_first"}),
    ("each repeater, 1 s, 24.125 ms", {"protocol": "local_cutoff", "coherence_time_s": "1", "cutoff_s": "0.024125"}),
    ("each repeater, 0.5 s, 12.625 ms", {"protocol": "local_cutoff", "coherence_time_s": "0.5", "cutoff_s": "0.012625"}),
    ("all at once, 1 s, 40.125 ms", {"protocol": "global_cutoff", "coherence_time_s": "1", "cutoff_s": "0.040125"}),
    ("all at once, 0.5 s, 20.125 ms", {"protocol": "global_cutoff", "coherence_time_s": "0.5", "cutoff_s": "0.020125"}),
    ("none", GOOD | {"which": ""}),
    ("all links, one", GOOD | ONE | {"which": "all"}),
    ("the long links, one", GOOD | ONE | {"which": "long"}),
    ("the short links, one", GOOD | ONE | {"which": "short"}),
    ("all links, two", GOOD | TWO | {"which": "all"}),
    ("the long links, two", GOOD | TWO | {"which": "long"}),
    ("the short links, two", GOOD | TWO | {"which": "short"}),
])  # fmt: skip
def test_answers_in_the_text_are_those_of_the_table(words, where):
    with (ROOT / "figures/chain_protocols.csv").open(encoding="utf-8") as file:
        (row,) = (row for row in csv.DictReader(file) if where.items() <= row.items())
    cells = [estimate(row, "key_rate_hz"), *(estimate(row, f"loss_at_0_{n}", 100) for n in (1, 2))]
    cells += [estimate(row, f"{part}_ln_key_rate") for part in ("slope", "smooth", "kink")]
    assert f"| {words} | {' | '.join(cells)} |" in PROTOCOLS
    if words.startswith("each repeater, 0.5 s"):
        assert f"$d\\ln T/dA=$ {estimate(row, 'kink_ln_duration')}" in " ".join(PROTOCOLS.split())
    if words in ("by a coin", "the long link", "all links, one", "the short links, one"):
        assert cells[3] in " ".join(PAGES["docs/findings.md"].split())


def test_what_cut_offs_recover_in_the_text_is_what_is_computed():
    """Shares of the key at A = 0.2, memories of 0.5 s: links restart as soon as free, together; drop alone, together."""
    text = " ".join(PROTOCOLS.split())
    said = re.search(r"cut-off, ([\d.]+) % of the .*?, and ([\d.]+) % .*? it is ([\d.]+) % .*?, and ([\d.]+) %", text)
    shares = []
    for study, by in (("chain_cutoff_none", "restart"), ("chain_cutoff_best", "protocol")):
        columns, _ = table.read(ROOT / f"reference/{study}.parquet")
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        rates = {(r[by], r["asymmetry"]): r["key_rate_hz"] for r in rows if r["coherence_time_s"] == 0.5}
        shares += [100 * rates[each, 0.2] / rates[each, 0.0] for each in dict.fromkeys(name for name, _ in rates)]
    assert [f"{share:.1f}" for share in shares] == list(said.groups())
    assert f"leaves {said[3]} % of the key at A = 0.2 instead of {said[1]} %" in " ".join(
        PAGES["docs/findings.md"].split()
    )
