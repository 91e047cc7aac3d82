"""The pictures of the README: real runs of the shipped examples, and of ``training.py`` beside it.

A project in a folder of its own, a real server, headless Chromium: ``make shots``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from picture import with_palette

from athanor.client import Client

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WIDTH, HEIGHT = 1280, 760
MOST_BYTES = 250_000

# What has run before somebody looks: name, experiment, configuration.
PAST: list[tuple[str, str, dict[str, Any]]] = [
    ("A first look", "minimal", {"iterations": 25}),
    ("Substrate shift, simulated", "substrate_shift", {"runs_per_pair": 3}),
    ("Substrate shift, real models", "substrate_shift", {"require_api_key": True}),
    ("Nearest neighbours", "digits", {"classifier": "k_nearest_neighbours"}),
    ("Forest of 50 trees", "digits", {"random_forest": {"trees": 50}}),
    ("SVM, linear kernel", "digits", {"classifier": "svm", "svm": {"kernel": "linear"}}),
    ("SVM, RBF kernel", "digits", {"classifier": "svm"}),
]
RATES = (0.003, 0.01, 0.03)
LIVE = {
    "random_forest": {"trees": 60},
    "label_noise": 0.3,
    "images_per_digit": 60,
    "folds": 10,
    "repeats": 20,
}


def main() -> None:
    """Run everything, then take the four pictures while one run works."""
    with project() as folder, served(folder) as url, Client(url) as client, chromium() as browser:
        print("running the examples …")
        for name, experiment, configuration in PAST:
            run(client, name, experiment, configuration)
        stopped(client)
        curves = trained(client, folder)
        working = client.start_run(made(client, "Forest, noisy labels", "digits", LIVE).id)
        client.start_run(made(client, "Long training", "training", {"epochs": 4000}).id)
        until(lambda: done(client.get_run(working.id)) >= 70)
        shoot(browser, "run", f"{url}/runs/{working.id}", "dark")
        shoot(browser, "dashboard", f"{url}/experiments", "light")
        chart = "tab=results&view=chart&columns=%5B%22loss.train%22%2C%22loss.test%22%5D"
        shoot(browser, "results", f"{url}/runs/{curves[1]}?{chart}", "light")
        compared = f"runs={','.join(curves)}&column=loss.test&scale=log"
        shoot(browser, "compare", f"{url}/compare?{compared}", "dark", height=900)


# --- what there is to see ------------------------------------------------------------------------


@contextmanager
def project() -> Iterator[Path]:
    """The examples in a repository of their own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "digits-lab"
        shutil.copytree(
            ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copy(HERE / "training.py", folder / "examples")
        (folder / "pyproject.toml").write_text('[tool.athanor]\nexperiments = ["examples"]\n')
        (folder / ".gitignore").write_text(".athanor/\n__pycache__/\n")
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", "The experiments")
        yield folder


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=lab", "-c", "user.email=lab@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def trained(client: Client, folder: Path) -> list[str]:
    """Trainings with three rates; the last after a change that nobody has committed."""
    found = []
    for rate in RATES:
        if rate == RATES[-1]:
            file = folder / "examples" / "training.py"
            file.write_text(file.read_text().replace("momentum=0.9", "momentum=0.95"))
        found.append(run(client, f"Learning rate {rate}", "training", {"learning_rate": rate}))
    return found


def stopped(client: Client) -> None:
    """One that took too long, and a second try that did not."""
    instance = made(client, "Forest of 2,000 trees", "digits", {"random_forest": {"trees": 2000}})
    begun = client.start_run(instance.id)
    until(lambda: done(client.get_run(begun.id)) >= 1)
    client.cancel_run(begun.id)
    client.wait(begun.id)


def made(client: Client, name: str, experiment: str, configuration: dict[str, Any]) -> Any:
    return client.create_instance(
        experiment_module=experiment, name=name, configuration=configuration
    )


def run(client: Client, name: str, experiment: str, configuration: dict[str, Any]) -> str:
    """A run that has ended; its id."""
    begun = client.start_run(made(client, name, experiment, configuration).id)
    client.wait(begun.id)
    return str(begun.id)


# --- how it is seen ------------------------------------------------------------------------------


@contextmanager
def served(folder: Path) -> Iterator[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATHANOR_", "OPENAI_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "athanor", "serve", "--port", "0"],
        cwd=folder,
        env=kept | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        found = re.search(r"http://[\w.]+:\d+", process.stdout.readline() if process.stdout else "")
        yield found[0] if found else ""
    finally:
        process.terminate()
        process.wait()


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


def shoot(browser: Any, name: str, url: str, scheme: str, height: int = HEIGHT) -> None:
    """A sharp picture that is not heavy."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": height}, color_scheme=scheme, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(url)
    page.get_by_role("heading", level=1).wait_for()
    settle(page)
    picture = with_palette(context.new_page(), page.screenshot())
    context.close()
    (HERE / f"{name}.png").write_bytes(picture)
    print(f"{name}.png: {len(picture) / 1000:.0f} kB")
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{name}.png is larger than {MOST_BYTES / 1000:.0f} kB")


def settle(page: Any) -> None:
    """Charts are lazy, and lines come in: a moment until all of it is there."""
    page.get_by_role("status", name=re.compile("^Loading")).first.wait_for(state="hidden")
    page.wait_for_timeout(1500)


def done(run: Any) -> float:
    return run.progress.current if run.progress else 0


def until(holds: Any) -> None:
    while not holds():
        time.sleep(0.1)


if __name__ == "__main__":
    main()
