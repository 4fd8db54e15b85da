"""The only Kivy code: the window, one batch renderer, the label atlas and the overlay editor."""
