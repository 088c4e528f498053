"""The stage: a local Slack and a scripted model in a process of their own, so that what they cost
is not counted. Used through `benchmarks.rig.Stage` only.

`python -m benchmarks.stage` takes orders as lines of JSON and gives one line of JSON for each. One
module per kind of order; times are seconds since the epoch, which all processes of a machine share.
"""
