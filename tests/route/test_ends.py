"""Chains with short ends: their lengths, and what these gain against the event simulator."""

import numpy as np
import pytest

from qnet import chain, route
from qnet.errors import Refused


def test_lengths():
    ends = route.ShortEnds(links=5, length_km=250.0, shorter_km=6.0, messages=False)
    np.testing.assert_allclose(ends.link_lengths_km(), [44, 54, 54, 54, 44])


def test_short_ends_shorten_the_wait_for_messages_against_the_event_simulator():
    """Mean times between deliveries of 12 links, ends 5 km shorter than 50 km, within 4.5 standard errors."""
    ends = route.ShortEnds(links=12, length_km=600.0, shorter_km=5.0, messages=True)
    protocol, ratio = chain.SwapAsap(messages=True), []
    for lengths in (np.full(12, 50.0), ends.link_lengths_km()):
        links = chain.fibre_links(link_lengths_km=lengths)
        events = chain.simulate_events(links, protocol=protocol, deliveries=2_100, seed=3)
        blocks = np.diff(events.delivered_s)[99:].reshape(20, -1).mean(axis=1)
        fast = chain.sample(links, protocol=protocol, deliveries=100_000, seed=1)
        error = np.hypot(fast.duration_s_se, blocks.std(ddof=1) / np.sqrt(20))
        assert abs(fast.duration_s - blocks.mean()) < 4.5 * error
        ratio.append(fast.duration_s)
    assert ratio[1] < ratio[0]


def test_the_gain_is_that_of_separate_samples():
    ends = route.ShortEnds(links=20, length_km=1000.0, shorter_km=12.0, messages=True)
    found = route.short_ends(ends, deliveries=50_000, seed=1)
    even, short = (
        chain.sample(chain.fibre_links(link_lengths_km=each), protocol=chain.SwapAsap(messages=True), deliveries=50_000, seed=2)
        for each in (np.full(20, 50.0), ends.link_lengths_km())
    )  # fmt: skip
    separate = short.key_rate_hz / even.key_rate_hz - 1
    error = (1 + separate) * np.hypot(short.key_rate_hz_se / short.key_rate_hz, even.key_rate_hz_se / even.key_rate_hz)
    assert abs(found.key_rate_gain - separate) < 4.5 * np.hypot(error, found.key_rate_gain_se)
    assert found.key_rate_gain > 0.3


@pytest.mark.parametrize(("given", "said"), [
    ({"links": 2}, "links must lie in 3 to 1000000, but is 2"),
    ({"shorter_km": 50.0}, "shorter_km must be less than an even link of 50 km, but is 50.0"),
    ({"shorter_km": -1.0}, "shorter_km must be finite and not negative"),
])  # fmt: skip
def test_what_is_wrong_is_said(given, said):
    with pytest.raises(Refused, match=said):
        route.ShortEnds(**{"links": 20, "length_km": 1000.0, "shorter_km": 2.0, "messages": False} | given)
