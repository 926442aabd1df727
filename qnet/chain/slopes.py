"""First derivatives of a chain's performance at zero asymmetry: do they vanish? Avis et al., Secs. III.6 and III.7.

At A = 0 all links are alike, and whatever is asked, f, changes by the sum over links of df/dlnL_i times dlnL_i/dA.
With an even number of links, asymmetry -A is asymmetry A seen in a mirror. f does not mind the mirror, so f(-A) = f(A),
and where f is smooth its slope vanishes. But attempts are discrete: links of equal length complete in the same instant
with a probability of the order of p, any asymmetry parts them, and the maximum of the two has a kink at A = 0. So the
slope at +0 is positive for duration and error rate, and vanishes with p. With an odd number of links no mirror turns A
into -A; then the smooth part does not vanish, unless f treats all links alike, and changes sign with the ends.
"""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from attrs import asdict, evolve, field, frozen

from qnet import checks, key_rate
from qnet.chain.estimate import chain_sums, jackknife, means
from qnet.chain.links import Links, placed_links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DeliveryCount
from qnet.chain.placement import ENDS, LAYOUT, LINKS, count_links
from qnet.chain.protocols import AnyProtocol
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.swap_asap import STANDARD
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Single, about

_NOTICED = 1e-6  # of ln L; a protocol takes lengths that differ by 1e-9 for different
_STEP_OF_JUMPS = 0.02  # of ln L, where histories jump
_STEP_OF_TIMES = 1e-7  # of ln L; no two times that differ can change places within it
_STEP_OF_SUCCESS = 0.01  # of ln L, to either side
_STEP_OF_LOG_SUCCESS = 0.02  # at most, of ln p; leaves a relative error below a sixth of its square, 7e-5


@frozen(kw_only=True, eq=False)
class EvenChain(Single):
    """An evenly spaced chain, and the way in which it becomes asymmetric.

    spacing_km: between neighbouring nodes. links, layout, ends: those of the `AlternatingChain` that it becomes.
    Raises Refused for no link or more than a million, a spacing outside 1e-30 to 1e30 km, and for an unknown layout or
    unknown ends.
    """

    links: int = field(metadata={"quantity": LINKS})
    spacing_km: float = field(
        metadata=about("km", "distance between neighbours in the evenly spaced chain", checks.POSITIVE_TO_1E30)
    )
    layout: str = field(default="asymmetric", metadata={"quantity": LAYOUT})
    ends: str = field(default="long", metadata={"quantity": ENDS})

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        count_links(self.links)

    def direction(self) -> Floats:
        """d ln L_i / dA at A = 0 of every link, shape (links,)."""
        left = 1.0 if self.ends == "long" else -1.0
        sign = left * (-1.0) ** np.arange(self.links)
        change = sign - sign.mean()
        return change if self.layout == "asymmetric" else np.full(self.links, change.max())


@dataclass(frozen=True)
class Slopes:
    """d ln(duration) / dA, d ln(error rate) / dA and d ln(key rate) / dA at A = +0, each with its standard error.

    kink: the part of the slope that keeps its sign when long and short links change places; the rest changes sign.
    """

    duration_slope: float = column(metadata=about("1", "d ln(mean duration) / d(asymmetry) at +0"))
    duration_slope_se: float = column(metadata=about("1", "standard error of duration_slope"))
    qber_slope: float = column(metadata=about("1", "d ln(error rate) / d(asymmetry) at +0"))
    qber_slope_se: float = column(metadata=about("1", "standard error of qber_slope"))
    key_rate_slope: float = column(metadata=about("1", "d ln(key rate) / d(asymmetry) at +0"))
    key_rate_slope_se: float = column(metadata=about("1", "standard error of key_rate_slope"))
    duration_kink: float = column(
        metadata=about("1", "part of duration_slope that is the same when long and short links change places")
    )
    duration_kink_se: float = column(metadata=about("1", "standard error of duration_kink"))
    qber_kink: float = column(
        metadata=about("1", "part of qber_slope that is the same when long and short links change places")
    )
    qber_kink_se: float = column(metadata=about("1", "standard error of qber_kink"))
    key_rate_kink: float = column(
        metadata=about("1", "part of key_rate_slope that is the same when long and short links change places")
    )
    key_rate_kink_se: float = column(metadata=about("1", "standard error of key_rate_kink"))


def slopes(
    chain: EvenChain, nodes: Nodes = NODES, protocol: AnyProtocol = STANDARD, *, deliveries: DeliveryCount, seed: int
) -> Slopes:
    """One-sided logarithmic derivatives at zero asymmetry of what `alternating_chain` estimates.

    Cycle and message times vary along each random history, exactly; success probabilities by common random numbers, to
    1e-4 of their part. Where states are thrown away, a history may jump: there both vary together, by finite steps, to
    about 1e-3. What a protocol decides by the lengths of links is decided as for small positive asymmetries,
    for the kink also as for negative ones. The fibre is `Fibre` as it is by default. deliveries are those of each run,
    of which there are five to seven.
    Raises Refused as `alternating_chain` does, and for a chain without errors or without a key.
    """
    checks.instance("chain", chain, EvenChain)
    even = placed_links("spacing_km", np.full(chain.links, chain.spacing_km))
    return slopes_along(chain.direction(), (even, even), nodes, protocol, deliveries=deliveries, seed=seed)


def slopes_along(
    along: Floats, even: tuple[Links, Links], nodes: Nodes, protocol: Protocol, *, deliveries: int, seed: int
) -> Slopes:
    """As `slopes`, for lengths L_i that change by d ln L_i = along_i dA.

    even: the links at zero asymmetry, as they are for small positive and for small negative ones.
    """
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    sides = [protocol.settled(_moved(even[i], sign * _NOTICED * along, 0 * along)) for i, sign in ((0, 1), (1, -1))]
    same = asdict(sides[0]) == asdict(sides[1]) and even[0] is even[1]
    stencils = [_stencil(even[0], sign, protocol.jumps or max(each.rows for each in even) > 1) for sign in (1.0, -1.0)]
    keys = [[(0 if same else side, *step) for step in stencil] for side, stencil in enumerate(stencils)]
    distinct = sorted({key for each in keys for key in each})

    def sums(side: int, times: float, success: float) -> Floats:
        found = chain_sums(
            links=_moved(even[side], times * along, success * along),
            nodes=nodes,
            protocol=sides[side],
            deliveries=deliveries,
            seed=seed,
            warm_up=sides[side].warm_up_rounds(even[side]),
        )
        return np.concatenate([found[:2], np.broadcast_to(found[2:], (3, found.shape[1]))])

    runs = np.stack([sums(*key) for key in distinct])
    here = means(runs[distinct.index(keys[0][0])].sum(axis=1), even[0], nodes)
    if not _qber(here) > 0 or not _fraction(here) > 0:
        raise Refused(
            f"coherence_time_s must leave errors and a key to have slopes, but the error rate is {_qber(here):.3g}"
        )

    def one_sided(totals: Floats, side: int) -> Floats:
        at = np.stack([means(totals[distinct.index(key)], even[side], nodes) for key in keys[side]])
        return _logarithmic(at[0], np.tensordot(list(stencils[side].values()), at, axes=1))

    def statistic(totals: Floats) -> Floats:
        forth, back = one_sided(totals, 0), one_sided(totals, 1)
        return np.concatenate([forth, (forth + back) / 2])

    values = zip(*jackknife(statistic, runs), strict=True)
    return Slopes(*(float(each) for pair in values for each in pair))


def _moved(even: Links, times: Floats, success: Floats) -> Links:
    """The links where the lengths that decide times, and those that decide success, change by these fractions."""
    return evolve(
        even,
        cycle_time_s=even.cycle_time_s * (1 + times),
        success_probability=even.success_probability ** (1 + success),
        message_time_s=even.message_time_s * (1 + times),
    )


def _stencil(even: Links, sign: float, jumps: bool) -> dict[tuple[float, float], float]:
    """Weights of runs in a derivative towards positive or negative asymmetries, by changes of times and of success.

    The first run is at zero asymmetry. Differences are of second order where histories jump.
    """
    if jumps:
        step = sign * _STEP_OF_JUMPS
        return {
            (part * step, part * step): weight / abs(step) for part, weight in ((0.0, -3.0), (0.5, 4.0), (1.0, -1.0))
        }
    loss = -float(np.log(even.success_probability[0]))
    times, success = _STEP_OF_TIMES, min(_STEP_OF_SUCCESS, _STEP_OF_LOG_SUCCESS / max(loss, 1e-300))
    return {
        (0.0, 0.0): -1 / times,
        (sign * times, 0.0): 1 / times,
        (0.0, success): sign / (2 * success),
        (0.0, -success): -sign / (2 * success),
    }


def _qber(here: Floats) -> Floats:
    return (here[1] + here[3]) / 2


def _fraction(here: Floats) -> Floats:
    return 1 - key_rate.binary_entropy(here[1]) - key_rate.binary_entropy(here[3])


def _logarithmic(here: Floats, change: Floats) -> Floats:
    """Derivatives of ln T, ln Q and ln of the key rate, from (T, errors in X, Y and Z) and their derivatives.

    Shapes (4, ...) to (3, ...).
    """
    errors = np.clip(here[1:], 1e-300, 1 - 1e-16)
    by_error = -np.log2((1 - errors) / errors)
    duration = change[0] / here[0]
    fraction = by_error[0] * change[1] + by_error[2] * change[3]
    return np.stack([duration, (change[1] + change[3]) / 2 / _qber(here), fraction / _fraction(here) - duration])
