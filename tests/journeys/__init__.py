"""Journeys: what a newcomer does, over the network, against everything that `laurel up` starts."""
