"""The room of thought: engines that run a language model, what constrains them, and how they are asked.

Nothing here knows the image: requests are plain data, model files are plain paths.
"""
