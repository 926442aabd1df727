"""What the nodes of a chain do: one file for each protocol, with its conventions, its kernel and its exact means."""
