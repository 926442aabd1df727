"""Records: one shape for all, wrong ones refused, lengths and losses alike, and what the workflow reads in them."""

import inspect
from typing import get_type_hints

import attrs
import numpy as np
import pytest
import yaml

from qnet import midpoint
from qnet.errors import Refused
from qnet.midpoint import (
    Arms,
    Detectors,
    DispersedPhotons,
    DoubleClickPhotons,
    Midpoint,
    MismatchedPhotons,
    ShapedPhotons,
    SingleClickPhotons,
    UnlikeDoubleClickPhotons,
)
from qnet.pipeline import source

LINK = Midpoint(length_km=100.0, asymmetry_km=[[0.0], [20.0], [-100.0]], p_det=0.1)
DETECTORS = Detectors(dark_count=1e-5, number_resolving=[True, False])


def test_results_have_the_shape_of_all_records():
    photons = DoubleClickPhotons(indistinguishability=np.full((4, 1, 1), 0.9))
    shaped = ShapedPhotons(photon="lorentzian", duration_s=np.full((4, 1, 1), 1e-9), beta2_s2_per_km=-2e-23)
    bright = SingleClickPhotons(q=np.full((4, 1, 1), 1e-4))
    for found in (
        midpoint.double_click(LINK, photons, DETECTORS),
        midpoint.double_click_leading_order(LINK, photons, DETECTORS),
        midpoint.simulated_double_click(LINK, photons, DETECTORS),
        midpoint.single_click(LINK, bright, DETECTORS),
        midpoint.single_click_leading_order(LINK, bright, DETECTORS),
        midpoint.simulated_single_click(LINK, bright, DETECTORS),
        midpoint.double_click_link(LINK, shaped, DETECTORS),
        midpoint.single_click_link(LINK, shaped, DETECTORS, target_fidelity=0.9),
    ):
        assert {np.shape(column) for column in vars(found).values()} == {(4, 3, 2)}


def test_lengths_and_losses_lead_to_one_core():
    photons = SingleClickPhotons(q=1e-4, indistinguishability=0.9)
    arms = midpoint.arrival(LINK)
    by_losses = midpoint.single_click_arms(arms, midpoint.bright_states(arms, photons), DETECTORS)
    by_lengths = midpoint.single_click(LINK, photons, DETECTORS)
    np.testing.assert_array_equal(by_losses.fidelity, by_lengths.fidelity)
    pair = UnlikeDoubleClickPhotons(emission_fidelity_left=0.9, emission_fidelity_right=0.9)
    np.testing.assert_array_equal(
        midpoint.double_click_arms(arms, pair, DETECTORS).fidelity,
        midpoint.double_click(LINK, DoubleClickPhotons(emission_fidelity=0.9), DETECTORS).fidelity,
    )


def test_bright_states_are_those_that_deliver_q():
    photons = midpoint.bright_states(Arms(p_left=[0.1, 0.2], p_right=0.4), SingleClickPhotons(q=0.02))
    np.testing.assert_allclose(photons.bright_left, [0.2, 0.1], rtol=1e-15)
    np.testing.assert_allclose(photons.bright_right, [0.05, 0.05], rtol=1e-15)


def test_photons_with_more_than_a_formula_knows_are_refused():
    """A delay, or the other shape, would be left out without a word."""
    late = MismatchedPhotons(duration_s=1e-9, beta2_s2_per_km=-2e-23, delay_s=1e-10)
    with pytest.raises(Refused, match=r"^photons must be a DispersedPhotons, but is MismatchedPhotons\("):
        midpoint.lorentzian_fresnel(late, asymmetry_km=10.0)
    shaped = ShapedPhotons(photon="gaussian", duration_s=1e-9, beta2_s2_per_km=-2e-23)
    with pytest.raises(Refused, match=r"^photons must be a DispersedPhotons, but is ShapedPhotons\("):
        midpoint.lorentzian_leading_order(shaped, asymmetry_km=10.0)
    plain = DispersedPhotons(duration_s=1e-9, beta2_s2_per_km=-2e-23)
    with pytest.raises(Refused, match=r"^photons must be a MismatchedPhotons, but is DispersedPhotons\("):
        midpoint.gaussian_indistinguishability(plain, asymmetry_km=10.0)


def test_records_that_change_places_are_refused():
    with pytest.raises(Refused, match=r"^photons must be a DoubleClickPhotons, but is Detectors\("):
        midpoint.double_click(LINK, DETECTORS, DoubleClickPhotons())


RECORDS = (LINK, DETECTORS, SingleClickPhotons(q=1e-4), Arms(p_left=0.1, p_right=0.2))
FUNCTIONS = {name: function for name, function in vars(midpoint).items() if inspect.isfunction(function)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_record_of_the_right_class_is_refused_by_its_name(name):
    function, legal = FUNCTIONS[name], {"length_km": 1.0, "photon": "gaussian", "q": 0.1}
    hints = get_type_hints(function)
    named = inspect.signature(function).parameters.values()
    right = {each.name: hints[each.name] for each in named if each.kind is not each.KEYWORD_ONLY}
    keywords = {each.name: 0.5 for each in named if each.name not in right and each.default is each.empty}
    records = {
        parameter: kind(
            **{field.name: legal.get(field.name, 0.5) for field in attrs.fields(kind) if field.default is attrs.NOTHING}
        )
        for parameter, kind in right.items()
    }
    function(**records, **keywords)
    for parameter, kind in right.items():
        others = (record for record in RECORDS if not isinstance(record, kind))
        for wrong in (None, 0.5, "x", {}, kind, *others):
            with pytest.raises(Refused, match=f"^{parameter} must be an? {kind.__name__}, but is "):
                function(**records | {parameter: wrong}, **keywords)


def test_the_workflow_knows_the_kind_of_every_parameter():
    """Or 100 and 100.0 in config.yaml would not be the same."""
    models = {
        block["model"] for block in yaml.safe_load((source.ROOT / "config.yaml").read_bytes())["studies"].values()
    }
    for model in sorted(models):
        if model.startswith("midpoint."):
            for name, parameter in source.parameters(model).items():
                assert parameter.kind is (bool if name == "number_resolving" else float), (model, name)
