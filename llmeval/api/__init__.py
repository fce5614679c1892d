"""The Python API: load a suite, run it, compare, score one reply.

`project` finds the configuration, `scoring` applies one check, `running` asks and measures,
`judging` and `comparing` hold a run against a baseline, `rescoring` applies checks to stored
replies. Users import the functions from `llmeval`.
"""
