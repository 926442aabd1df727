"""What the project says of itself is true."""

import ast
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from qnet import __version__

ROOT = Path(__file__).parents[1]
README, FIGURES, FINDINGS = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/figures.md", "docs/findings.md")
)
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())


def test_library_example_prints_what_the_readme_says(capsys):
    example = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    said = re.findall(r"print\(.*?\) +# (.*)", example)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == said


def test_the_readme_is_short_and_its_badges_true():
    assert len(README.splitlines()) <= 120
    badges = {path.stem: ElementTree.parse(path).getroot() for path in (ROOT / "docs/badges").iterdir()}
    said = {
        name: [text.text for text in badge.iter("{http://www.w3.org/2000/svg}text")] for name, badge in badges.items()
    }
    least, most = re.fullmatch(r"(3\.\d+) to 3\.(\d+)", said["python"][1]).groups()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={least},<3.{int(most) + 1}"' in project
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(said["licence"][1])
    program, target = said["reproduce"][1].split()
    assert program == "make"
    assert f"\n{target}: " in (ROOT / "Makefile").read_text(encoding="utf-8")
    for name, (left, right) in said.items():
        assert re.search(rf"^\[!\[{left.capitalize()}:? {right}\]\(docs/badges/{name}\.svg\)\]", README, re.MULTILINE)


def test_every_figure_and_table_has_its_row():
    rows = re.findall(r"\| \[(\w+)\]\(\.\./figures/.*?\.py\) \|(.*?)\|\n", FIGURES)
    listed = {name: re.findall(r"`(\w+)`", studies) for name, studies in rows}
    declared = {name: block["data"] for kind in ("figures", "tables") for name, block in CONFIG[kind].items()}
    assert listed == declared


def test_links_lead_somewhere():
    documents = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    for document in [*documents, *(ROOT / "docs").rglob("*.md")]:
        text = re.sub(r"`[^`\n]+`", "", document.read_text(encoding="utf-8"))
        targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text)
        for target in targets:
            assert (document.parent / target).exists(), (document, target)


def test_table_1_in_the_findings_is_the_computed_one():
    rows = [line.split(",") for line in (ROOT / "figures/mok_table1.csv").read_text(encoding="utf-8").splitlines()[1:]]
    for cavities, _, value, *_, printed, _ in rows:
        line = next(
            row for row in FINDINGS.splitlines() if row.startswith(f"| {'with' if cavities == 'true' else 'without'} ")
        )
        assert f"{float(value):.4f} (printed {float(printed):.3f})" in line


def test_losses_of_key_in_the_findings_are_the_computed_ones():
    rows = [line.split(",") for line in (ROOT / "figures/avis_key_rates.csv").read_text(encoding="utf-8").splitlines()]
    loss = {tuple(row[:4]): 100 * (1 - float(row[-1])) for row in rows[1:]}
    for restart, words in (("as_soon_as_free", "as soon as free"), ("restart_together", "together")):
        for messages, answer in (("false", "no"), ("true", "yes")):
            at = [loss["asymmetric", messages, restart, asymmetry] for asymmetry in ("0.1", "0.2")]
            assert f"  | {words} | {answer} | {at[0]:.1f}, {at[1]:.1f} |" in FINDINGS


def lock() -> dict[str, str]:
    pinned = re.findall(
        r"^([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\$", (ROOT / "envs/lock.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: version for name, version, marker in pinned if ">= '3.12'" not in marker}


def test_conda_environment_agrees_with_the_lock():
    environment = yaml.safe_load((ROOT / "envs/environment.yaml").read_bytes())
    *entries, from_pip = environment["dependencies"]
    assert entries.pop() == "pip"
    pins = dict(entry.split("=") for entry in entries)
    pins |= dict(entry.split("==") for entry in from_pip["pip"])
    assert pins.pop("python") == "3.11"
    assert {name.removesuffix("-base"): version for name, version in pins.items()} == {
        name.removesuffix("-base"): lock()[name.removesuffix("-base")] for name in pins
    }


def test_lock_has_hashes_and_no_addresses():
    text = (ROOT / "envs/lock.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert text.count("--hash=sha256:") > len(lock())


def test_citation_is_complete():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_bytes())
    assert citation["version"] == __version__
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    papers = [reference for reference in citation["references"] if reference["type"] == "article"]
    assert len(papers) == 2
    for reference in citation["references"]:
        assert {"type", "title", "authors", "year" if reference in papers else "url"} <= set(reference)


@pytest.mark.parametrize("path", sorted((ROOT / "figures").glob("*.pdf")), ids=lambda p: p.name)
def test_pictures_are_small_and_of_the_right_width(path):
    from PIL import Image

    assert path.stat().st_size < 500_000
    with Image.open(path.with_suffix(".png")) as picture:
        assert picture.width in (1012, 2100)  # 3.375 in or 7.0 in at 300 dpi


def leaves_the_encoding_open(call: ast.Call) -> bool:
    """Whether a call's text is in the locale's encoding, by its name: ruff, which knows types, sees only some of them."""
    said = {keyword.arg for keyword in call.keywords}
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return "encoding" not in said and (name in ("read_text", "write_text") or "text" in said)


@pytest.mark.parametrize("folder", ["qnet", "workflow", "tests", "benchmarks", "envs"])
def test_every_text_has_its_encoding(folder):
    for path in (ROOT / folder).rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
        assert not [f"{path}:{call.lineno}" for call in calls if leaves_the_encoding_open(call)]
    assert not re.search(r"_text\(|open\(", (ROOT / "Snakefile").read_text(encoding="utf-8"))


def test_git_leaves_line_ends_as_they_are(tmp_path):
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    (tmp_path / "file.csv").write_bytes(b"1\n")
    for command in ("init --quiet", "add ."):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    (tmp_path / "file.csv").unlink()
    subprocess.run(["git", "-c", "core.autocrlf=true", "checkout", "--quiet", "."], cwd=tmp_path, check=True)
    assert (tmp_path / "file.csv").read_bytes() == b"1\n"
