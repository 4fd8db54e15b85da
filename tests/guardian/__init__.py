"""The guardian: audit, covenant, repair, trial."""
