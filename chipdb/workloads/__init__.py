"""What a chip can do: throughput of language models as an interval, from the figures of a chip.

Read the modules in this order:

``models``         a model: its layers, and what one token costs in operations and bytes
``hardware``       what an estimate reads of a chip, and what it assumes where the catalog is silent
``precisions``     number formats: bits of the products, bytes of a weight and of a cached value
``efficiencies``   the share of its peak that a chip reaches: low, nominal and high
``layouts``        how a model is divided among chips
``step``           the seconds of one pass through the model
``phases``         prefill, decode, serving and training, made of steps
``capacity``       the largest batch that fits, and that meets a limit of latency
``choose``         the group of chips with the best nominal result
``validation``     estimates held against published measurements

All quantities are floats in base units: FLOP/s, bytes, bytes/s and seconds. An estimate is a model
with a band around it, so the exact fractions of the rules would only pretend precision here.
"""
