"""The documentation does what it says: its site is built without a warning, its examples print what they say."""

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
