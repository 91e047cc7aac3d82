"""One experiment for every way a run can go: its ``action`` says which.

Whatever waits tells that it is ready by a log line, and goes on when it is told to stop.
"""

from __future__ import annotations

import array
import asyncio
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor

from athanor import Cancelled, ConfigSchema, Definition, Experiment

FOREVER_S = 600


class Broken(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class OwnBase(BaseException):
    pass


class EveryEnding(Experiment):
    def experiment(self):
        schema = ConfigSchema().field("action", str).field("argument", str, default="")
        return Definition("every_ending", configuration=schema)

    def run(self, ctx):
        return globals()[ctx.config["action"]](ctx, ctx.config["argument"])


class EveryAsyncEnding(EveryEnding):
    def experiment(self):
        return Definition("every_async_ending", configuration=super().experiment().configuration)

    async def run(self, ctx):
        return await globals()[ctx.config["action"]](ctx, ctx.config["argument"])


class Generating(Experiment):
    def experiment(self):
        return Definition("generating")

    def run(self, ctx):
        yield 1


# --- words ---------------------------------------------------------------------------------------


def say_complete(ctx, argument):
    ctx.log("info", "just before")
    ctx.complete()
    ctx.log("info", "just after")


def return_nothing(ctx, argument):
    ctx.log("info", "worked")


def return_what_raises(ctx, argument):
    return {"accuracy": 0.9, "steps": 10**5000}  # Python refuses to write so many digits


def fork_and_return(ctx, argument):
    """The child returns as well."""
    child = os.fork()
    if child == 0:
        return "the child's"
    os.waitpid(child, 0)
    return "the run's"


def return_value(ctx, argument):
    return {"loss": float("nan"), "steps": [1, 2]}


def return_what_has_no_json(ctx, argument):
    return {"handle": object()}


def say_fail(ctx, argument):
    ctx.log("info", "just before")
    ctx.fail(argument)


def fail_and_return(ctx, argument):
    ctx.fail("said so")
    return "all the same"


def complete_then_raise(ctx, argument):
    ctx.complete()
    raise ValueError("too late")


def fail_then_complete(ctx, argument):
    ctx.progress(3, 8, "half way")
    ctx.fail("the first word")
    ctx.complete()


# --- raising -------------------------------------------------------------------------------------


def raise_error(ctx, argument):
    ctx.log("info", "just before")
    raise ValueError("bad thing")


def raise_broken(ctx, argument):
    raise Broken


def raise_group(ctx, argument):
    raise ExceptionGroup("outer", [ValueError("flat"), ExceptionGroup("in", [KeyError("deep")])])


def raise_interrupt(ctx, argument):
    raise KeyboardInterrupt


def raise_own_base(ctx, argument):
    raise OwnBase("mine")


def raise_cancelled(ctx, argument):
    raise Cancelled


def leave(ctx, argument):
    sys.exit(int(argument) if argument.isdigit() else argument)


# --- dying ---------------------------------------------------------------------------------------


def exit_at_once(ctx, argument):
    print("last words", file=sys.stderr)
    os.write(1, b"written just before the end, without a newline")
    os._exit(int(argument))


def abort(ctx, argument):
    os.abort()


def kill_itself(ctx, argument):
    print("about to go", file=sys.stderr)
    os.kill(os.getpid(), signal.SIGKILL)


def segfault(ctx, argument):
    ctypes.string_at(0)


def complete_then_die(ctx, argument):
    ctx.complete()
    os.kill(os.getpid(), signal.SIGKILL)


def run_out_of_memory(ctx, argument):
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    kept = []
    while True:
        kept.append(bytearray(64 << 20))


# --- being stopped -------------------------------------------------------------------------------


def wait_for_cancel(ctx):
    ctx.log("info", "ready")
    while not ctx.cancelled():
        time.sleep(0.005)


def on_cancel_return(ctx, argument):
    wait_for_cancel(ctx)


def on_cancel_raise_cancelled(ctx, argument):
    wait_for_cancel(ctx)
    ctx.raise_if_cancelled()


def on_cancel_raise(ctx, argument):
    wait_for_cancel(ctx)
    raise ValueError("while stopping")


def on_cancel_swallow(ctx, argument):
    wait_for_cancel(ctx)
    try:
        ctx.raise_if_cancelled()
    except BaseException:
        ctx.log("info", "swallowed")


def on_cancel_fail(ctx, argument):
    wait_for_cancel(ctx)
    ctx.fail("could not stop cleanly")


def on_cancel_complete(ctx, argument):
    wait_for_cancel(ctx)
    ctx.complete()


def on_cancel_exit(ctx, argument):
    wait_for_cancel(ctx)
    sys.exit(3)


def catch_exceptions_around_each_item(ctx, argument):
    ctx.log("info", "ready")
    while True:
        try:
            ctx.raise_if_cancelled()
            time.sleep(0.005)
        except Exception:
            ctx.log("error", "an item failed")


async def await_long(ctx, argument):
    ctx.log("info", "ready")
    await asyncio.sleep(FOREVER_S)


async def await_and_swallow(ctx, argument):
    ctx.log("info", "ready")
    try:
        await asyncio.sleep(FOREVER_S)
    except asyncio.CancelledError:
        ctx.log("info", "swallowed")


async def await_and_clean_up(ctx, argument):
    ctx.log("info", "ready")
    try:
        await asyncio.sleep(FOREVER_S)
    finally:
        await asyncio.sleep(0.01)
        ctx.log("info", "cleaned up")


async def raise_async(ctx, argument):
    await asyncio.sleep(0)
    raise ValueError("bad thing")


async def log_from_tasks(ctx, argument):
    async def work(name):
        for number in range(500):
            ctx.log("info", f"{name}:{number}")
            await asyncio.sleep(0)

    await asyncio.gather(*(work(f"task-{name}") for name in range(4)))


def never_look(ctx, argument):
    """Unaware of cancel, deaf to SIGTERM, with a child that hides in a session of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hide(ctx, argument)
    ctx.log("info", "ready")
    while True:
        time.sleep(1)


def sleep_long(ctx, argument):
    ctx.log("info", "ready")
    time.sleep(FOREVER_S)


# --- leaving something behind --------------------------------------------------------------------


def hide(ctx, argument):
    ready, done = os.pipe()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.write(done, b"x")
            while True:
                time.sleep(1)
        os._exit(0)
    os.wait()
    os.read(ready, 1)


def become_daemon(ctx, argument):
    """A child that forks twice, leaves the session and closes every descriptor, as daemons do."""
    ready, done = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(done, b"%d" % os.getpid())
            os.closerange(0, 1000)
            while True:
                time.sleep(1)
        os._exit(0)
    os.wait()
    ctx.result("daemon", int(os.read(ready, 20)))
    ctx.log("info", "ready")
    time.sleep(FOREVER_S)


def leave_subprocess(ctx, argument):
    subprocess.Popen(["sleep", str(FOREVER_S)])


def leave_thread(ctx, argument):
    threading.Thread(target=time.sleep, args=(FOREVER_S,)).start()


def leave_worker(ctx, argument):
    multiprocessing.get_context("fork").Process(target=time.sleep, args=(FOREVER_S,)).start()


def raise_in_thread(ctx, argument):
    def work():
        raise ValueError("in a thread")

    thread = threading.Thread(target=work, name="helper")
    thread.start()
    thread.join()
    ctx.log("info", "went on")


def lose_worker(ctx, argument):
    worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(FOREVER_S,))
    worker.start()
    worker.kill()
    worker.join()
    return worker.exitcode


def lend_output(ctx, argument):
    """Hand standard output to a process that is none of the run's: it stays open after the end."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(argument)
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1, 2]))
        connection.sendmsg([b"x"], [rights])
        connection.recv(1)
    print("lent")


# --- output --------------------------------------------------------------------------------------


def print_everything(ctx, argument):
    print("printed")
    print("to stderr", file=sys.stderr)
    print("without an end", end="")
    print(" until now")
    os.system("echo echoed")
    ctypes.CDLL(None).printf(b"from C\n")
    ctypes.CDLL(None).printf(b"from C without an end")


def log_at_each_level(ctx, argument):
    logger = logging.getLogger("lab")
    logger.debug("hidden")
    logger.info("%s info", "an")
    logger.warning("a warning")
    logger.error("an error")
    logger.critical("a critical")
    warnings.warn("warned", UserWarning, stacklevel=1)
    try:
        raise ValueError("inside")
    except ValueError:
        logger.exception("caught")
    logger.info("badly formatted %d", "x")
    logging.basicConfig(level=logging.DEBUG)
    logger.debug("shown")


def show_bar(ctx, argument):
    from tqdm import tqdm

    for _ in tqdm(range(200), mininterval=0, desc="bar"):
        time.sleep(0.002)


def print_long_line(ctx, argument):
    print("x" * 200 * 1024)
    print("next")


def print_garbage(ctx, argument):
    sys.stdout.flush()
    os.write(1, bytes(range(256)) + b"\n")
    print("lone \ud800 surrogate")


def print_many(ctx, argument):
    for number in range(int(argument)):
        print(number)


def print_across_signals(ctx, argument):
    """A timer interrupts each write to a pipe that is full most of the time."""
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    for number in range(40):
        print(f"{number}:" + "x" * 60_000)
    signal.setitimer(signal.ITIMER_REAL, 0)


def print_to_a_nonblocking_pipe(ctx, argument):
    os.set_blocking(1, False)
    for number in range(40):
        print(f"{number}:" + "x" * 60_000)


# --- speaking from everywhere --------------------------------------------------------------------


def log_many(ctx, name, count=500):
    for number in range(count):
        ctx.log("info", f"{name}:{number}")


def log_from_threads(ctx, argument):
    threads = [threading.Thread(target=log_many, args=(ctx, f"thread-{n}")) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def log_from_workers(ctx, method):
    context = multiprocessing.get_context(method)
    workers = [
        context.Process(target=log_many, args=(ctx, f"{method}-{number}")) for number in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


def log_from_pool(ctx, argument):
    with ProcessPoolExecutor(2) as pool:
        for number in range(4):
            pool.submit(log_many, ctx, f"pool-{number}")


# --- records -------------------------------------------------------------------------------------


def show_records(ctx, argument):
    ctx.result("run", ctx.run)
    ctx.result("instance", ctx.instance)
    ctx.result("configuration", ctx.configuration)
    ctx.result("experiment_module", ctx.experiment_module)
    ctx.result("secret length", len(os.environ["LAB_SECRET"]))
    ctx.result("folder", os.getcwd())
