"""What the maths cannot compute with: a refusal with a stable code, never a silent NaN.

The recommender imports nothing of Laurel; whoever calls it turns these into refusals of its own.
"""

from typing import ClassVar


class Unusable(Exception):
    """The arrays were understood and there is no honest answer for them.

    code -- stable upper-case word; the message says where the fault is.
    """

    code: ClassVar[str]
