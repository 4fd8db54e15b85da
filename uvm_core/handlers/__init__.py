"""What the UVM does for each command of the bridge."""
