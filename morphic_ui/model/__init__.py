"""The world's model: plain Python and numpy, without a window, so that all of it is tested headless."""
