"""The front door: joins the image's UVM or starts one, and opens the world. The same as the command `batos`."""

import sys

from uvm_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
