"""Ask genesis_obj to display itself, with pyzmq and ormsgpack alone.

    python examples/display_yourself.py [ENDPOINT]

The endpoint is read from the image's directory if it is not given: BATOS_IMAGE, or the default place. The first time
nobody understands the message: the answer is "dispatched" and a method is written. Once it is approved, the same
message answers with a text.
"""

import json
import os
import pathlib
import sys

import ormsgpack
import zmq

MESSAGE = {
    "command": "dispatch_message",
    "target_oid": "genesis_obj",
    "message_name": "display_yourself",
    "args": [],
    "kwargs": {},
}
WAIT = 60_000  # milliseconds


def find_endpoint() -> str:
    if len(sys.argv) > 1:
        return sys.argv[1]
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    image = pathlib.Path(os.environ.get("BATOS_IMAGE") or os.path.join(data, "batos", "image"))
    try:
        return (image / "endpoint").read_text(encoding="utf-8").strip()
    except OSError:
        sys.exit(f"No UVM serves the image {image}. Start one with: batos --image {image} serve")


def main() -> int:
    endpoint = find_endpoint()
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(endpoint)
        socket.send(ormsgpack.packb(MESSAGE))
        if not socket.poll(WAIT):
            sys.exit(f"Nobody answered at {endpoint} within {WAIT // 1000} seconds.")
        reply = ormsgpack.unpackb(socket.recv_multipart()[-1])
    sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
    return 0 if reply.get("status") in ("ok", "dispatched") else 1


if __name__ == "__main__":
    sys.exit(main())
