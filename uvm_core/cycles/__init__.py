"""Missions, the cycles that work on them, and the proposals that people decide on."""
