"""What is wrong in a file of content, kept so that it can be said in another language."""

from collections.abc import Mapping


class Fault(ValueError):
    """`where` is "file: row: field"; `says` an English sentence with named holes, `%(name)s`, that `values` fill."""

    def __init__(self, where: str, says: str, **values: object) -> None:
        super().__init__(f"{where}: {says % values if values else says}")
        self.where, self.says = where, says
        self.values: Mapping[str, object] = values
