"""The living image: open, verify, repair, commit, edits and undo, live messages, the class allow-list."""
