"""A web process has imported no task until its first request; its first requests may come together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
import threading
import django

django.setup()

from faredown.lib import background

started, found = threading.Barrier(8), []


def defer():
    started.wait()
    found.append(background._registered("accounts.prune_tokens").name)


threads = [threading.Thread(target=defer) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found))
"""


def test_the_first_requests_of_a_process_all_find_their_task() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "8", done.stderr
