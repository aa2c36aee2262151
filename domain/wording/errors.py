"""What wording refuses."""

from infra.errors import Refused


class NoSuchKey(Refused):
    """Nothing is said to members under that name."""

    code = "NO_SUCH_MESSAGE"
    path = ("key",)


class BadTemplate(Refused):
    """The template cannot be read, or says something that the key does not know.

    path -- which of the words: title or body.
    """

    code = "BAD_TEMPLATE"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.path = ("words", part)


class TemplateTooLarge(Refused):
    """The template is longer than it may be; path -- title or body."""

    code = "TEMPLATE_TOO_LARGE"

    def __init__(self, part: str, *, most: int) -> None:
        super().__init__(f"a {part} is {most} characters at most")
        self.path, self.most = ("words", part), most


class TemplateTooComplex(Refused):
    """The template repeats, nests, remembers or says too much; path -- title or body."""

    code = "TEMPLATE_TOO_COMPLEX"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.path = ("words", part)
