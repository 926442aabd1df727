"""Any input of any public function gives a valid result or a refusal that names an argument; warnings are errors."""

import dataclasses
import inspect
import re
import time
from decimal import Decimal

import attrs
import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from flat import flat, records
from qnet import chain, chiral, fibre, key_rate, midpoint, route
from qnet.errors import Refused
from qnet.records import Record

PUBLIC = {
    f"{package.__name__}.{name}": public for package in (chiral, midpoint, chain) for name, public in vars(package).items()
    if name in package.__all__ and (inspect.isfunction(public) or attrs.has(public)) and public not in (chain.Protocol, chain.DistilledLinks)
} | {
    f"{module.__name__}.{function.__name__}": function for module, functions in (
        (fibre, (fibre.transmission, fibre.attenuation_length_km, fibre.delay_s, fibre.dispersion)),
        (key_rate, (key_rate.bb84, key_rate.binary_entropy)),
        (route, (route.great_circle_km,)),
    ) for function in functions
}  # fmt: skip
SLOW = {
    "delayed_optimum": 8,
    "global_optimum": 8,
    "robust_optimum": 8,
    "disordered_readout": 4,
    "master_equation": 3,
    "local_optimum": 2,
    "slopes": 2,
}  # so many times fewer examples
MOST_SECONDS = 5  # of processor time, without what compiling takes

RATE = st.just(0.0) | st.floats(1e-4, 1e2)
SHIFT = st.just(0.0) | st.floats(-1e2, 1e2)
PROBABILITY = st.just(0.0) | st.floats(0, 1) | st.just(1.0)
FLAG = st.booleans()
LEGAL = {
    **dict.fromkeys(("g1", "g2", "g", "decay", "decay_1", "decay_2", "loss_1", "loss_2", "width_atoms", "width_cavities"), RATE),
    **{f"gamma_{side}{node}": RATE for side in "lr" for node in "12"},
    **dict.fromkeys(("phase", "alpha", "delta_a1", "delta_a2", "delta_c1", "delta_c2", "distance_wavelengths"), SHIFT),
    **dict.fromkeys(("chirality", "p_det", "p_left", "p_right", "bright_left", "bright_right", "indistinguishability",
                     "emission_fidelity", "emission_fidelity_left", "emission_fidelity_right", "target_fidelity", "qber",
                     "success_probability", "x"), PROBABILITY),
    **dict.fromkeys(("dark_count", "loss", "asymmetry"), st.floats(0, 0.999)),
    **dict.fromkeys(("start_g1", "start_g2", "start_gamma_r2"), st.floats(0.1, 5)),
    "q": st.floats(0, 0.2),
    "time": st.floats(0, 1e2),
    "window": st.floats(1e-3, 1e4),
    **dict.fromkeys(("atomic_decay", "cavity_loss", "dephasing"), st.just(0.0) | st.floats(1e-4, 1)),
    **dict.fromkeys(("stored_1", "stored_2"), st.floats(0, 1e2)),
    **dict.fromkeys(("delay", "transit"), st.just(0.0) | st.floats(1e-2, 5)),
    "time_budget": st.floats(0.1, 1e2),
    "scheme": st.sampled_from(["bare", "equal_rates", "nonchiral_equal"]),  # the others take their time
    "readout": st.sampled_from(["common", "own"]),
    "goal": st.sampled_from(["w_fidelity", "pair_concurrence"]),
    "node_count": st.integers(2, 3),
    "starts": st.integers(1, 2),
    **dict.fromkeys(("couplings", "rates"), st.just([0.3, 0.2]) | st.lists(st.floats(0, 3), min_size=2, max_size=4)),
    "hold": st.sampled_from(["gamma_r", "gamma_total"]),
    "nodes": st.sampled_from(["both", "first", "second"]),
    "photon": st.sampled_from(["gaussian", "lorentzian"]),
    "coherence": st.sampled_from(["physical", "literature"]),
    "ends": st.sampled_from(["long", "short"]),
    "layout": st.sampled_from(["asymmetric", "extended_fibre"]),
    "restart": st.sampled_from(["as_soon_as_free", "restart_together"]),
    "measure": st.sampled_from(["on_knowledge", "one_message_later", "at_once"]),
    **dict.fromkeys(("equal_rates", "number_resolving", "messages"), FLAG),
    "detuned": st.sampled_from(["atoms", "cavities", "both"]),
    "width": st.floats(0, 3),
    "samples": st.sampled_from([1, 2, 4]),
    "seed": st.integers(0, 2**63),
    "deliveries": st.integers(1, 50),
    "links": st.integers(1, 4),
    "node": st.integers(1, 3),
    "length_km": st.floats(2, 100),
    "spacing_km": st.floats(1, 30),
    "link_lengths_km": st.lists(st.floats(1, 20), min_size=1, max_size=3),
    "asymmetry_km": st.floats(-2, 2),
    "attenuation_db_per_km": st.floats(0, 0.25),
    "speed_km_per_s": st.floats(1e5, 3e5),
    "duration_s": st.floats(1e-13, 1e-7),
    "message_speed": st.floats(1, 1e3),
    "local_time_s": st.floats(1e-6, 1),
    "coherence_time_s": st.floats(1e-3, 1e2) | st.just(np.inf),
    "beta2_s2_per_km": st.floats(-1e-22, 1e-22),
    "beta3_s3_per_km": st.just(0.0) | st.floats(-1e-36, 1e-36),
    "delay_s": st.just(0.0) | st.floats(-1e-10, 1e-10),
    "detuning_rad_per_s": st.just(0.0) | st.floats(-1e11, 1e11),
    "d_ps_per_nm_km": st.floats(-20, 20),
    "slope_ps_per_nm2_km": st.floats(-1, 1),
    "wavelength_nm": st.floats(500, 2000),
    "cycle_time_s": st.floats(1e-6, 1),
    "message_time_s": st.floats(0, 1e-2),
    "werner": st.floats(-1 / 3, 1),
    **dict.fromkeys("xyz", st.floats(0.5, 1)),
    **dict.fromkeys(("swap_quality", "gate_quality"), PROBABILITY),
    **dict.fromkeys(("swap_readout_error", "readout_error"), st.floats(0, 0.5)),
    **dict.fromkeys(("confirm", "twirl"), FLAG),
    "channels": st.sampled_from(["sequential", "parallel"]),
    "which": st.sampled_from(["none", "all", "long", "short"]),
    "correlators": st.lists(st.floats(0.5, 1), min_size=3, max_size=3),
    "cutoff_s": st.floats(1e-3, 10),
    "cutoffs_s": st.lists(st.floats(1e-3, 10), min_size=1, max_size=3),
    "rounds": st.integers(1, 50),
    "order": st.sampled_from(["odd_first", "even_first", "left_first", "right_first", "long_first", "short_first", "random"]),
    "duration_s_se": st.floats(0, 1),
    "qber_se": st.floats(0, 0.1),
    "covariance": st.floats(-1, 1),
    **dict.fromkeys(("latitude", "to_latitude"), st.floats(-90, 90)),
    **dict.fromkeys(("longitude", "to_longitude"), st.floats(-180, 180)),
}  # fmt: skip

EXTREMES = [
    float("nan"), float("inf"), -float("inf"), -0.0, 0.0, 5e-324, -5e-324, 1e-310, 1e-160, 1e-30, 1e-8, 1e4, 1e9, 1e16, 1e30,
    1e100, 1e160, 1e300, -1e300, 1.7976931348623157e308, 1, -1, 1.0 + 2**-52, 1 - 2**-53, 0.25, 0.5,
]  # fmt: skip
ODD = [
    2**31, 2**63 - 1, -(2**63), 2**64 - 1, 10**400, True, None, "", "a", "0.5", b"1", 1j, 1 + 0j, Decimal("0.5"), [], [[]], [[1, 2], [3]],
    [None, 1.0], [0.1, "a"], {}, {1}, (0.1, 0.2), range(3), object(), int, np.float32(0.5), np.float16(1e4), np.longdouble("0.1"),
    np.longdouble("1e4000"), np.array(np.nan), np.array([0.1, np.nan]), np.zeros((0, 3)), np.zeros(3, complex), np.array([0.1, 0.2], object),
    np.array(["a", "b"]), np.array([True, False]), np.datetime64("2020-01-01"), np.timedelta64(1, "s"), np.ma.masked_array([0.1, 0.2], [True, False]),
    np.zeros(2, [("a", float)]), np.broadcast_to(0.5, (10**6, 10**6)), np.broadcast_to(0.5, (9,)), np.broadcast_to(True, (10**9, 10**9)),
    np.array([2**63], np.uint64), np.int8(-128),
]  # fmt: skip
ANY = st.sampled_from(EXTREMES) | st.floats() | st.sampled_from(ODD)
RATES = {name for name, values in LEGAL.items() if values is RATE or values is SHIFT}
LONG = ("samples", "deliveries", "links", "node", "rounds")  # of these, huge values are legal and take their time
OF_LONG = ANY.filter(lambda value: not (isinstance(value, int | float | np.integer) and abs(value) > 100))
OF_RATES = ANY.filter(lambda value: not (isinstance(value, int | float) and 100 < abs(value) <= 1e9))  # legal, and long


def shaped(value):
    """The value, or an array with it: read-only, with gaps, of no or of several dimensions."""

    def repeated(shape):
        filled = np.array(np.broadcast_to(np.array(value), shape))
        filled.flags.writeable = False
        return filled

    return st.just(value) | st.sampled_from([(), (1,), (2,), (3, 1), (0,)]).map(repeated)


NETWORKS = st.builds(chiral.Network, g1=RATE, g2=RATE, phase=SHIFT) | st.builds(chiral.BareNetwork, gamma_r2=RATE)
TIMES = st.floats(1e-3, 1e-1)
LINKS = st.builds(
    lambda times, p, werner: chain.Links(cycle_time_s=np.array(times), success_probability=p, message_time_s=np.array(times), werner=werner),
    st.lists(TIMES, min_size=1, max_size=3), st.floats(0.1, 1), st.floats(-1 / 3, 1),
)  # fmt: skip
CONVENTIONS = {"restart": LEGAL["restart"], "measure": st.sampled_from(["on_knowledge", "at_once"])}
PROTOCOLS = st.one_of(
    st.builds(chain.SwapAsap, messages=FLAG, restart=LEGAL["restart"], measure=LEGAL["measure"]),
    st.builds(chain.Sequential, order=LEGAL["order"], **CONVENTIONS),
    st.builds(chain.SequentialCutoff, cutoff_s=LEGAL["cutoff_s"], order=LEGAL["order"], measure=CONVENTIONS["measure"]),
    st.builds(chain.GlobalCutoff, cutoff_s=LEGAL["cutoff_s"], measure=CONVENTIONS["measure"]),
    st.builds(chain.LocalCutoff, cutoff_s=LEGAL["cutoff_s"], **CONVENTIONS),
)
LINK = chain.fibre_links(link_lengths_km=[1.0])
OBJECTS = {"network": NETWORKS, "protocol": PROTOCOLS, "chains": st.lists(LINKS, min_size=1, max_size=3)}


def legal(function, name):
    assert name in LEGAL or name in OBJECTS or name == "links", f"LEGAL of this file must have a range for {name}"
    if name == "links" and inspect.unwrap(function) in (
        chain.bottlenecks,
        chain.exact,
        chain.global_cutoffs,
        chain.sample,
        chain.simulate_events,
        chain.distilled,
    ):
        return LINKS
    if name in OBJECTS:
        return OBJECTS[name]
    if name == "length_km" and function.__module__.startswith("qnet.chain"):
        return st.floats(2, 40)
    if function is chain.Links:
        return LEGAL[name] | st.lists(LEGAL[name], min_size=2, max_size=2)
    one = function.__module__.startswith("qnet.chain") and function is not chain.repeater_kink
    one |= inspect.unwrap(function) is chiral.robust_optimum  # whose rows take a second each
    return (
        LEGAL[name]
        if one or name in ("link_lengths_km", "cutoffs_s", "couplings", "rates")
        else LEGAL[name].flatmap(shaped)
    )


@st.composite
def calls(draw, function):
    """Keyword arguments of a function, legal but for a few."""
    parameters = inspect.signature(function).parameters
    names = [name for name, p in parameters.items() if p.default is p.empty or name == "samples" or draw(st.booleans())]
    wild = draw(st.sets(st.sampled_from(names), max_size=2)) if names else set()
    in_chain = function.__module__.startswith("qnet.chain")
    if in_chain:  # what makes for many attempts is legal, and long
        return {
            name: draw(st.sampled_from(EXTREMES[:10] + ODD) if name in wild else legal(function, name))
            for name in names
        }
    kinds = {name: OF_LONG if name in LONG else OF_RATES if name in RATES else ANY for name in names}
    return {name: draw(kinds[name] if name in wild else legal(function, name)) for name in names}


PARTS = {"transfer", "norm", "qber", "q", "peak_mean", "peak_state"}
REAL = re.compile(
    r"(^[xyz]|^covariance_.*|_slope|_kink|cascade_amplitudes|beta\d_.*|position_km|sign|werner|delta_..|phase|alpha|g1|g2|^gain)$"
)


def check(function, name, value):
    """No NaN, no infinity but where it is documented, and every quantity in its physical range."""
    if isinstance(value, Record):  # holds what it was given, by rules of its own
        return
    if dataclasses.is_dataclass(value) or attrs.has(type(value)):
        for field in dataclasses.fields(value) if dataclasses.is_dataclass(value) else attrs.fields(type(value)):
            check(function, field.name, getattr(value, field.name))
        return
    if isinstance(value, tuple):
        for part in value:
            check(function, name, part)
        return
    array = np.asarray(value)
    if array.dtype.kind in "bUu":
        return
    assert array.dtype.kind in "fci", (name, array.dtype)
    size = np.abs(array)
    if name == "attenuation_length_km":
        assert not np.isnan(array).any()
        assert (array > 0).all()
        return
    assert np.isfinite(size).all(), name
    if "leading_order" in function:
        return
    if name in PARTS or re.search(
        r"concurrence|fidelity|^(in)?distinguish|probabilit|mean_peak$|runs_mean|amplitudes|^p_|^bright|transmission",
        name,
    ):
        assert (size <= 1 + 1e-9).all(), name
    if name == "third_order_change":
        assert (size <= 1 + 1e-9).all(), name
    elif array.dtype.kind == "f" and not REAL.search(name):
        assert (array >= -1e-12).all(), name


def timed(function, arguments):
    """The result, or the refusal, and the processor time that it took."""
    start = time.process_time()
    try:
        found = function(**arguments)
    except Refused as error:
        found = error
    return found, time.process_time() - start


@pytest.mark.parametrize("name", PUBLIC)
def test_any_call(name):
    function = flat(PUBLIC[name])
    names = {*records(PUBLIC[name]), *inspect.signature(function).parameters, "arguments"} | (
        {"links", "chains", "cutoff_s", "order", "measure"} if name.startswith("qnet.chain") else set()
    )

    @settings(max_examples=settings.default.max_examples // SLOW.get(name.rpartition(".")[2], 1))
    @given(calls(function))
    def call(arguments):
        found, seconds = timed(function, arguments)
        if seconds >= MOST_SECONDS:  # a first call may have compiled what it needs
            found, seconds = timed(function, arguments)
        if isinstance(found, Refused):
            said = str(found)
            assert "\n" not in said
            assert len(said) < 1000
            assert " must " in said
            assert names & set(re.findall(r"\w+", said)), said
        else:
            check(name, name.rpartition(".")[2], found)
        assert seconds < MOST_SECONDS

    call()


@pytest.mark.parametrize("name", [name for name in PUBLIC if records(PUBLIC[name])])
def test_what_is_no_record_is_refused(name):
    @given(st.sampled_from([*EXTREMES, *ODD]))
    def call(value):
        kinds = records(PUBLIC[name])
        rest = {
            other: 1 if other == "seed" else LINK if other == "links" else 0.5
            for other, p in inspect.signature(PUBLIC[name]).parameters.items()
            if p.default is p.empty and other not in kinds
        }
        with pytest.raises(Refused, match=f"^({'|'.join(kinds)}) must be an? "):
            PUBLIC[name](**dict.fromkeys(kinds, value), **rest)

    call()


@settings(max_examples=6 * settings.default.max_examples)
@given(
    st.fixed_dictionaries({
        **{name: st.just(0.0) | st.floats(1e-4, 1e2) for name in ("g1", "g2")},
        **{name: st.just(0.0) | st.floats(1e-6, 1e2) for name in ("gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2", "decay_1", "decay_2", "loss_1", "loss_2")},
        **dict.fromkeys(("phase", "delta_a1", "delta_a2", "delta_c1", "delta_c2"), SHIFT),
    }),
    st.floats(1e-3, 1e4),
)  # fmt: skip
def test_peaks_lie_on_the_evolution(arguments, window):
    network = chiral.Network(**arguments)
    try:
        found = chiral.peak_concurrence(network, window=window)
    except Refused as error:  # ten million steps, a sixteenth of the shortest time or less, do not fill the window
        assert str(error).startswith("window must be finite")  # noqa: PT017
        assert 64 * window * np.linalg.norm(network.generator()) > 1e7
        reject()
    assert 0 <= found.concurrence <= 1 + 1e-12
    assert 0 <= found.time <= window
    there = chiral.evolution(network, time=found.time)
    np.testing.assert_allclose(found.concurrence, there.concurrence, atol=1e-10)
    assert found.concurrence <= there.norm + 1e-12
