"""Words and mathematics for readers: formulas with their own letters, columns of tables with their own names.

The project writes formulas in plain text, as in "gamma_R t <= 1e3"; the page shows γ, ≤ and 10³, so that a reader
finds them by searching for them.
"""

import html
import math
import re
from collections.abc import Sequence

_GREEK = {
    "Delta": "Δ", "Gamma": "Γ", "Psi": "Ψ", "alpha": "α", "beta": "β", "chi": "χ", "delta": "δ", "gamma": "γ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "omega": "ω", "phi": "φ", "pi": "π", "psi": "ψ", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "theta": "θ",
}  # fmt: skip
_SIGNS = {"<=": "≤", ">=": "≥", "->": "→", "+-": "±", "sqrt(": "√(", " - ": " − ", "<<": "≪", ">>": "≫"}
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_TAGS = {"\ue000": "<sub>", "\ue001": "</sub>", "\ue002": "<sup>", "\ue003": "</sup>"}  # private until escaped
_LETTER = "[A-Za-zΑ-Ωα-ω]"

_COLUMNS = {
    "qber": "error rate", "key_rate_hz": "key rate [bit/s]", "gamma_r2": "gamma_R2 / gamma_R1",
    "time": "time gamma_R1 t", "g1": "g1 / gamma_R1", "g2": "g2 / gamma_R1", "which": "which links",
    "messages": "end nodes wait for messages", "cutoff_s": "cut-off [s]", "werner": "Werner parameter of a link",
    "concurrence": "largest concurrence", "printed_concurrence": "printed", "derivative": "slope at A = +0",
    "concurrence_at_printed": "concurrence at the printed values",
}  # fmt: skip
_UNITS = {"_s": " [s]", "_hz": " [1/s]", "_km": " [km]"}
_VALUES = {"true": "yes", "false": "no", "swap_asap": "swap as soon as possible"}


def mathematics(text: str) -> str:
    """Writes a text as HTML, its formulas with Greek letters, signs, powers and indices as such."""
    text = re.sub(rf"(?<![A-Za-z])({'|'.join(_GREEK)})(?![A-Za-z])", lambda found: _GREEK[found[1]], text)
    text = re.sub(r"Δ (?=[A-Z]\b)", "Δ", text)
    text = re.sub(r"([Ψψ])([+-])(?![\w>])", lambda found: found[1] + found[2].translate(_RAISED), text)
    text = re.sub(r"\|(\w{1,3})>", r"|\1⟩", text)
    for plain, sign in _SIGNS.items():
        text = text.replace(plain, sign)
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)", _power_of_ten, text)
    text = re.sub(rf"(?<!\w)({_LETTER})_(\w{{1,6}})(?!\w)", _lowered, text)
    text = re.sub(r"(?<![\w.-])([gF])([123])(?!\w)", _lowered, text)
    text = re.sub(r"\^([+-]?\d+)", lambda found: found[1].translate(_RAISED), text)
    text = re.sub(rf"\^(?:\(([^()]*)\)|({_LETTER}))", lambda found: f"\ue002{found[1] or found[2]}\ue003", text)
    text = re.sub(r"(?<![\w)\]⁻⁺-])-(?=\d)", "−", text)
    text = re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text)
    text = html.escape(text)
    for private, tag in _TAGS.items():
        text = text.replace(private, tag)
    return text


def _power_of_ten(found: re.Match[str]) -> str:
    power = f"10{str(int(found[2])).translate(_RAISED)}"
    return power if found[1] == "1" else f"{found[1]} × {power}"


def _lowered(found: re.Match[str]) -> str:
    letter, index = found[1], found[2]
    return letter + (index.translate(_LOWERED) if index.isdecimal() else f"\ue000{index}\ue001")


def column(name: str) -> str:
    """What a column of a table is called in front of readers, in plain text: duration_s becomes "duration [s]"."""
    if name in _COLUMNS:
        return _COLUMNS[name]
    stem, at = re.fullmatch(r"(.*?)(?:_at_(\d+_\d+))?", name).groups()  # type: ignore[union-attr]
    unit = next((unit for unit in _UNITS if stem.endswith(unit)), "")
    words = stem.removesuffix(unit).replace("_ln_", "_of_ln_").replace("_", " ").replace("qber", "error rate")
    return words + _UNITS.get(unit, "") + (f" at A = {at.replace('_', '.')}" if at else "")


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """A table as readers want it: a value and its standard error in one cell, as in 1.234(5), and words for names.

    head, body: as they are in Markdown; a column `x_se` holds the standard errors of column `x`.
    """
    places = {name: place for place, name in enumerate(head)}
    kept = [name for name in head if name.removesuffix("_se") == name or name.removesuffix("_se") not in places]
    rows = [[_cell(row[places[name]], row[places.get(f"{name}_se", 0)], f"{name}_se" in places) for name in kept]
            for row in body]  # fmt: skip
    return [column(name) for name in kept], rows


def _cell(value: str, error: str, has_error: bool) -> str:
    if has_error and value and error and float(error) > 0:
        return in_parentheses(float(value), float(error))
    return _VALUES.get(value, value.replace("_", " "))


def in_parentheses(value: float, error: float) -> str:
    """A value with its standard error in units of its last digits, as in 90.346(45)."""
    decimals = 1 - math.floor(math.log10(float(f"{error:.2g}")))
    last = round(error * 10**decimals)
    return f"{value:.{decimals}f}({last})" if decimals >= 0 else f"{value:.0f} ± {error:.0f}"


def in_columns_of_readers(text: str, names: Sequence[str]) -> str:
    """A caption that speaks of columns by the names that readers see."""
    for name in sorted(filter(lambda name: "_" in name, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){name}(?!\w)", f'"{column(name)}"', text)
    return text
