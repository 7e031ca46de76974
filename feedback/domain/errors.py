"""What do all errors of this service have in common?"""


class FeedbackError(Exception):
    """Something the service refuses, with its facts as attributes."""


class IllegalMoveError(FeedbackError):
    """A step that a table of moves does not hold.

    Args:
        source: The state it stands in.
        target: The state it was asked to go to.
    """

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"{source} does not lead to {target}")
        self.source = source
        self.target = target
