"""What a watch shows at a glance."""

from migrations import runs

Migration = runs("0035_glances", after="0034_broadcasts")
