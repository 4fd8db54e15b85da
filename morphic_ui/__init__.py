"""The world: a living desktop in which every object of an image is a thing people can touch."""
