"""Programs that others wrote to look for holes.

Each looks twice: at the program as it is, where nothing may be reported but what `known` gives a reason for, and at one
in which a hole was planted, which it has to find.
"""
