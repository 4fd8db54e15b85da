"""The steward: what is measured, what the audit finds in it, and the missions that come of that."""
