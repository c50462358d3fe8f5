"""What goes wrong in a way the user can mend: one sentence, an exit code (1 bad data, 2 usage, 3
environment).
"""

from __future__ import annotations


class TrainerError(Exception):
    """Printed as `trainer: <sentence>`; the process ends with `exit_code`."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
