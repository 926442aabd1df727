"""Formulas and tables as readers see them."""

import pytest

from qnet.present import words


@pytest.mark.parametrize(("text", "shown"), [
    ("gamma_R t <= 1e3", "γ<sub>R</sub> t ≤ 10³"),
    ("beta_3 Delta L of 5e-8, 1.0e-11", "β₃ ΔL of 5 × 10⁻⁸, 1.0 × 10⁻¹¹"),
    ("Psi-, not Psi+ > 0", "Ψ⁻, not Ψ⁺ &gt; 0"),
    ("k D - alpha = pi", "k D − α = π"),
    ("(-1)^(n+1) tan^2, ps/(nm^2 km)", "(−1)<sup>n+1</sup> tan², ps/(nm² km)"),
    ("g1 -> 1/4, F3, C_opt, p_dc", "g₁ → 1/4, F₃, C<sub>opt</sub>, p<sub>dc</sub>"),
    ("-50 % of 5 km", "−50\u00a0% of 5 km"),
    ("|gg> at sqrt(2)", "|gg⟩ at √(2)"),
    ("Fig. 2(b), Eqs. (7)-(14), mok_fig2, lambda/2, alphabet", "Fig. 2(b), Eqs. (7)-(14), mok_fig2, λ/2, alphabet"),
    ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
])  # fmt: skip
def test_mathematics(text, shown):
    assert words.mathematics(text) == shown


@pytest.mark.parametrize(("value", "error", "text"), [
    (90.345, 0.0453, "90.345(45)"), (89, 0.042, "89.000(42)"), (0.00589973, 1.59e-6, "0.0058997(16)"),
    (-0.0224, 0.0028, "-0.0224(28)"), (1234, 56, "1234(56)"), (1234, 560, "1234 ± 560"), (1.0, 0.0996, "1.00(10)"),
])  # fmt: skip
def test_a_value_with_its_error(value, error, text):
    assert words.in_parentheses(value, error) == text


def test_a_table_has_words_and_one_column_for_a_value_and_its_error():
    head = ["protocol", "duration_s", "duration_s_se", "messages", "loss_at_0_1", "qber", "slope_ln_qber"]
    body = [["swap_asap", "0.00589973", "1.59e-06", "false", "0.1", "", "1"]]
    assert words.table(head, body) == (
        ["protocol", "duration [s]", "end nodes wait for messages", "loss at A = 0.1", "error rate",
         "slope of ln error rate"],
        [["swap as soon as possible", "0.0058997(16)", "no", "0.1", "", "1"]],
    )  # fmt: skip
    assert words.in_columns_of_readers("loss_at_0_1: lost. qber too.", head) == '"loss at A = 0.1": lost. qber too.'
