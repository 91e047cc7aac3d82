"""The experiment of the storm: numbered events from every kind of writer. Copied into its project.

What a writer notes in files of its own is the evidence that the oracle goes by: a number once the
call that said it has returned, who the process is, and how far the experiment has come.
"""

import multiprocessing
import os
import threading
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

import athanor


class Part(BaseModel):
    """What one run does; ``notes`` is a folder outside the data directory."""

    notes: str
    writers: list[Literal["task", "thread", "fork", "nested", "spawn"]]
    events: int
    pause_s: float
    word: Literal["complete", "return"] = "complete"


@athanor.experiment(description="Says numbered events from everywhere")
def scribe(ctx: athanor.RunContext, config: Part) -> None:
    """Every writer but the task's own thread works beside it."""
    folder = Path(config.notes) / ctx.run.id
    folder.mkdir(parents=True, exist_ok=True)
    note_process(folder, "begun")
    others = [beside(ctx, config, folder, kind) for kind in config.writers if kind != "task"]
    for other in others:
        other.start()
    write(ctx, config, folder, "task")
    for other in others:
        other.join()
    note(folder, "leaving", b"x\n")
    if config.word == "complete":
        ctx.complete()
        note(folder, "completed", b"x\n")


def beside(ctx, config, folder, kind):
    """A thread, a forked or spawned process, or a forked one with a forked child of its own."""
    if kind == "thread":
        return threading.Thread(target=write, args=(ctx, config, folder, kind))
    context = multiprocessing.get_context("spawn" if kind == "spawn" else "fork")
    target = write_with_child if kind == "nested" else write
    return context.Process(target=target, args=(ctx, config, folder, kind))  # type: ignore[attr-defined]


def write_with_child(ctx, config, folder, kind):
    context = multiprocessing.get_context("fork")
    child = context.Process(target=write, args=(ctx, config, folder, f"{kind}-child"))
    child.start()
    write(ctx, config, folder, kind)
    child.join()


def write(ctx, config, folder, writer):
    """Say ``writer:0``, ``writer:1`` and so on, noting each number once its call has returned."""
    if not writer.startswith(("task", "thread")):
        note_process(folder, f"{writer}.worker")
    enough = Path(config.notes) / "enough"
    returned = os.open(folder / f"{writer}.returned", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(config.events):
        say(ctx, writer, number)
        os.write(returned, b"%d\n" % number)
        if number % 20 == 0:
            ctx.progress(number, config.events)
            if enough.exists():
                break
        time.sleep(config.pause_s)
    os.close(returned)


def say(ctx, writer, number):
    text = f"{writer}:{number}"
    if number % 10 == 3:
        ctx.result(writer, number)
    elif number % 10 == 7:
        ctx.log_batch([("debug", "before it"), ("info", text, {"number": number})])
    else:
        ctx.log("info", text, {"number": number})


def note_process(folder, name):
    """Who this is: pid and the kernel's start ticks, which no other process ever shares."""
    stat = Path("/proc/self/stat").read_text(encoding="utf-8")
    ticks = stat.rpartition(")")[2].split()[19]
    note(folder, name, f"{os.getpid()} {ticks}\n".encode())


def note(folder, name, line):
    fd = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(fd, line)
    os.close(fd)
