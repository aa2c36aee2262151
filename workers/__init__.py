"""Workers: the door of what need not happen while a member waits.

Events become reactions, the clock starts jobs, uploaded files are read. Any number of these
processes may run; each thing is done by one of them, and again by another if that one dies.
"""
