"""How something is asked: prompts, requests, exemplars, and the authors that use them."""
