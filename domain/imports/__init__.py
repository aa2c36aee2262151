"""Imports: members, balances and transactions of another system come in by file, and go out.

A file is rows of text; what is wrong with one row is told with its number, and stops no other
one unless all or nothing is asked for. Points move by the ledger's own verbs, never around it.
"""

from domain.imports.errors import BadColumns, ImportBusy, ImportTooOld
from domain.imports.exporting import export
from domain.imports.records import FAULTS_MAX, Fault, Kind, Report, State
from domain.imports.running import Mode, faults, run

__all__ = [
    "FAULTS_MAX",
    "BadColumns",
    "Fault",
    "ImportBusy",
    "ImportTooOld",
    "Kind",
    "Mode",
    "Report",
    "State",
    "export",
    "faults",
    "run",
]
