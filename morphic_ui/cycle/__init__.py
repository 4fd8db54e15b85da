"""Watching and steering a cognitive cycle: the states' track, the proposal card and its ghost."""
