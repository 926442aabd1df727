"""What repeaters do: one file per protocol, or per kind of protocols."""

from qnet.chain.protocols.cutoff import GlobalCutoff, LocalCutoff
from qnet.chain.protocols.sequential import Sequential
from qnet.chain.protocols.sequential_cutoff import SequentialCutoff
from qnet.chain.protocols.swap_asap import SwapAsap

AnyProtocol = SwapAsap | Sequential | GlobalCutoff | LocalCutoff | SequentialCutoff
AnyCutoff = LocalCutoff | GlobalCutoff
