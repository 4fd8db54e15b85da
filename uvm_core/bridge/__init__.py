"""The bridge between the UVM and everything that talks to it.

`values`, `protocol`, `endpoint`, `keys`, `lock`, `control` and `client` are leaves: they import neither the database
nor torch, so that the window and the command line start fast. `server` is used by the UVM alone.
"""
