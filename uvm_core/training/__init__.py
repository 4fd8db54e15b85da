"""How the experts learn: generators of data whose every sample is checked, the training itself, and its scores."""
