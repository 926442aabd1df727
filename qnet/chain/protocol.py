"""What the nodes of a SWAP-ASAP chain do when, each convention by name. Avis et al., Secs. III.1 and III.3."""

from dataclasses import dataclass

from qnet import checks
from qnet.errors import Refused

RESTARTS = ("as_soon_as_free", "restart_together")
MEASURES = ("on_knowledge", "at_once")
COHERENCE: checks.Rule = ("must be 1e-30 or more, infinity included", lambda x: x >= 1e-30)


@dataclass(frozen=True)
class Protocol:
    """When links start again, when the end nodes know, and when they measure.

    Always: a link attempts back to back and holds its state from the end of the attempt that succeeds; a repeater
    swaps at the moment at which both its qubits are entangled, which takes no time, never fails and frees both qubits;
    nothing is ever thrown away.

    messages: when does an end node know that end-to-end entanglement is complete? False: at the last swap. True: when
    the outcomes of all swaps have travelled along the fibre to it. With a single link, when that link is done.
    restart: "as_soon_as_free": a link attempts whenever both its qubits are free; an end node's qubit is free again
    when that node knows. "restart_together": all links start anew once both end nodes know.
    measure: "on_knowledge": an end node stores its qubit until it knows. "at_once": it measures as soon as its link is
    done, so nothing is stored there; the qubit is still taken until the node knows, so the schedule is the same.

    Raises Refused for anything else.
    """

    restart: str = "as_soon_as_free"
    messages: bool = False
    measure: str = "on_knowledge"

    def __post_init__(self) -> None:
        for name, allowed in (("restart", RESTARTS), ("measure", MEASURES)):
            object.__setattr__(self, name, checks.option(name, getattr(self, name), allowed))
        if checks.flag("messages", self.messages).shape:
            raise Refused(f"messages must be true or false, but is {checks.shown(self.messages)}")
        object.__setattr__(self, "messages", bool(self.messages))


STANDARD = Protocol()
