"""The tester: certificates forged at random, held against a truth that shares nothing with the product; and the checker itself, mutated.

statement   what a certificate claims, as plain mathematics        version1, version2   the only modules that read a format
function    a formula at points: doubles for many, Arb for one     honest               problems at random, certified by the product
look        low places, and stationary ones                        documents, lies      claim and proof altered together, or anything
truth, stationary   what is false in a claim                       scratch, drafts1     certificates written from nothing, led by the refusals
jury        a checker in a process of its own, timed               campaign, tally      how many, of what kind, and what came of them
mutate, mutants     the checker, mutated                           __main__             `python -m tests.forge`
"""
