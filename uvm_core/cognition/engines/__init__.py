"""Whoever continues a conversation: engines behind one interface, and what runs inside them."""
