"""What everything is measured against: an empty FastAPI route under the same uvicorn, in a process of its own."""

import argparse
import json
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def empty() -> dict[str, str]:
    return {}


def serve(ready_file: Path) -> None:
    """Listen on a free port, say so, and serve until told to end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _announce(ready_file, f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


def _announce(ready_file: Path, url: str) -> None:
    draft = ready_file.with_suffix(".draft")
    draft.write_text(json.dumps({"url": url}), "utf-8")
    draft.replace(ready_file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ready-file", type=Path, required=True)
    serve(parser.parse_args().ready_file)
