"""What genesis puts into a new image, and the primitives its objects answer with."""
