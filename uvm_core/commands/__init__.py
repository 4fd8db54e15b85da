"""The commands of `batos`, by subject. Each module has `add(commands)`, which adds its parsers to the command line."""
