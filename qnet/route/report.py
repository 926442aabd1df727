"""All that a network designer asks of a route, computed at once, and as text and CSV."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qnet import checks
from qnet.chain import Bottlenecks, Comparison, Links, Nodes, SwapAsap, bottlenecks, compare
from qnet.chain.nodes import NODES
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.route.choice import Choice, choose
from qnet.route.links import DIRECT
from qnet.route.path import Route, Technology
from qnet.route.sensitivity import Sensitivity, sensitivity

_WORTH = 0.005  # of the key rate: what a change must gain to be advised


@dataclass(frozen=True)
class Report:
    """A chain on a route. nodes: indices of the sites that hold a node, ends included.

    comparison: the chain and the evenly spaced one with as many links on fibre of the same length and loss.
    choice: the best subset of sites, where it was asked for. reach_km, less_db: of `changes`, see `sensitivity`.
    """

    route: Route
    nodes: tuple[int, ...]
    links: Links
    comparison: Comparison
    waiting: Bottlenecks
    changes: Sensitivity
    choice: Choice | None
    attenuation_db_per_km: float
    reach_km: float
    less_db: float


def report(
    route: Route,
    repeaters: str | Iterable[str] = "all",
    technology: Technology = DIRECT,
    nodes: Nodes = NODES,
    protocol: SwapAsap = SwapAsap(),  # noqa: B008  a frozen record
    *,
    reach_km: float = 10.0,
    less_db: float = 1.0,
    deliveries: int = 200_000,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Key rate, comparison with the evenly spaced chain, bottlenecks and what to change. Ours.

    repeaters: as in `Route.chain`, or "best": those that `choose` finds among all sites. progress: is told what comes.
    Raises Refused as `choose`, `sensitivity`, `bottlenecks` and `compare` do.
    """
    checks.instance("route", route, Route)
    choice = None
    if repeaters == "best":
        progress("choosing sites")
        choice = choose(route, technology, nodes, protocol, deliveries=deliveries, seed=seed)
        repeaters = choice.repeaters
    elif not isinstance(repeaters, str):
        repeaters = list(repeaters)
    inner = route.chosen(repeaters)
    links = route.chain(repeaters, technology)
    progress("key rate")
    comparison = compare(
        [links, route.even_chain(len(links), technology)],
        nodes,
        protocol,
        deliveries=deliveries,
        seed=seed,
    )
    progress("bottlenecks")
    waiting = bottlenecks(links, nodes, protocol, deliveries=deliveries, seed=seed)
    progress("what to change")
    changes = sensitivity(
        route,
        repeaters,
        technology,
        nodes,
        protocol,
        reach_km=reach_km,
        less_db=less_db,
        deliveries=deliveries,
        seed=seed,
    )
    return Report(
        route=route,
        nodes=(0, *inner, len(route.sites) - 1),
        links=links,
        comparison=comparison,
        waiting=waiting,
        changes=changes,
        choice=choice,
        attenuation_db_per_km=technology.fibre.attenuation_db_per_km,
        reach_km=reach_km,
        less_db=less_db,
    )


def as_text(found: Report) -> str:
    """Tables of links and repeaters, the key rate, the evenly spaced chain's, the bottleneck and what to change."""
    route, places = found.route, found.route.positions_km()
    names = [route.sites[i].name for i in found.nodes]
    length = np.diff(places[list(found.nodes)])
    loss = np.diff(route.loss_db(places[list(found.nodes)], found.attenuation_db_per_km))
    estimated = [
        any(span.estimated for span in route.spans[a:b]) for a, b in zip(found.nodes[:-1], found.nodes[1:], strict=True)
    ]
    wide = max(len(f"{a} - {b}") for a, b in pairwise(names))
    lines = [f"{'link':{wide}}  {'km':>8} {'dB':>6} {'success':>9} {'waited for':>16}"]
    for i in range(len(length)):
        km = f"{'~' if estimated[i] else ''}{length[i]:.1f}"
        share = f"{100 * found.waiting.share[i]:.2f} +- {100 * found.waiting.share_se[i]:.2f} %"
        pair = f"{names[i]} - {names[i + 1]}"
        lines.append(f"{pair:{wide}}  {km:>8} {loss[i]:6.2f} {found.links.success_probability[i]:9.2e} {share:>16}")
    if any(estimated):
        lines.append("~ estimated from coordinates by the route factor")
    changes = found.changes
    if changes.repeaters and not changes.undefined:
        wide = max(len("repeater"), *(len(name) for name in changes.repeaters))
        lines += ["", f"{'repeater':{wide}}  {'best move':>10} {'gain':>18} {'gain if left out':>18}"]
        for i, name in enumerate(changes.repeaters):
            move = f"{changes.moved_km[i]:+.1f} km" if changes.moved_km[i] else "none"
            gain = _percent(changes.move_gain[i], changes.move_gain_se[i]) if changes.moved_km[i] else ""
            out = _percent(changes.removal_gain[i], changes.removal_gain_se[i])
            lines.append(f"{name:{wide}}  {move:>10} {gain:>18} {out:>18}")
    return "\n".join([*lines, "", *_said(found), ""])


def _said(found: Report) -> list[str]:
    """The answers in sentences."""
    ours, even = found.comparison.performances
    kilometres = found.route.length_km()
    said = []
    if found.choice is not None:
        chosen = ", ".join(found.choice.repeaters) or "none"
        said.append(f"Best repeaters found among {len(found.route.sites) - 2} sites: {chosen}.")
    if ours.key_rate_one_sided:
        said.append(
            f"Key rate over {kilometres:.0f} km: none, since the error rate of {ours.qber:.4f} is above 0.1100; a "
            f"state arrives every {ours.duration_s:.4g} +- {ours.duration_s_se:.2g} s."
        )
    else:
        said.append(
            f"Key rate over {kilometres:.0f} km: {ours.key_rate_hz:.4g} +- {ours.key_rate_hz_se:.2g} bit/s, a state "
            f"every {ours.duration_s:.4g} +- {ours.duration_s_se:.2g} s with an error rate of {ours.qber:.4f} +- "
            f"{ours.qber_se:.1g}."
        )
    evenly = "none" if even.key_rate_one_sided else f"{even.key_rate_hz:.4g} +- {even.key_rate_hz_se:.2g} bit/s"
    sentence = f"Evenly spaced with as many links, length and loss: {evenly}"
    if not ours.key_rate_one_sided and not even.key_rate_one_sided:
        ratio, error = found.comparison.key_rate_ratio[1], found.comparison.key_rate_ratio_se[1]
        sentence += f", {ratio:.4g} +- {error:.2g} times as much"
    said.append(sentence + ".")
    slowest = int(np.argmax(found.waiting.share))
    names = [found.route.sites[i].name for i in found.nodes]
    said.append(
        f"Bottleneck: {names[slowest]} - {names[slowest + 1]}, waited for during "
        f"{100 * found.waiting.share[slowest]:.2f} +- {100 * found.waiting.share_se[slowest]:.2f} % of the time."
    )
    if found.waiting.message_share > 0:
        said.append(f"Messages take {100 * found.waiting.message_share:.1f} % of the time.")
    return [*said, *_advice(found)]


def _advice(found: Report) -> list[str]:
    changes = found.changes
    if changes.undefined:
        other = "" if found.choice else "; --repeaters best looks for a subset of sites that has one"
        return [f"There is no key whose gain could be told{other}."]
    options = []
    for i, name in enumerate(changes.repeaters):
        if changes.moved_km[i]:
            way = "right" if changes.moved_km[i] > 0 else "left"
            options.append(
                (
                    changes.move_gain[i],
                    changes.move_gain_se[i],
                    f"moving {name} by {abs(changes.moved_km[i]):g} km to the {way}",
                )
            )
        options.append((changes.removal_gain[i], changes.removal_gain_se[i], f"leaving out {name}"))
    for i, name in enumerate(changes.spans):
        options.append((changes.span_gain[i], changes.span_gain_se[i], f"{found.less_db:g} dB less loss in {name}"))
    worth = sorted((one for one in options if one[0] > _WORTH and one[0] > 3 * one[1]), reverse=True)[:3]
    if not worth:
        return [f"No single change gains more than {100 * _WORTH:g} %."]
    return ["What would help most, one at a time: " + "; ".join(
        f"{what} ({_percent(gain, error)})" for gain, error, what in worth) + "."]  # fmt: skip


def as_csv(found: Report) -> str:
    """A row per node and per link, from left to right."""
    route, places = found.route, found.route.positions_km()
    loss = route.loss_db(places, found.attenuation_db_per_km)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        [
            *("kind", "name", "position_km", "length_km", "loss_db", "estimated", "success_probability"),
            *("share", "share_se", "moved_km", "move_gain", "move_gain_se", "removal_gain", "removal_gain_se"),
        ]
    )
    changes = found.changes
    for i, here in enumerate(found.nodes):
        gains: list[object] = [""] * 5
        if 0 < i < len(found.nodes) - 1:
            columns = (
                changes.moved_km, changes.move_gain, changes.move_gain_se, changes.removal_gain, changes.removal_gain_se
            )  # fmt: skip
            gains = [_short(column[i - 1]) for column in columns]
        table.writerow(["node", route.sites[here].name, _short(places[here]), *[""] * 6, *gains])
        if i < len(found.links):
            there = found.nodes[i + 1]
            table.writerow([
                "link", f"{route.sites[here].name} - {route.sites[there].name}", "",
                _short(places[there] - places[here]), _short(loss[there] - loss[here]),
                str(any(span.estimated for span in route.spans[here:there])).lower(),
                _short(found.links.success_probability[i]), _short(found.waiting.share[i]),
                _short(found.waiting.share_se[i]), *[""] * 5,
            ])  # fmt: skip
    return out.getvalue()


def _short(value: Floats) -> str:
    return f"{float(value):.6g}"


def _percent(gain: float, error: float) -> str:
    return f"{100 * gain:+.2f} +- {100 * error:.2f} %"


def parse_repeaters(text: str) -> str | list[str]:
    """What a command line says: all, best, none, or names between commas (semicolons where names hold commas)."""
    if text in ("all", "best"):
        return text
    if text == "none":
        return []
    names = [name.strip() for name in text.split(";" if ";" in text else ",")]
    if not all(names):
        raise Refused(f"repeaters must be all, best, none or names between commas, but is {text!r}")
    return names
