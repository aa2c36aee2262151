"""Row-level security for partners' and operators' sessions."""

from migrations import runs

Migration = runs("0011_walls", after="0010_answers")
