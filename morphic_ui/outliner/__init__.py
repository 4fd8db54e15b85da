"""Outliners: an object opened as rows of slots that can be edited, sent and followed."""
