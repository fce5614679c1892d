"""Statistics of the gate: what chance alone explains, and what it does not.

`exchange` says what each case could have given had nothing changed, `permutation` draws whole
suites from that, `ranking` turns the draws into p-values, `broken` names the cases, `interval`
bounds the mean. `regression` puts them together. Imported only where a test is made: all of it
needs numpy.
"""
