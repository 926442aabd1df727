"""config.yaml is refused before any work, with one sentence that names the key, the rule and the value."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from qnet import chain
from qnet.errors import Refused
from qnet.pipeline import config, grid, run, source, study

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
GOOD = yaml.safe_load((ROOT / "config.yaml").read_bytes())
DECAY = ("studies", "mok_decay")


def check(content):
    config.check(content, SCHEMA, ROOT / "workflow/scripts")


def test_the_shipped_config_is_good():
    check(GOOD)


@pytest.mark.parametrize(("path", "value", "message"), [
    (("sed",), 1, "the top level may hold figures, seed, studies, tables, but has 'sed'"),
    (("seed",), -1, "seed must be a non-negative integer, but is -1"),
    (("seed",), "one", "seed must be a non-negative integer, but is 'one'"),
    (("studies",), [], "studies must be a mapping from study names to studies, but is []"),
    ((*DECAY, "gird"), {}, "studies.mok_decay may hold cases, fixed, grid, model, values_per_batch, but has 'gird'"),
    ((*DECAY, "model"), "chiral.symetric_peak", "studies.mok_decay.model must be a public function of qnet"),
    ((*DECAY, "model"), "os.system", "studies.mok_decay.model must be a public function of qnet"),
    ((*DECAY, "model"), 3, "studies.mok_decay.model must be the name of a function in qnet"),
    ((*DECAY, "grid"), {}, "studies.mok_decay.grid must be a mapping with at least one axis, but is {}"),
    ((*DECAY, "grid", "decai"), [1], "studies.mok_decay.grid must hold parameters of chiral.symmetric_peak (chirality, decay,"),
    ((*DECAY, "grid", "decay"), [], "studies.mok_decay.grid.decay must be a list of at least one value, but is []"),
    ((*DECAY, "grid", "decay"), [0.1, None], "studies.mok_decay.grid.decay.1 must be a number, a string, true or false"),
    ((*DECAY, "grid", "decay"), {"linspace": [0, 1]}, "studies.mok_decay.grid.decay.linspace must be [first, last, count]"),
    ((*DECAY, "grid", "decay"), {"linspace": [0, 1, 0]}, "linspace.2 must be a positive integer, but is 0"),
    ((*DECAY, "grid", "decay"), {"logspace": [0, 1, 2]}, "studies.mok_decay.grid.decay may hold files_of, geomspace, linspace, but"),
    ((*DECAY, "grid", "decay"), {"files_of": "qnet/nowhere"}, "studies.mok_decay.grid.decay.files_of must be a folder of an installed package, but is 'qnet/nowhere'"),
    ((*DECAY, "grid", "decay"), {"geomspace": [0, 1, 2]}, "geomspace must run between positive, finite values, but is [0, 1, 2]"),
    ((*DECAY, "grid", "decay"), {"linspace": [0, float("inf"), 3]}, "linspace must run between finite values, but is [0, inf, 3]"),
    ((*DECAY, "grid", "decay"), [0.1, float("nan")], "studies.mok_decay.grid.decay must not hold NaN, but is"),
    ((*DECAY, "grid", "decay"), [0.1, "a"], "studies.mok_decay.grid.decay must hold values of one kind, but holds number and str"),
    (("studies", "mok_optima", "fixed"), {"colour": 1}, "studies.mok_optima.fixed must hold parameters of chiral.local_optimum"),
    (("figures", "mok_fig6", "data"), ["mok_decay"], "figures.mok_fig6 must give what draw in its script takes, but they differ in mok_decay_optimum"),
    (("figures", "mok_fig6", "printed"), {}, "figures.mok_fig6 must give what draw in its script takes, but they differ in printed"),
    ((*DECAY, "grid", "decay"), [0.1, 0.1], "studies.mok_decay.grid.decay must not repeat a value, but does so"),
    ((*DECAY, "grid", "g1"), [0.1], "studies.mok_decay must set g1 once, but has it in both grid and fixed"),
    ((*DECAY, "fixed"), {"g1": 0.1}, "studies.mok_decay must set g2, which chiral.symmetric_peak requires, but does not"),
    ((*DECAY, "cases"), [{"hold": "gamma_r"}, {"window": 1}], "studies.mok_decay.cases must all set hold in this order"),
    ((*DECAY, "cases"), [{"window": 1}] * 2, "studies.mok_decay.cases must not repeat a case, but do"),
    ((*DECAY, "values_per_batch"), 0, "studies.mok_decay.values_per_batch must be a positive integer"),
    (("figures", "mok_fig6", "data"), ["mok_decai"], "figures.mok_fig6.data must name studies, but there is no study 'mok_decai'"),
    (("figures", "mok_fig6", "data"), "mok_decay", "figures.mok_fig6.data must be a list of study names, but is 'mok_decay'"),
    (("figures", "mok_fig6", "caption"), 1, "figures.mok_fig6.caption must be a text, but is 1"),
    (("figures", "mok_fig66"), {"data": [], "caption": "x"}, "figures.mok_fig66 must have a script, but workflow/scripts/figures/mok_fig66.py"),
    (("figures", "../evil"), {"data": [], "caption": "x"}, "figures must be a name of lower-case letters"),
    (("tables", "mok_table1", "colour"), 1, "tables.mok_table1 may hold alt, caption, data, printed, but has 'colour'"),
])  # fmt: skip
def test_bad_config_is_named(path, value, message):
    content = copy.deepcopy(GOOD)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Refused, match=re.escape(message)):
        check(content)


@pytest.mark.parametrize(("path", "message"), [
    (("seed",), "the top level must have seed, but does not"),
    (("studies", "mok_decay", "model"), "studies.mok_decay must have model, but does not"),
    (("figures", "mok_fig6"), "figures must list every script, but workflow/scripts/figures/mok_fig6.py is not there"),
    (("tables", "mok_table1"), "tables must list every script, but workflow/scripts/tables/mok_table1.py is not there"),
])  # fmt: skip
def test_missing_keys_are_named(path, message):
    content = copy.deepcopy(GOOD)
    place = content
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    with pytest.raises(Refused, match=re.escape(message)):
        check(content)


def test_values_of_the_shipped_config_are_taken_by_their_models():
    run.check(GOOD["studies"], "config.yaml")


@pytest.mark.parametrize(("study", "part", "values", "message"), [
    ("avis_single_click", "fixed", {"coherence": "psychical"}, "studies.avis_single_click.fixed.coherence must be one of physical, literature, but is ['psychical']"),
    ("avis_gaussian", "grid", {"duration_s": ["a", "b"]}, "studies.avis_gaussian.grid.duration_s must be a real number or an array of them, but is ['a', 'b']"),
    ("avis_double_click", "fixed", {"p_det": True}, "studies.avis_double_click.fixed.p_det must be a real number or an array of them, but is [True]"),
    ("avis_double_click", "fixed", {"dark_count": -0.1}, "studies.avis_double_click.fixed.dark_count must lie in [0, 1), but has -0.1 at index 0"),
    ("avis_double_click", "grid", {"number_resolving": [0, 1]}, "studies.avis_double_click.grid.number_resolving must be true or false"),
    ("avis_chain", "fixed", {"links": 2.5}, "studies.avis_chain.fixed.links must be a non-negative integer"),
    ("avis_chain", "fixed", {"deliveries": -1}, "studies.avis_chain.fixed.deliveries must be a non-negative integer"),
    ("avis_chain", "fixed", {"message_speed": 0.5}, "studies.avis_chain.fixed.message_speed must lie in [1, 1e30], but has 0.5 at index 0"),
    ("avis_chain", "grid", {"messages": [0, 1]}, "studies.avis_chain.grid.messages must be true or false"),
    ("avis_chain", "grid", {"layout": ["asymmetric", "spooled"]}, "studies.avis_chain.grid.layout must be one of asymmetric, extended_fibre"),
    ("chain_kink", "grid", {"success_probability": [0.5, 1]}, "studies.chain_kink.grid.success_probability must lie in (0, 1), but has 1.0 at index 1"),
    ("chain_one_repeater", "grid", {"asymmetry": [1.0]}, "studies.chain_one_repeater.grid.asymmetry must lie in (-1, 1)"),
    ("avis_chain", "fixed", {"protocol": "swap"}, "studies.avis_chain.fixed.protocol must be one of swap_asap, sequential, global_cutoff, local_cutoff, sequential_cutoff, but is ['swap']"),
    ("avis_chain", "fixed", {"order": "random"}, "studies.avis_chain must set order for what has it, but protocol is swap_asap, which takes restart, messages, measure"),
    ("avis_chain", "fixed", {"protocol": "local_cutoff", "cutoff_s": 1.0}, "studies.avis_chain must set messages for what has it, but protocol is local_cutoff"),
    ("chain_cutoff", "fixed", {"measure": "one_message_later"}, "studies.chain_cutoff must set measure to one of on_knowledge, at_once, where protocol is local_cutoff, but it is 'one_message_later'"),
    ("chain_sequential", "fixed", {"protocol": "global_cutoff"}, "studies.chain_sequential must set order for what has it, but protocol is global_cutoff"),
    ("avis_chain_lengths", "fixed", {"protocol": "global_cutoff"}, "studies.avis_chain_lengths must set cutoff_s, which protocol global_cutoff requires, but does not"),
    ("chain_slopes_even", "fixed", {"spacing_km": "far"}, "studies.chain_slopes_even.fixed.spacing_km must be a real number"),
])  # fmt: skip
def test_values_that_a_model_does_not_take_are_named_before_any_work(study, part, values, message):
    block = copy.deepcopy(GOOD["studies"][study])
    block[part] = block.get(part, {}) | values
    with pytest.raises(Refused, match=re.escape(f"config.yaml: {message}")):
        run.check({study: block}, "config.yaml")


def test_a_word_names_the_protocol_of_which_the_others_are_fields():
    block = {
        "model": "chain.alternating_chain",
        "cases": [{"protocol": "local_cutoff", "cutoff_s": 0.01}, {"protocol": "global_cutoff", "cutoff_s": 0.02}],
        "fixed": {"asymmetry": 0.1, "links": 3, "length_km": 60, "measure": "at_once", "deliveries": 500},
    }
    run.check({"s": block}, "config.yaml")
    (batch,) = study.batches("s", block, 1)
    table, _ = run.compute(batch)
    placed = chain.AlternatingChain(asymmetry=0.1, links=3, length_km=60)
    for i, kind in enumerate((chain.LocalCutoff, chain.GlobalCutoff)):
        protocol = kind(cutoff_s=0.01 * (i + 1), measure="at_once")
        seed = run._row_seed(batch, (block["cases"][i]["protocol"], block["cases"][i]["cutoff_s"]))
        alone = chain.alternating_chain(placed, protocol=protocol, deliveries=500, seed=seed)
        assert (table["duration_s"][i], table["qber"][i]) == (alone.duration_s, alone.qber)


def test_a_number_means_the_same_however_it_is_written():
    """Of a count and of a real number, in a case, an axis and among the fixed ones; of a record's field and a keyword."""

    def batches(length, links, deliveries, coherence):
        block = {
            "model": "chain.alternating_chain",
            "cases": [{"length_km": length, "links": links}],
            "grid": {"asymmetry": [0, 0.1]},
            "fixed": {"deliveries": deliveries, "coherence_time_s": coherence},
        }
        return study.batches("s", block, 1)

    assert batches(500, 2, 100, 1) == batches(500.0, 2.0, 100.0, 1.0)
    assert batches(500, 2, 100, 1)[0].cases == [{"length_km": 500.0, "links": 2}]


def test_whole_counts_may_be_written_with_a_point():
    assert grid.axis({"linspace": [0, 1, 3.0]}) == [0, 0.5, 1]


def test_optima_of_fig_7_are_those_of_table_1():
    """The constants that Fig. 7 takes from the table, to the digits given."""
    rows = (ROOT / "figures/mok_table1.csv").read_text(encoding="utf-8").splitlines()
    table = [dict(zip(rows[0].split(","), row.split(","), strict=True)) for row in rows[1:]]
    bare = next(row for row in table if row["cavities"] == "false" and row["equal_rates"] == "false")
    best = next(row for row in table if row["cavities"] == "true" and row["equal_rates"] == "false")
    assert GOOD["studies"]["mok_bare_evolution"]["grid"]["gamma_r2"][-1] == round(float(bare["gamma_r2"]), 6)
    case = GOOD["studies"]["mok_cavity_evolution"]["cases"][-1]
    assert case == {name: round(float(best[name]), 6) for name in ("g1", "g2", "gamma_r2")}


def test_alternatives():
    pattern = re.compile(config.alternatives(["a", "b"]))
    assert pattern.fullmatch("a")
    assert not re.fullmatch(config.alternatives([]), "a")
    assert source.parameters("chiral.symmetric_peak")
