"""The tester: certificates forged at random, held against a truth that shares nothing with the product; and the checker itself, mutated.

statement   what a certificate claims, as plain mathematics      version1   the only module that knows the format
function    a formula at points: doubles for many, Arb for one   honest     problems at random, certified by the product
truth       what is false in a claim                             lies       claim and proof altered together
jury        the checker in a process of its own, timed           scratch    certificates written from nothing, led by the refusals
__main__    `python -m tests.forge`: counts, a table, the holes  mutants    the checker, mutated
"""
