"""The same answers for programs elsewhere: an HTTP service and tools for agents.

``calls`` turns named values into a call of a command, ``worker`` answers calls in a process of its
own with a limit of time, ``http`` and ``agent_tools`` offer them.
"""
