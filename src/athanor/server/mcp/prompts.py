"""Ways to begin: what a person may ask an agent to do, in words that name the tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from athanor.errors import FieldProblem, ValidationFailed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with one gap to be filled in."""

    name: str
    title: str
    description: str
    argument: str
    about: str
    text: str

    def filled(self, given: Mapping[str, str]) -> str:
        """The text with what was given; ValidationFailed when it was not."""
        value = given.get(self.argument, "").strip()
        unknown = [name for name in given if name != self.argument]
        if unknown or not value:
            name = unknown[0] if unknown else self.argument
            message = f"is unknown; give {self.argument}" if unknown else "is required"
            raise ValidationFailed((FieldProblem(name[:80], message),))
        return self.text.replace("{}", value)


PROMPTS = {
    prompt.name: prompt
    for prompt in (
        Prompt(
            "design_an_experiment",
            "Design an experiment",
            "From a question to runs that answer it.",
            "question",
            "What you want to find out.",
            """I want to find out: {}

Use Athanor's tools.
1. list_available_modules: which module can answer this? If none can, say what code is missing, \
and stop.
2. get_config_schema of it. list_experiments: was it tried before, and with what outcome?
3. Propose a design before you run anything: the hypothesis, what is varied and what is held, a \
baseline, how many runs, what would count as an answer. Ask me whether to go on.
4. create_experiment for each variant, with a name that says what differs and a description that \
says why. Mend what validation refuses.
5. start_run of each, wait_for_run until they end. summarize_results of each.
6. Tell me what the figures say and what they do not, with the run ids.""",
        ),
        Prompt(
            "investigate_a_failed_run",
            "Investigate a failed run",
            "From a run that failed to its cause, and what to do.",
            "run_id",
            "The id of the run.",
            """Find out why the run {} failed.

Use Athanor's tools.
1. get_run: its status, its error with the trace, its configuration, how long it ran.
2. get_run_logs with level error, then warn, then the newest lines before the end.
3. list_results: how far did it come? Is a value odd (NaN, empty, far off)?
4. get_experiment and list_runs of its experiment: did others succeed? In what do they differ \
(configuration, metadata.git, metadata.packages)?
5. Tell me the cause and the evidence for it, what you are not sure of, and the smallest change \
that would mend it. Start another run only when I agree.""",
        ),
    )
}
