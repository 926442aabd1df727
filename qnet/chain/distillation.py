"""Links that make two states and distil one of them: duration and state of a link, round by round.

States are Bell-diagonal, and written as their correlators x = <XX>, y = -<YY>, z = <ZZ>, all 1 for the target. A state
that is not, such as one of a single-click link, is turned to the target and twirled to Bell-diagonal first, which
changes none of the three. One round of distillation is a controlled NOT on either side, from the kept pair to the
measured one, whose qubits are read in Z; the pair is kept if both give the same. Gates are perfect with probability g,
and else leave their two qubits maximally mixed; each read-out errs with probability epsilon. With G = g^2 and
mu = (1 - 2 epsilon)^2 it succeeds with P = (1 + G mu z1 z2) / 2 and leaves (Deutsch et al. 1996, without the exchange
of y and z that DEJMPS has before; Bennett et al. 1996 twirl afterwards)

    z = G (z1 + mu z2) / 2P,  x = G (x1 x2 + mu y1 y2) / 2P,  y = G (y1 x2 + mu x1 y2) / 2P.

A link makes two elementary states, one after the other on one channel, or both at a time on two. The first to be there
waits d attempts for the other, and loses r^d by it, r = exp(-T (1/T_left + 1/T_right)), T the duration of an attempt;
the newer one is kept, the older one measured. So with kappa = G mu z^2 a round succeeds with (1 + kappa r^d) / 2, and
its state has (x, y, z) = G ((x^2 + mu y^2) r^d, (1 + mu) x y r^d, z (1 + mu r^d)) / (1 + kappa r^d), times what
confirming it costs. B attempts until one state is there and d are independent: B is geometric with p on one channel
and with 1 - q^2 on two, q = 1 - p; d is geometric with p on one, and on two it is 0 with p / (1 + q) and d with
2 p q^d / (1 + q).
"""

import numpy as np
from attrs import Factory, field, fields, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chain import kernels
from qnet.chain.links import Links, attempts_per_log2
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Single, about, flags

_WHICH = ("all", "long", "short")
_SAME = 1e-9  # mean times of links that differ by less, relatively, are the same
_FEWEST_POINTS, _MOST_POINTS = 64, 2**24  # of a lattice for exact means
_CORRELATOR: checks.Rule = ("must lie in [-1, 1]", lambda x: np.abs(x) <= 1)
_READOUT: checks.Rule = ("must lie in [0, 1/2]", lambda x: (x >= 0) & (x <= 0.5))


@frozen(kw_only=True, eq=False)
class Distillation(Single):
    """How a link distils one state out of two elementary ones.

    channels: "sequential": one elementary state after the other. "parallel": both are attempted in each cycle, on two
    channels, and the one that is there first waits.
    confirm: whether both nodes wait, for as long as a message takes along the link, until they know the outcome of the
    other, while they store the kept pair, and on failure as well. Else they know at once.
    gate_quality: g of the two-qubit gates. readout_error: epsilon of each read-out. twirl: whether the distilled state
    is turned into the Werner state of its fidelity.
    Raises Refused for anything else, a quality outside [0, 1], and an error outside [0, 1/2].
    """

    channels: str = field(
        default="sequential",
        metadata=about("", "whether the two states are made one after the other", ("sequential", "parallel")),
    )
    confirm: bool = field(default=False, metadata=about("", "whether nodes wait for each other's outcome", bool))
    gate_quality: float = field(
        default=1.0, metadata=about("1", "probability that a gate of distillation is perfect", checks.PROBABILITY)
    )
    readout_error: float = field(
        default=0.0, metadata=about("1", "probability that distillation reads a qubit wrongly", _READOUT)
    )
    twirl: bool = field(default=False, metadata=about("", "whether distilled states are made Werner states", bool))

    def round(self, kept: ArrayLike, measured: ArrayLike) -> tuple[Floats, Floats]:
        """Probability of success, and correlators after it, of one round on two pairs.

        kept, measured: x, y and z of each, shape (3, ...).
        """
        (x1, y1, z1), (x2, y2, z2) = np.asarray(kept, dtype=float), np.asarray(measured, dtype=float)
        gates, readout = self.gate_quality**2, (1 - 2 * self.readout_error) ** 2
        twice = 1 + gates * readout * z1 * z2
        after = gates * np.array([x1 * x2 + readout * y1 * y2, y1 * x2 + readout * x1 * y2, z1 + readout * z2]) / twice
        return twice / 2, np.broadcast_to(after.mean(axis=0), after.shape) if self.twirl else after


def distilled(links: Links, distillation: Distillation, which: str | ArrayLike = "all") -> "DistilledLinks":
    """The links, of which some distil what they make.

    which: "all", "long" or "short" links, or a list with true or false for each. Long are those that take longer for an
    elementary state, T / p, of a chain of two kinds; where all take the same, as in an alternating chain at zero
    asymmetry, the first, the third and so on.
    Raises Refused for links of more than two kinds where it is long or short, for a list of another length, and where a
    link that is to distil makes no entangled state: distillation never helps those.
    """
    checks.instance("links", links, Links)
    checks.instance("distillation", distillation, Distillation)
    chosen = _chosen(links, which)
    x, y, z = links.correlators()
    most = np.max([1 + x + y + z, 1 - x - y + z, 1 + x - y - z, 1 - x + y - z], axis=0) / 4
    for i in np.flatnonzero(chosen & (most <= 0.5)):
        raise Refused(
            f"links must be entangled to distil, one Bell state more likely than 1/2, but link {i + 1} has "
            f"{float(most[i]):.6g} for the most likely one"
        )
    values = {each.name: getattr(links, each.name) for each in fields(Links)}
    return DistilledLinks(**values, distillation=distillation, distils=chosen)


def _chosen(links: Links, which: str | ArrayLike) -> NDArray[np.bool_]:
    count = len(links)
    if isinstance(which, str):
        checks.choice("which", which, _WHICH)
        mean = links.cycle_time_s / links.success_probability
        least, most = mean.min(), mean.max()
        if most - least <= _SAME * most:
            long = np.arange(count) % 2 == 0
        else:
            long = mean - least > most - mean
            if which != "all" and not np.isclose(mean, np.where(long, most, least), rtol=_SAME, atol=0).all():
                raise Refused(f"which must be all or a list for links of more than two kinds, but is {which!r}")
        return {"all": np.full(count, True), "long": long, "short": ~long}[which]
    listed = checks.flag("which", which)
    if listed.shape != (count,):
        raise Refused(f"which must be a word or list true or false for each of {count} links, but lists {listed.size}")
    return listed


@frozen(kw_only=True, eq=False)
class DistilledLinks(Links):
    """Links of which some distil; see `distilled`, which makes them.

    distils: which of them. The other fields are those of `Links`: attempts, and the elementary states that they make.
    """

    distillation: Distillation = field(default=Factory(Distillation))
    distils: NDArray[np.bool_] = field(
        default=False, converter=flags, metadata=about("", "whether a link distils what it makes", bool)
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        object.__setattr__(self, "distils", np.array(np.broadcast_to(self.distils, len(self))))

    @property
    def rows(self) -> int:
        """Each correlator loses something else."""
        return 3 if self.distils.any() else 1

    def fixed(self) -> Floats:
        return np.where(self.distils, 1.0, self.correlators())

    def law(self, decay_hz: Floats) -> Floats:
        found = super().law(decay_hz)
        parts = self._parts(decay_hz)
        per_log2 = attempts_per_log2(self.success_probability)
        parallel = self.distillation.channels == "parallel"
        found[:, kernels.PER_LOG2_FIRST] = per_log2 / 2 if parallel else per_log2
        if parallel:
            q = 1 - self.success_probability
            with np.errstate(divide="ignore"):
                found[:, kernels.LOG2_SCALE] = np.where(q > 0, np.log2((1 + q) / (2 * q)), 1e300)
            found[:, kernels.PER_LOG2] = np.where(q > 0, per_log2, -1e-300)  # never an attempt where none fails
        found[:, kernels.DISTILLED] = 1.0
        found[:, kernels.CONFIRM_S] = parts.confirm_s
        found[:, kernels.DECAY] = self.cycle_time_s * parts.both_hz
        found[:, kernels.KAPPA] = parts.kappa
        found[:, kernels.MU] = parts.mu
        found[:, [kernels.X, kernels.Y, kernels.Z]] = parts.factors.T
        found[:, kernels.TWIRL] = self.distillation.twirl
        return np.where(self.distils[:, None], found, super().law(decay_hz))

    def mean_duration_s(self, decay_hz: Floats) -> Floats:
        """(T E[B + d] + t_confirm) / P_s."""
        parts, p = self._parts(decay_hz), self.success_probability
        q = 1 - p
        attempts = (1 + 2 * q) / (p * (1 + q)) if self.distillation.channels == "parallel" else 2 / p
        distilled = (self.cycle_time_s * attempts + parts.confirm_s) / self._success(parts)
        return np.where(self.distils, distilled, super().mean_duration_s(decay_hz))

    def success_probability_of_rounds(self, decay_hz: Floats) -> Floats:
        """That a round of each link succeeds, shape (links,): (1 + kappa E[r^d]) / 2. 1 where it does not distil."""
        return np.where(self.distils, self._success(self._parts(decay_hz)), 1.0)

    def transform(self, decay_hz: Floats, waits_hz: Floats) -> Floats:
        """As of `Links`: rounds are alike, so it is that of one that succeeds over 1 - that of one that fails."""
        parts, p = self._parts(decay_hz), self.success_probability
        u = np.exp(-self.cycle_time_s * waits_hz)
        r = np.exp(-self.cycle_time_s * parts.both_hz)
        waits = np.exp(-parts.confirm_s * waits_hz)
        if self.distillation.channels == "parallel":
            q = 1 - p
            first = (1 - q**2) * u / (1 - q**2 * u)
            second, weighted = ((p / (1 + q)) * (1 + q * v) / (1 - q * v) for v in (u, r * u))
        else:
            first, second, weighted = (p * v / (1 - (1 - p) * v) for v in (u, u, r * u))
        fails = first * waits * (second - parts.kappa * weighted) / 2
        x, y, z = parts.factors
        left = np.array([x * weighted, y * weighted, z * (second + parts.mu * weighted)])
        left = np.broadcast_to(left.mean(axis=0), left.shape) if self.distillation.twirl else left
        return np.where(self.distils, first * waits * left / 2 / (1 - fails), super().transform(decay_hz, waits_hz))

    def lattice(self, link: int, decay_hz: Floats, tail: float) -> Floats:
        """As of `Links`: a power series in one attempt, that of a round that succeeds over 1 - that of one that fails.

        Raises Refused where confirming takes no whole number of attempts.
        """
        if not self.distils[link]:
            return super().lattice(link, decay_hz, tail)
        parts, p = self._parts(decay_hz), float(self.success_probability[link])
        cycle = float(self.cycle_time_s[link])
        ratio = float(parts.confirm_s[link]) / cycle
        extra = round(ratio)
        if abs(ratio - extra) > _SAME:
            raise Refused(
                f"message_time_s must be a whole number of attempts for exact means, but is {ratio:.6g} of them"
            )
        q, r = 1 - p, float(np.exp(-cycle * parts.both_hz[link]))
        kappa, mu = float(parts.kappa[link]), float(parts.mu)
        # Generating functions, as coefficients of powers of z = one attempt: first / second over their denominators.
        if self.distillation.channels == "parallel":
            first, over_first = [0.0, 1 - q**2], [1.0, -(q**2)]
            second, second_left = ([p / (1 + q), p * q * v / (1 + q)] for v in (1.0, r))
        else:
            first, over_first = [0.0, p], [1.0, -q]
            second, second_left = ([0.0, p * v] for v in (1.0, r))
        over, over_left = [1.0, -q], [1.0, -q * r]
        plain, weighted = np.convolve(second, over_left), np.convolve(second_left, over)
        begun = np.convolve(np.append(np.zeros(extra), 1.0), first)
        denominator = np.convolve(over_first, np.convolve(over, over_left))
        fails = np.convolve(begun, plain - kappa * weighted) / 2
        size = max(len(denominator), len(fails))
        renewed = np.pad(denominator, (0, size - len(denominator))) - np.pad(fails, (0, size - len(fails)))
        x, y, z = parts.factors[:, link]
        left = np.array([plain + kappa * weighted, x * weighted, y * weighted, z * (plain + mu * weighted)]) / 2
        if self.distillation.twirl:
            left[1:] = left[1:].mean(axis=0)
        points = _FEWEST_POINTS
        while True:
            found = np.array([kernels.series(np.convolve(begun, each), renewed, points + 1)[1:] for each in left])
            last, before = found[0, -1], found[0, -2]
            if last == 0 or (last < before and last**2 / (before - last) < tail):  # a geometric tail from here on
                return found
            points *= 2
            if points > _MOST_POINTS:
                raise Refused(f"links must be done within {_MOST_POINTS} attempts, all but certainly, for exact means")

    def _success(self, parts: "_Parts") -> Floats:
        p = self.success_probability
        q, r = 1 - p, np.exp(-self.cycle_time_s * parts.both_hz)
        if self.distillation.channels == "parallel":
            weight = p * (1 + q * r) / ((1 + q) * (1 - q * r))
        else:
            weight = p * r / (1 - q * r)
        return (1 + parts.kappa * weight) / 2

    def _parts(self, decay_hz: Floats) -> "_Parts":
        distillation = self.distillation
        gates, mu = distillation.gate_quality**2, (1 - 2 * distillation.readout_error) ** 2
        x, y, z = self.correlators()
        both_hz = decay_hz[:-1] + decay_hz[1:]
        confirm_s = self.message_time_s * distillation.confirm
        kept = gates * np.exp(-confirm_s * both_hz)
        return _Parts(
            kappa=gates * mu * z**2,
            mu=mu,
            both_hz=both_hz,
            confirm_s=confirm_s,
            factors=kept * np.array([x**2 + mu * y**2, (1 + mu) * x * y, z]),
        )


@frozen
class _Parts:
    """kappa, mu, the decay of a pair stored at both ends, the time to confirm, and x, y and z over r^d and the norm."""

    kappa: Floats
    mu: float
    both_hz: Floats
    confirm_s: Floats
    factors: Floats


def b_step(correlators: ArrayLike) -> tuple[Floats, Floats]:
    """Two-way post-processing of delivered pairs, without memories: probability of success, and correlators after it.

    Both sides announce the parity of their outcomes in Z of two pairs, and keep one of the two where it agrees
    (Gottesman and Lo 2003). correlators: x, y and z, averages over what is delivered, shape (3, ...).
    Raises Refused for other shapes, and for numbers outside [-1, 1].
    """
    given = checks.real("correlators", correlators, _CORRELATOR)
    if not given.ndim or len(given) != 3:
        raise Refused(f"correlators must be three, x, y and z, along the first axis, but have the shape {given.shape}")
    chance, after = Distillation().round(given, given)
    return chance[()], after
