"""What trainings refuse."""

from uuid import UUID

from infra.errors import Refused


class NoSuchModel(Refused):
    """There is no model of that id in this programme."""

    code = "NO_SUCH_MODEL"

    def __init__(self, id: UUID) -> None:
        super().__init__(f"there is no model {id}")
        self.id = id


class ModelDropped(Refused):
    """The model's files are gone."""

    code = "MODEL_DROPPED"

    def __init__(self, id: UUID) -> None:
        super().__init__(f"the files of model {id} are gone")
        self.id = id


class ModelInUse(Refused):
    """The model answers questions now: use another one first."""

    code = "MODEL_IN_USE"

    def __init__(self, id: UUID) -> None:
        super().__init__(f"model {id} is in use: use another one first")
        self.id = id
