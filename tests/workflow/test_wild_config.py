"""Whatever config.yaml holds, it is accepted, or refused with one sentence that names the key: nothing else happens."""

import copy
import datetime
import re
from pathlib import Path

import docutils.core
import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from copies import ROOT
from qnet import chain, chiral, midpoint, route
from qnet.errors import Refused
from qnet.pipeline import config, recipe, source, study

SCRIPTS = ROOT / "workflow/scripts"
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
GOOD = yaml.safe_load((ROOT / "config.yaml").read_bytes())
DECAY = ("studies", "mok_decay")
GRID = (*DECAY, "grid", "decay")
EXAMPLES = 2  # times those of other tests

LEAVES = st.sampled_from([
    None, True, False, 0, -1, 1, 2**63 - 1, 2**63, 10**400, 0.5, -0.0, 5e-324, 1e300, float("nan"), float("inf"),
    "", "1e-3", "nan", "../x", "x\n", "a b", "\ud800", "\0", "é", "x" * 300, "chiral.rates", "table.write", "mok_decay",
    datetime.date(2020, 1, 1), b"x", (1, 2), {1, 2},
])  # fmt: skip
KEYS = st.sampled_from(
    ["grid", "fixed", "cases", "linspace", "g1", "x", "", "x\n", "é", "claims", 1, None, 1.5, (1, 2)]
)
RANGES = st.builds(
    lambda kind, *ends: {kind: list(ends)}, st.sampled_from(["linspace", "geomspace"]),
    *[st.sampled_from([-1, 0, 1, 1e-308, 1e308, -1e308, float("inf"), float("nan"), 10**400])] * 2,
    st.sampled_from([-1, 0, 1, 3.0, 3.5, 10**6, 10**7, 10**12, float("inf"), 10**400, True]),
)  # fmt: skip
VALUES = RANGES | st.recursive(
    LEAVES | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


def places(part, path=()):
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))]


PLACES = places(GOOD)[1:]


def changed(changes):
    content = copy.deepcopy(GOOD)
    for place, act, key, value in changes:
        parent = content
        try:
            for step in place[:-1]:
                parent = parent[step]
            if act == "set":
                parent[place[-1]] = value
            elif act == "add":
                parent[place[-1]][key] = value
            else:
                del parent[place[-1]]
        except (LookupError, TypeError):  # an earlier change took the place away
            continue
    return content


def check(content):
    config.check(content, SCHEMA, SCRIPTS)


def refusal(content, call=check):
    """The sentence with which a config is refused; None if it is accepted."""
    try:
        call(content)
    except Refused as error:
        assert re.fullmatch(r"config\.yaml: .+? (must|may) .*[^.\s]", str(error))  # noqa: PT017
        assert len(str(error)) < 2000  # noqa: PT017
        return str(error)
    return None


@settings(max_examples=EXAMPLES * settings.default.max_examples)
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["set", "add", "delete"]), KEYS, VALUES),
        min_size=1,
        max_size=2,
    )
)
def test_any_change_is_accepted_or_named(changes):
    content = changed(changes)
    if refusal(content) is None:
        for name, block in list(content["studies"].items())[:3]:
            assert study.batches(name, block, content["seed"])


@given(VALUES)
def test_any_content_is_accepted_or_named(content):
    assert refusal(content)
    assert refusal(dict.fromkeys(GOOD, content))


@settings(max_examples=EXAMPLES * settings.default.max_examples)
@given(
    st.binary(max_size=20) | st.text(max_size=40).map(lambda text: text.encode(errors="surrogatepass")),
    st.integers(0, 40),
)
def test_any_file_is_read_or_refused(tmp_path_factory, junk, line):
    path = tmp_path_factory.getbasetemp() / "config.yaml"
    lines = (ROOT / "config.yaml").read_bytes().splitlines(keepends=True)[:40]
    path.write_bytes(b"".join([*lines[:line], junk, *lines[line:]]))
    refusal(path, config.read)


@pytest.mark.parametrize(("text", "message"), [
    ("", "the top level must be a mapping, but is None"),
    ("- 1\n", "the top level must be a mapping, but is [1]"),
    ("seed: 1\nseed: 2\n", "the file must be YAML, but reading it failed (the key 'seed' stands twice in"),
    ("a: {<<: {b: 1}, b: 1, b: 2}", "the key 'b' stands twice"),
    ("a: [1\n", "the file must be YAML, but reading it failed (while parsing a flow sequence"),
    ("a: 2020-13-45\n", "the file must be YAML, but reading it failed (month must be in 1..12"),
    ("a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
    ("__use_yte__: true\n? print(1)\n: 1\n", "the top level must be data alone, but has __use_yte__"),
    ("a: &a [*a]\n", "a.0.0 must be at most 20 levels deep, but is deeper"),
    ("[" * 5000, "the file must be YAML, but reading it failed (maximum recursion depth exceeded"),
    ("a0: &a0 [1]\n" + "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n" for i in range(9)),
     "the top level must hold at most 1000000 values, but holds more"),
    (f"a: 0x{'f' * 5000}\n", "a must be an integer of 64 bits at most, but is 0xffffffffffffffffff and so on"),
    ("a: {k: 1}\nb: {<<: [{l: 1}, {m: 2}]}\n", "<< must take in one mapping in \"config.yaml\", line 2"),
    (f"a: {10**400}\n", "a must be an integer of 64 bits at most, but is 10000"),
    (f"a: {'1' * 5000}\n", "the file must be YAML, but reading it failed (Exceeds the limit"),
    ('a: "\\ud800"\n', "a must be text that UTF-8 can hold, but is '\\ud800'"),
])  # fmt: skip
def test_a_bad_file_is_refused(tmp_path, text, message):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    assert message in str(refusal(path, config.read))


def test_the_shipped_file_is_good():
    config.read(ROOT / "config.yaml")
    with pytest.raises(Refused, match=re.escape("none.yaml: the file must be YAML, but reading it failed ([Errno 2]")):
        config.read(ROOT / "none.yaml")


@pytest.mark.parametrize(("path", "value", "message"), [
    (GRID, {"linspace": [0, 1, 10**12]}, "studies must have at most 1000000 rows in all, but have 1000000"),
    ((*DECAY, "grid"), {"decay": {"linspace": [0, 1, 10**4]}, "chirality": {"linspace": [0, 1, 101]}}, ", most in mok_decay"),
    ((*DECAY, "grid", "window"), {"geomspace": [1, 2, 10**9]}, "studies must have at most 1000000 rows in all, but have 8100"),
    (GRID, {"linspace": [-1e308, 1e308, 3]}, "studies.mok_decay.grid.decay.linspace must span a finite difference"),
    (GRID, {"geomspace": [1e-200, 1e200, 3]}, "studies.mok_decay.grid.decay.geomspace must span a finite ratio"),
    (GRID, ["1e-3"], "studies.mok_decay.grid.decay must hold numbers as YAML writes them, such as 1.0e-3 or .inf, but has the text '1e-3'"),
    ((*DECAY, "fixed", "g1"), "0.1", "studies.mok_decay.fixed.g1 must hold numbers as YAML writes them"),
    ((*DECAY, "fixed", "g1"), float("nan"), "studies.mok_decay.fixed.g1 must not hold NaN"),
    ((*DECAY, "cases"), [{"window": float("nan")}], "studies.mok_decay.cases.window must not hold NaN"),
    ((*DECAY, "cases"), [{"window": 1}, {"window": "a"}], "studies.mok_decay.cases.window must hold values of one kind, but holds number and str"),
    (GRID, [2**63], "studies.mok_decay.grid.decay.0 must be an integer of 64 bits at most, but is 9223372036854775808"),
    (("seed",), 10**400, "seed must be an integer of 64 bits at most"),
    (("seed",), True, "seed must be a non-negative integer, but is True"),
    (("studies", "claims"), GOOD["studies"]["mok_decay"], "studies must not use the names claims, figures, recipes, tables, tracked, but has 'claims'"),
    (("figures", "contact_sheet"), {"data": [], "caption": "x"}, "figures must not use the names claims, contact_sheet, index, beyond"),
    (("studies", "mok_decay\n"), GOOD["studies"]["mok_decay"], "studies must be a name of lower-case letters"),
    (("studies", "x" * 81), GOOD["studies"]["mok_decay"], "studies must be a name of lower-case letters"),
    (("studies", 1), GOOD["studies"]["mok_decay"], "studies must be a name of lower-case letters"),
    (("studies", "mok_decay", "fixed", "g 1"), None, "studies.mok_decay.fixed.'g 1' must be a number, a string, true or false"),
    (("figures", "mok_fig6", "printed", "g1"), {"a": 1}, "figures.mok_fig6.printed.g1 must be a number, a string, true or false"),
    (("figures", "mok_fig6", "printed", "g1"), datetime.date(2020, 1, 1), "figures.mok_fig6.printed.g1 must be a number"),
])  # fmt: skip
def test_what_would_do_harm_is_named(path, value, message):
    assert message in str(refusal(changed([(path, "set", None, value)])))


def test_too_many_batches_are_refused():
    block = GOOD["studies"]["mok_decay"] | {"grid": {"decay": {"linspace": [0, 1, 6000]}}, "values_per_batch": 1}
    content = GOOD | {"studies": GOOD["studies"] | {"mok_decay": block}}
    assert refusal(content) is None
    twice = content | {"studies": content["studies"] | {"other": block}}
    assert re.search(
        r"studies must have at most 10000 batches in all, but have 12\d\d\d; raise values_per_batch", refusal(twice)
    )


def test_whole_batch_sizes_may_be_written_with_a_point():
    block = GOOD["studies"]["mok_decay"] | {"values_per_batch": 81.0}
    assert len(study.batches("x", block, 1)) == 1


@pytest.mark.parametrize("model", [
    "chiral.__init__", "chiral.checks", "chiral.network.Network", "chiral.peak.peak_concurrence", "chiral.Network",
    "chiral.optimum", "chiral._highest", "chiral.rates", "chiral.amplitudes", "midpoint.delay_s", "midpoint.np",
    "chain.fibre_links.__init__", "chain.ThreadPoolExecutor", "chain.AlternatingChain", "study.run", "config.check",
    "table.write", "job.call", "page.html", "key_rate.bb84", "checks.real", "chiral.", ".peak_concurrence", "chiral/../table.write",
    "qnet.chiral.peak_concurrence", "chiral.peak_concurrence\n", "chiral." + "x" * 5000, "é.x", "\0.x",
])  # fmt: skip
def test_a_model_is_a_function_of_physics(model):
    with pytest.raises(
        Refused,
        match=r"^model must be a public function of qnet\.chiral or qnet\.midpoint or qnet\.chain or qnet\.route",
    ):
        source.parameters(model)


def test_all_that_packages_of_physics_offer_as_models():
    found = {
        f"{package.__name__.removeprefix('qnet.')}.{name}" for package in (chiral, midpoint, chain, route)
        for name in package.__all__ if accepted(f"{package.__name__.removeprefix('qnet.')}.{name}")
    }  # fmt: skip
    assert {block["model"] for block in GOOD["studies"].values()} <= found
    assert not [model for model in found if any(word in model for word in ("write", "path", "run", "check"))]


def accepted(model):
    try:
        return bool(source.parameters(model))
    except Refused:
        return False


def test_names_that_are_taken_are_those_of_the_page_and_of_results():
    page = (ROOT / "workflow/page/page.html").read_text(encoding="utf-8")
    ids = set(re.findall(r'\bid="([a-z_]+)"', page))
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    files = {Path(path).stem for path in recipe.tracked({"figures": {}, "tables": {}}) if path.startswith("figures/")}
    assert ids | files | {"beyond"} == set(config.TAKEN["figures"]) == set(config.TAKEN["tables"])
    assert {*re.findall(r'"results/([a-z_]+)/', snakefile), recipe.FOLDER.name} == set(config.TAKEN["studies"])


@pytest.mark.parametrize("caption", [
    ".. include:: /etc/hostname", ".. raw:: html\n\n   <script>x</script>", "<script>x</script>", "a\n\n.. raw:: html\n   :file: /etc/hostname",
])  # fmt: skip
def test_a_caption_in_the_report_is_text(caption):
    template = jinja2.Template((ROOT / "workflow/report/caption.rst").read_text(encoding="utf-8"))
    text = template.render(snakemake={"params": {"recipe": {"caption": caption}}})
    body = docutils.core.publish_parts(text, writer="html", settings_overrides={"report_level": 5})["body"]
    assert "<script>" not in body
    assert ("&lt;script&gt;" in body) == ("<script>" in caption)
    assert "hostname" in body or "script" in body


@pytest.mark.parametrize(("text", "message"), [
    ("a: [1\n", "config.yaml: the file must be YAML, but reading it failed"),
    ("[]\n", "config.yaml: the top level must be a mapping, but is []"),
    ("__use_yte__: true\na: ?open('ran', 'w').write('x')\n", "config.yaml: the top level must be data alone"),
])  # fmt: skip
def test_snakemake_says_so_and_does_nothing(project, text, message):
    (project.root / "config.yaml").write_text(text, encoding="utf-8")
    said = project.fails("--dry-run")
    assert message in said
    assert "Traceback" not in said
    assert not (project.root / "ran").exists()
    assert not (project.root / "results").exists()
