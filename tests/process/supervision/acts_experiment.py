"""The experiment of these tests: what it does is its configuration. Copied into each project."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pydantic

import athanor


class Act(pydantic.BaseModel):
    action: str = "finish"
    options: dict[str, Any] = {}


@athanor.experiment(description="Does what its configuration says")
def act(ctx: athanor.RunContext, config: Act) -> Any:
    return globals()[config.action](ctx, **config.options)


def finish(ctx):
    ctx.log("info", "done")


def count(ctx, note, total=20_000, pause_s=0.004):
    """Numbered events; each number is noted elsewhere once its call has returned.

    The last quarter comes when a file appears.
    """
    noted = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    Path(f"{note}.pid").write_text(str(os.getpid()))
    for number in range(total):
        if number % 100 == 50:
            ctx.result(f"number_{number}", number)
        else:
            ctx.log("info", str(number))
        if number % 50 == 0:
            ctx.progress(number, total)
        os.write(noted, b"%d\n" % number)
        if number % 100 == 0:
            time.sleep(pause_s)
        while number == total * 3 // 4 and not Path(f"{note}.go").exists():
            time.sleep(0.005)
    ctx.complete()


def insist(ctx, note, go, size=100, step_s=0.001):
    """Numbered lines until a file appears; notes which were refused, and why.

    Every tenth is a result of 40 times the size: more than a disk that is nearly full can take.
    """
    from athanor.errors import JournalError

    returned = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    refused = os.open(f"{note}.refused", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = 0
    while not Path(go).exists():
        try:
            if number % 10 == 0:
                ctx.result(f"number_{number}", [number, "x" * 40 * size])
            else:
                ctx.log("info", str(number), {"filler": "x" * size})
            os.write(returned, b"%d\n" % number)
        except JournalError as error:
            os.write(refused, f"{number} {error}\n".encode())
            time.sleep(0.01)
        number += 1
        time.sleep(step_s)
    ctx.complete()


def end_on_a_full_disk(ctx, note, go, how):
    """Says as much as the disk takes; then it is done."""
    from athanor.errors import JournalError

    until_file(ctx, go)
    try:
        while True:
            ctx.log("info", "x" * 1000)
    except JournalError:
        Path(note).touch()
    if how == "complete":
        ctx.complete()
    return {"accuracy": 0.9, "curve": list(range(10_000))}


def print_for_ever(ctx, note):
    """Says who it is, then prints."""
    Path(note).write_text(str(os.getpid()))
    while True:
        print("x" * 1000)
        time.sleep(0.005)  # else it would fill the disk by itself


def until_file(ctx, path, step_s=0.005):
    """Works until a file appears; does not look at the cancel flag."""
    ctx.log("info", "waiting")
    while not Path(path).exists():
        time.sleep(step_s)


def step_by_step(ctx, note):
    """Three lines; before the second and the third it waits for a file each."""
    for step in (1, 2):
        ctx.log("info", f"step {step}")
        while not Path(f"{note}.{step}").exists():
            time.sleep(0.005)
    ctx.log("info", "step 3")


def until_cancelled(ctx):
    ctx.log("info", "waiting")
    while True:
        ctx.raise_if_cancelled()
        time.sleep(0.005)


def hide(ctx, note, daemon=False):
    """Leaves children that are hard to get rid of, and waits for ever."""
    stubborn = "trap '' TERM HUP INT; echo $$ >> \"$0\"; while :; do sleep 1000; done"
    for _ in range(3):
        subprocess.Popen(["setsid", "sh", "-c", stubborn, note])
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with open(note, "a") as file:
            file.write(f"{os.getpid()}\n")
        while True:
            time.sleep(1000)
    until_file(ctx, "/nonexistent")


def end_group(ctx):
    """Ends the children of its process group, as shell scripts do, and goes on."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(["sleep", "1000"])
    os.killpg(0, signal.SIGTERM)
    child.wait()
    time.sleep(0.5)
    ctx.log("info", "went on")


def variable(ctx, name):
    """What stands in its environment."""
    ctx.result(name, os.environ.get(name))


def grow(ctx, megabytes, path, children=0, step=20):
    """Takes memory step by step, then forks children that share it; works until a file appears."""
    print("growing", file=sys.stderr)
    held = [bytearray(os.urandom(1 << 20) * step) for _ in range(megabytes // step)]
    for _ in range(children):
        if os.fork() == 0:
            time.sleep(1000)
    ctx.result("held", sum(map(len, held)))
    until_file(ctx, path)


def vanish(ctx, note):
    """Leaves a process that has nothing of its run: no session, environment or descriptors."""
    if os.fork() == 0:
        os.setsid()
        os.chdir("/")
        os.closerange(0, 1000)
        child = os.fork()
        if child == 0:
            os.execve("/bin/sleep", ["sleep", "1000"], {})
        Path(note).write_text(str(child))
        os._exit(0)
    os.wait()
    until_file(ctx, "/nonexistent")


def run_out(ctx, group):
    """Dies as if the kernel had ended it for want of memory, and noted that in its group."""
    Path(group, "memory.events").write_text("oom_kill 1\n")
    os.kill(os.getpid(), signal.SIGKILL)


def spin(ctx, seconds, path):
    """Uses a core for a while, in a child, then works until a file appears."""
    busy = "import time\nwhile time.process_time() < float(__import__('sys').argv[1]): pass"
    subprocess.run([sys.executable, "-c", busy, str(seconds)], check=True)
    until_file(ctx, path)


def clock(ctx):
    """What local time it is here, as seconds east of UTC."""
    ctx.result("offset_s", time.localtime().tm_gmtoff)


def chatter(ctx, lines):
    for number in range(lines):
        ctx.log("info", f"{number} {'x' * 60}")


def stop_runner(ctx):
    """Puts its own runner to sleep, as a debugger or a full disk might."""
    os.kill(os.getppid(), signal.SIGSTOP)
    until_file(ctx, "/nonexistent")


def flood(ctx, seconds):
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        ctx.log("info", "x" * 20)


def crash(ctx, how="segfault"):
    ctx.log("info", "about to crash")
    if how == "exit":
        os._exit(7)
    ctypes.string_at(0)


def tick(ctx, times, every_s=0.05):
    for number in range(times):
        ctx.log("info", f"tick {number}")
        time.sleep(every_s)


def corrupt(ctx, note):
    """Good lines around bytes that are no line, written by somebody else to the journal."""
    ctx.log("info", "before")
    journal = Path(ctx._directory.journal)
    with journal.open("ab") as file:
        file.write(b'\n{"t":"log","ts":1,"lev\n\xff\xfe garbage\n{"t":"nonsense"}\n')
    ctx.log("info", "between")
    until_file(ctx, note)
    ctx.result("after", 1)


def meddle(ctx, how, note):
    """Speaks, lets somebody meddle with its journal, speaks again and completes."""
    for number in range(100):
        ctx.log("info", f"before {number}")
    until_file(ctx, f"{note}.stored")
    journal = Path(ctx._directory.journal)
    match how:
        case "binary":
            with journal.open("ab") as file:
                file.write(
                    os.urandom(1 << 20).replace(b"\n", b"\0") + b"\n" + bytes(range(256)) * 64
                )
        case "empty":
            os.truncate(journal, 0)
        case "half":
            os.truncate(journal, journal.stat().st_size // 2)
    ctx.log("info", "after")
    ctx.complete()


def large(ctx):
    """What no screen can show: 50 MB of text, 5 MB in one line, 100,000 nodes."""
    ctx.log("info", "x" * 5_000_000)
    ctx.result("text", "y" * 50_000_000)
    ctx.result(
        "nodes", {f"group {n}": {f"key {k}": [n, k] for k in range(100)} for n in range(333)}
    )
    ctx.log("info", "done")


def spoil(ctx, what, note):
    """Damages a file of its own run, then works on until a file appears."""
    spoiled = Path(ctx._directory.path) / what
    ctx.log("info", "spoiling")
    time.sleep(0.05)
    spoiled.unlink()
    spoiled.mkdir()
    Path(f"{note}.spoiled").touch()
    until_file(ctx, note)


def seen(ctx):
    """What an experiment sees of its run, as a result."""
    ctx.result(
        "seen",
        {
            "run": ctx.run.id,
            "status": ctx.run.status,
            "instance": ctx.instance.name,
            "configuration": ctx.configuration,
            "module": ctx.experiment_module,
        },
    )


def say(ctx, how):
    """Ends as told."""
    match how:
        case "fail":
            ctx.fail("API quota exceeded")
        case "raise":
            raise ValueError("bad thing")
        case "exit":
            sys.exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "complete then raise":
            ctx.complete()
            raise ValueError("too late")
