"""A column's name says its unit: the models and the committed tables hold to that."""

import re

import pytest
import yaml

from copies import ROOT
from qnet.pipeline import run, table

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())
MODELS = {name: run.model(block["model"]) for name, block in CONFIG["studies"].items()}
QUANTITIES = {
    name: quantity for model in MODELS.values() for name, quantity in (model.parameters | model.results).items()
}
# The longest ending that fits counts. A standard error or a standard deviation has the unit of its quantity.
UNITS = {
    "_s": "s", "_km": "km", "_hz": "1/s", "_km_per_s": "km/s", "_db_per_km": "dB/km", "_s2_per_km": "s^2/km",
    "_s3_per_km": "s^3/km", "_rad_per_s": "rad/s", "_wavelengths": "wavelength", "_slope": "1", "_kink": "1",
    "_probability": "1", "_loss": "1", "_gain": "1", "_asymmetry": "1", "_latitude": "degree", "_longitude": "degree",
}  # fmt: skip
BITS = "key_rate_hz"  # a rate of bits, not of events
# Names without an ending, which come from the paper's symbols and from words.
PLAIN = {
    "gamma_R1": {
        "g1", "g2", "gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2", "delta_a1", "delta_a2", "delta_c1", "delta_c2",
        "decay", "decay_1", "decay_2", "loss_1", "loss_2", "start_g1", "start_g2", "start_gamma_r2", "width_atoms",
        "width_cavities", "width",
    },
    "gamma_max": {
        "atomic_decay", "cavity_loss", "dephasing", "coupling_1", "coupling_2", "rate_1", "rate_2",
    },
    "1/gamma_max": {"time_budget", "transit", "time_1", "time_2"},
    "1/gamma_R1": {"time", "window", "delay", "stored_1", "stored_2"},
    "rad": {"alpha", "phase"},
    "degree": {"latitude", "longitude"},
    "1": {
        "chirality", "concurrence", "fidelity", "fidelity_plus", "fidelity_minus", "transfer", "norm", "samples",
        "mean_peak", "ideal_mean_peak", "gain", "peak_sd", "runs_mean", "peak_mean", "peak_state", "p_det", "dark_count", "emission_fidelity",
        "target_fidelity", "loss", "indistinguishability", "distinguishability", "third_order_change", "q",
        "asymmetry", "deliveries", "qber", "message_speed", "qber_x", "qber_y", "qber_z", "covariance_x_z", "werner",
        "swap_quality", "swap_readout_error", "gate_quality", "readout_error",
        "best_chirality", "tolerance_1", "tolerance_2", "route_factor", "route_factor_scatter",
        "asymmetry_rms", "excess", "log_mean_time", "log_slowest", "even_storage", "share",
    },
    # words, truth values, and counts that tell things apart
    "": {
        "hold", "equal_rates", "converged", "nodes", "number_resolving", "coherence", "photon", "reached", "node",
        "scheme", "readout", "detuned", "agreeing", "climbs",
        "links", "layout", "ends", "restart", "messages", "measure", "key_rate_one_sided", "protocol", "order", "channels",
        "confirm", "twirl", "which", "network", "draw", "number", "most_routes", "latest_maps", "exists", "repeated",
        "even_has_key", "has_key", "sites", "repeaters", "even_repeaters", "clicks", "span", "place",
    },
}  # fmt: skip


def unit(name: str) -> str:
    base = name.removesuffix("_se")
    if base.endswith(BITS):
        return "bit/s"
    plain = [unit for unit, names in PLAIN.items() if base in names]
    if plain:
        (found,) = plain
        return found
    return UNITS[max((ending for ending in UNITS if base.endswith(ending)), key=len)]


@pytest.mark.parametrize("name", QUANTITIES)
def test_unit_is_the_one_that_the_name_says(name):
    assert QUANTITIES[name].unit == unit(name)


@pytest.mark.parametrize("name", [name for name in QUANTITIES if name.endswith("_se")])
def test_a_standard_error_is_described_as_that_of_its_quantity(name):
    base = name.removesuffix("_se")
    found = QUANTITIES[name]
    assert (found.unit, found.meaning) == (QUANTITIES[base].unit, f"standard error of {base}")


@pytest.mark.parametrize("name", CONFIG["studies"])
def test_committed_tables_say_what_the_models_do(name):
    """And a column of floats has a unit; words and truth values have none."""
    path, quantities = ROOT / f"reference/{name}.parquet", MODELS[name].parameters | MODELS[name].results
    about = table.about(path)
    for column, values in table.read(path)[0].items():
        assert about[column] == (quantities[column].unit, quantities[column].meaning), column
        if values.dtype.kind in "fOb":
            assert bool(about[column][0]) == (values.dtype.kind == "f"), column


def test_names_with_a_unit_in_them_are_told_apart():
    assert unit("speed_km_per_s") == "km/s"
    assert unit("beta2_s2_per_km") == "s^2/km"
    assert unit("detuning_rad_per_s") == "rad/s"
    assert unit("key_rate_hz_se") == "bit/s"
    assert not [name for name in QUANTITIES if re.search(r"_(ms|us|ns|ps|m|mhz|ghz)$", name)]
