"""The curves of a figure as plain data."""

import numpy as np
import pytest

from qnet.errors import Refused
from qnet.present import chart, curves


def test_panels_are_those_with_curves(charted):
    assert [panel["title"] for panel in charted] == ["(a)", "(b)", "(c)"]
    one, other, _ = charted
    assert one["key"] == "ΔL"
    assert one["x"] == {"title": "time γ_R t", "scale": "log", "domain": [1, 10]}
    assert other["y"]["title"] == one["y"]["title"] == "rate [10⁻⁴]"  # of its row
    assert other["y"]["constant"] == 2


def test_curves_have_names_styles_values_and_errors(charted):
    sampled, hidden = charted[0]["curves"]
    assert (sampled["name"], hidden["name"]) == ("γ_R fixed", "hidden")
    assert (sampled["color"], sampled["dash"]) == ("#0077bb", [])
    assert len(hidden["dash"]) == 2
    np.testing.assert_allclose(sampled["y"], np.sqrt(sampled["x"]), rtol=1e-6)
    np.testing.assert_allclose(np.subtract(sampled["high"], sampled["low"]), 0.04 * np.array(sampled["x"]), rtol=1e-5)
    assert "low" not in hidden
    bars, printed = charted[1]["curves"]
    assert (bars["name"], bars["marker"], bars["color"]) == ("sampled", "o", "#117733")
    assert (bars["low"], bars["high"]) == ([0.4, -3.2], [0.6, -2.8])
    assert (printed["name"], printed["marker"], printed["x"]) == ("printed", "D", [1.5])


def test_maps_have_centres_edges_and_values(charted):
    heat = charted[2]["map"]
    x = np.linspace(1, 10, 41)
    assert heat["title"] == "z"
    for centres, edges in zip(heat["centres"], heat["edges"], strict=True):
        np.testing.assert_allclose(centres, x, rtol=1e-6)
        np.testing.assert_allclose(edges[1:-1], (x[1:] + x[:-1]) / 2, rtol=1e-6)
    np.testing.assert_allclose(np.reshape(heat["values"], (41, 41)), np.outer(x, x))
    assert len(heat["colors"]) == 256


@pytest.mark.parametrize(("label", "text"), [
    (r"$g_1/\gamma_R$", "g₁/γ_R"),
    (r"$C_{\max}$ at $D=\lambda/2$", "C_max at D=λ/2"),
    (r"rate $P_{\rm succ}/T_{\rm cycle}$ [1/s]", "rate P_succ/T_cycle [1/s]"),
    (r"$10^3\,g_1/\gamma$", "10³ g₁/γ"),
    (r"$F_1$ ($\Psi^+$)", "F₁ (Ψ⁺)"),
    ("plain, 100 %", "plain, 100 %"),
])  # fmt: skip
def test_labels_without_tex(label, text):
    assert curves.plain(label) == text


def test_unknown_tex_is_refused():
    with pytest.raises(
        Refused, match=r"must use TeX commands that _SYMBOLS in qnet.present.curves has, but use .heartsuit"
    ):
        curves.plain(r"$\heartsuit$")


def test_charts_are_valid_and_the_same_every_time(charted):
    for panel in charted:
        made = chart.specification(panel)
        assert made["layer"]
        assert chart.specification(panel) == made
