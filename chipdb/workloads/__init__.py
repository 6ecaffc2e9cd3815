"""What a chip can do: throughput of language models as an interval, from the figures of a chip.

Read the modules in this order:

``models``         a model: its layers, and what one token costs in operations and bytes
``hardware``       what an estimate reads of a chip, and what it assumes where the catalog is silent
``precisions``     number formats: bits of the products, bytes of a weight and of a cached value
``efficiencies``   the share of its peak that a chip reaches: low, nominal and high
``layouts``        how a model is divided among chips
``step``           the seconds of one pass through the model
``phases``         prefill, decode, serving and training, made of steps
``workload``       what is asked: a model, a phase, lengths, limits
``work``           what each phase makes of steps
``capacity``       how many sequences fit into memory
``throughput``     layout and batch, chosen where they are not given; the result at each corner
``surroundings``   the chips that a chip's links join, and its network
``chip_figures``   from a chip of the catalog to ``hardware``
``request``        a workload as users write it, with its defaults
``model_files``    models of users
``data``           models, bands, networks and measurements, compiled
``validation``     estimates compared with published measurements

All quantities are floats in base units: FLOP/s, bytes, bytes/s and seconds. An estimate is a model
with a band around it, so the exact fractions of the rules would only pretend precision here.
"""
