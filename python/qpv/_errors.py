"""The exception of all questions without an answer."""


class QpvError(Exception):
    """A question without an answer, which never means "outside".

    `code` is the stable name of the error, the one of the problems of the HTTP interface; `detail` says in English what is
    wrong this time, `message` in French, for end users.
    """

    def __init__(self, code: str, detail: str, message: str) -> None:
        super().__init__(code, detail, message)
        self.code = code
        self.detail = detail
        self.message = message

    def __str__(self) -> str:
        return f"{self.detail} [{self.code}]"
