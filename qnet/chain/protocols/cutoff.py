"""Repeaters that throw away what was stored too long: longer waits for better states.

Discards are known everywhere at once and take no time; a discard drops the whole pair, all elementary states joined in
it, and frees the memories at its ends. At equal times successes come first: a state exactly as old as the cut-off may
still be used. Two times are the same if they differ by less than 1e-9 of the shortest attempt.

`GlobalCutoff`: rounds are alike and independent, so T = E[min(D, M + t)] / P(D - M <= t), where M and D are when the
first and the last link of a round would be done, and states are those of the rounds with D - M <= t.

`LocalCutoff`: no recursion from delivery to delivery is known, but a round can be mended: draw when all its links are
done; find the repeater that gives up first; make the links of the pair that it drops anew, from when their memories
were free; until none gives up.
"""

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qnet import checks
from qnet.chain.kernels import attempts, forget, generated, lose, mixed, nothing_lost, uniform, waited, words
from qnet.chain.links import Links, attempts_per_log2
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.protocols.protocol import MEASURE, RESTART, Exact, Protocol, counted, delivered, refuse_distilled
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.kernels import kernel
from qnet.records import Quantity

CUTOFF = Quantity("s", "for how long a state may be stored", checks.POSITIVE_TO_1E30)
SAME = 1e-9  # of the shortest attempt
MOST_DISCARDS = 1e4  # per delivery
_TRIAL_CHAINS, _TRIAL_ROUNDS = 256, 512  # in which a round that succeeds once in 1e4 does so 13 times


@frozen(kw_only=True, eq=False)
class GlobalCutoff(Protocol):
    """All links start again when some state has waited for the last one for too long, and at each delivery.

    Links attempt back to back and hold their states, repeaters swap as soon as they can, as in `SwapAsap`.

    cutoff_s: when so much time has passed since the first success of a round, and the state is not complete, everything
    is thrown away. measure: "on_knowledge": an end node stores its qubit until the state is delivered. "at_once": not
    at all, it measures when its link is done, and the outcome is dropped with the rest.

    Raises Refused for anything else, and where more than 1e4 rounds are thrown away per delivery.
    """

    jumps = True
    cutoff_s: float = field(metadata={"quantity": CUTOFF})
    measure: str = field(default="on_knowledge", metadata={"quantity": MEASURE})

    def warm_up_rounds(self, links: Links) -> int:
        return 0

    def rounds_per_delivery(self, links: Links) -> float:
        """From a trial of its own, to a few per cent where most rounds fail."""
        state = np.random.SeedSequence(0).generate_state(4 * _TRIAL_CHAINS, np.uint64).reshape(4, -1)
        delivered = self.sums(state, links, NODES, 0, _TRIAL_ROUNDS)[0].sum()
        rounds = _TRIAL_CHAINS * _TRIAL_ROUNDS
        if delivered * (1 + MOST_DISCARDS) < rounds:
            raise Refused(
                f"cutoff_s must let one round in {MOST_DISCARDS:g} or more succeed, but {self.cutoff_s!r} lets about "
                f"{delivered:.0f} of {rounds}"
            )
        return float(rounds / delivered)

    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        return global_sums(state, links, nodes, np.array([self.cutoff_s]), self.measure, rounds)[0]

    def exact(self, links: Links, nodes: Nodes) -> Exact:
        """For one repeater between links that are alike, and nodes that are: a geometric race with a time limit t.

        The second link comes d attempts of time T after the first with p / (2 - p) for d = 0, else 2 p q^d / (2 - p),
        q = 1 - p. With g = floor(t / T), y what the time of an attempt leaves, and P = 1 - 2 q^(g+1) / (2 - p), means
        are (T / (p (2 - p)) + E[min(d T, t)]) / P and p / (2 - p) (1 + 2 sum of (q y)^d for d = 1 to g) / P.
        Raises Refused for anything else.
        """
        refuse_distilled(links, "exact means with a cut-off")
        if len(links) == 1:
            return delivered(links.cycle_time_s[0] / links.success_probability[0], 1.0, links, nodes)
        decay = nodes.decay_hz(len(links))
        cycle, p = links.cycle_time_s, links.success_probability
        if len(links) != 2 or cycle[0] != cycle[1] or p[0] != p[1] or decay[0] != decay[2]:
            raise Refused(f"links must be two that are alike to have exact means with a cut-off, but are {len(links)}")
        time, chance = float(cycle[0]), float(p[0])
        kept = np.exp(-time * (decay[1] + (decay[0] if self.measure == "on_knowledge" else 0.0)))
        q, g = 1 - chance, np.floor(self.cutoff_s / time + SAME)
        success = 1 - 2 * q ** (g + 1) / (2 - chance)
        waits = time * q * (1 - (1 + g * chance) * q**g) / chance + self.cutoff_s * q ** (g + 1)
        duration = (time / (chance * (2 - chance)) + 2 / (2 - chance) * waits) / success
        tail = g if q * kept == 1 else (1 - (q * kept) ** g) / (1 - q * kept)
        return delivered(duration, chance / ((2 - chance) * success) * (1 + 2 * q * kept * tail), links, nodes)


def global_sums(state: NDArray, links: Links, nodes: Nodes, cutoffs_s: Floats, measure: str, rounds: int) -> Floats:
    """What `Protocol.sums` gives, for each of many cut-offs from the same rounds: (cut-offs, 2 + links.rows, chains).

    cutoffs_s: ascending.
    """
    decay_hz = nodes.decay_hz(len(links))
    same_s = SAME * links.cycle_time_s.min()
    law, kept, ends_store = links.law(decay_hz), links.kept(state.shape[1]), measure == "on_knowledge"
    found, first_s = run_global(state, law, kept, decay_hz, cutoffs_s + same_s, ends_store, rounds)
    sums = np.cumsum(found, axis=0)[:-1]
    sums[:, 1] += np.cumsum(first_s[::-1], axis=0)[-2::-1] + (rounds - sums[:, 0]) * cutoffs_s[:, None]
    return sums


@kernel(nogil=True, error_model="numpy")
def run_global(state, law, kept, decay_hz, limits_s, ends_store, rounds):
    """Rounds sorted by the shortest cut-off with which they deliver, the last place for those that no cut-off lets.

    Sums over `rounds` rounds: of number, time, and what is lost of correlators, see `kernels.lose`, shape
    (cut-offs + 1, 3 or 5, chains); and of the time of the first success, shape (cut-offs + 1, chains).
    state: (4, chains), generators of the chains, moved on. law: (links, columns), and kept: None or (3, chains), see
    `kernels`. decay_hz: (links + 1,), of each node's memories. limits_s: the cut-offs, ascending. ends_store: whether
    end nodes store until they know.
    """
    links, chains = law.shape[0], state.shape[1]
    buffers, bits, rows = np.empty((3, chains)), np.empty(chains, np.uint64), 1 if kept is None else 3
    spent, stored, lost = np.empty((links, chains)), np.empty(chains), np.empty((rows, chains))
    first, last = np.empty(chains), np.empty(chains)
    sums = np.zeros((limits_s.size + 1, 2 + rows, chains))
    first_s = np.zeros((limits_s.size + 1, chains))
    for _ in range(rounds):
        for j in range(chains):
            first[j] = np.inf
            last[j] = stored[j] = 0.0
        nothing_lost(kept)
        for i in range(links):
            generated(state, law, i, spent[i], kept, buffers, bits)
            for j in range(chains):
                first[j] = min(first[j], spent[i, j])
                last[j] = max(last[j], spent[i, j])
            if i > 0:
                waited(spent[i], spent[i - 1], decay_hz[i], stored)
        if ends_store:
            waited(last, spent[0], decay_hz[0], stored)
            waited(last, spent[links - 1], decay_hz[links], stored)
        for c in range(rows):
            for j in range(chains):
                lost[c, j] = 0.0
        lose(stored, kept, buffers[0], lost)
        for j in range(chains):
            place = np.searchsorted(limits_s, last[j] - first[j])
            sums[place, 0, j] += 1.0
            sums[place, 1, j] += last[j]
            for c in range(rows):
                sums[place, 2 + c, j] += lost[c, j]
            first_s[place, j] += first[j]
    return sums, first_s


@frozen(kw_only=True, eq=False)
class LocalCutoff(Protocol):
    """A repeater drops a pair once it has stored its own half of it for too long; nobody else is disturbed.

    Links attempt back to back whenever both their memories are free, as `restart` lets them, and hold their states;
    repeaters swap as soon as they can. End nodes drop nothing.

    cutoff_s: for how long a repeater stores half of a pair before it drops the pair. The links whose states were joined
    in it make new ones: those at its ends from then on, those between their swaps with `restart` as_soon_as_free since
    they were free, which is since they swapped.
    restart: "as_soon_as_free": a link attempts whenever both its memories are free. "restart_together": links start on
    the next state when one is delivered. measure: as in `GlobalCutoff`.

    Raises Refused for anything else, and where more than 1e4 pairs are dropped per delivery.
    """

    jumps = True
    cutoff_s: float = field(metadata={"quantity": CUTOFF})
    restart: str = field(default="as_soon_as_free", metadata={"quantity": RESTART})
    measure: str = field(default="on_knowledge", metadata={"quantity": MEASURE})

    def warm_up_rounds(self, links: Links) -> int:
        """As without a cut-off: a delivery decides the next start, and news of it spreads a link per round."""
        return 0 if self.restart == "restart_together" else 20 + 3 * len(links)

    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        refuse_distilled(links, "local cut-offs")
        found, dropped = run_local(
            state,
            links.cycle_time_s,
            attempts_per_log2(links.success_probability),
            nodes.decay_hz(len(links)),
            self.cutoff_s,
            SAME * links.cycle_time_s.min(),
            self.measure == "on_knowledge",
            self.restart == "restart_together",
            warm_up,
            rounds,
            MOST_DISCARDS,
        )
        if dropped > MOST_DISCARDS:
            raise Refused(
                f"cutoff_s must drop at most {MOST_DISCARDS:g} pairs per delivery, but {self.cutoff_s!r} drops more"
            )
        return counted(found, rounds)

    def exact(self, links: Links, nodes: Nodes) -> Exact:
        raise Refused("protocol must have exact means, but none are known of local cut-offs; sample them")


@kernel(nogil=True, error_model="numpy")
def run_local(
    state, cycle_s, attempts_per_log2, decay_hz, cutoff_s, same_s, ends_store, together, warm_up, rounds, most_discards
):
    """(time, 1 - what storage leaves) of each chain, summed, as of `swap_asap.run`; and pairs dropped per delivery.

    Gives up on a chain that drops more than `most_discards` per delivery. same_s: as in `run_global`. In each round a
    chain draws once for each link, and a word; what is made anew takes its numbers from the word, the link, and how
    often it was made, so that chains that differ a little stay close.
    """
    links, chains = cycle_s.size, state.shape[1]
    sums = np.zeros((2, chains))
    spent, stored, lost, word = np.empty(1), np.empty(1), np.empty(1), np.empty(1, np.uint64)
    again = np.empty(links, np.uint64)
    start, done = np.empty(links), np.empty(links)
    worst = 0.0
    for j in range(chains):
        own = state[:, j : j + 1]
        dropped = 0
        for i in range(links):
            start[i] = 0.0
        for k in range(warm_up + rounds):
            words(own, word)
            for i in range(links):
                attempts(own, attempts_per_log2[i], 0.0, cycle_s[i], spent)
                done[i] = start[i] + spent[0]
                again[i] = mixed(word[0] + np.uint64(i))
            while True:
                over = np.inf
                for v in range(1, links):
                    if abs(done[v] - done[v - 1]) > cutoff_s + same_s:
                        expires = min(done[v], done[v - 1]) + cutoff_s
                        if expires < over:
                            over, gives_up = expires, v
                if over == np.inf or dropped > most_discards * (warm_up + rounds):
                    break
                dropped += 1
                from_left = done[gives_up - 1] < done[gives_up]  # on which side the pair is that it drops
                first = last = gives_up - 1 if from_left else gives_up
                while first > 0 and done[first - 1] <= over + same_s and from_left:
                    first -= 1
                while last < links - 1 and done[last + 1] <= over + same_s and not from_left:
                    last += 1
                for i in range(first, last + 1):
                    start[i] = over
                    if first < i < last and not together:
                        start[i] = max(max(done[i - 1], done[i]), done[i + 1])
                for i in range(first, last + 1):
                    again[i] += np.uint64(1)
                    log2 = np.log2(uniform(mixed(again[i])))
                    done[i] = start[i] + (1.0 + np.floor(log2 * attempts_per_log2[i])) * cycle_s[i]
            if dropped > most_discards * (warm_up + rounds):
                return sums, np.inf
            delivered, stored[0], lost[0] = 0.0, 0.0, 0.0
            for i in range(links):
                delivered = max(delivered, done[i])
                if i > 0:
                    stored[0] += abs(done[i] - done[i - 1]) * decay_hz[i]
            if ends_store:
                stored[0] += (delivered - done[0]) * decay_hz[0] + (delivered - done[links - 1]) * decay_hz[links]
            if k >= warm_up:
                forget(stored, lost)
                sums[0, j] += delivered
                sums[1, j] += lost[0]
            for i in range(links):
                start[i] = 0.0
            if not together:
                for i in range(1, links - 1):
                    start[i] = max(max(done[i - 1], done[i]), done[i + 1]) - delivered
        worst = max(worst, dropped / (warm_up + rounds))
    return sums, worst
