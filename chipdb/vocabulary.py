"""The closed lists of words that data files, JSON and code share.

Each word is a string, so it compares, sorts and prints as its text. The type checker finds a
misspelt member, and the schemas check what users write in YAML against these lists.

>>> Status.NOT_MET
'not-met'
>>> Status("met") is Status.MET
True
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A word of a closed list. Its ``repr`` is that of its text, since answers show it to users."""

    __repr__ = str.__repr__


class RuleQuestion(Word):
    """What a rule answers. Only these questions exist; they are answered separately."""

    CLASSIFICATION = "classification"
    AT_CONTROL = "at-control"
    LICENSE = "license"
    REVIEW = "review"
    DUTY = "duty"
    PRESUMPTION = "presumption"
    PROPOSAL = "proposal"
    DESTINATION_MEASURE = "destination-measure"


class Status(Word):
    """What a rule gives for an item."""

    MET = "met"
    NOT_MET = "not-met"
    UNDETERMINED = "undetermined"
    NOT_COVERED = "not-covered"


class Required(Word):
    """Whether a license is required."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"


class WayState(Word):
    """Whether a way out of a presumption is open, or depends on what is not stated."""

    OPEN = "open"
    CLOSED = "closed"
    DEPENDS = "depends"


class Policy(Word):
    """License review policies, the strictest first.

    The values are those of the JSON output; text output writes them as words.
    """

    POLICY_OF_DENIAL = "policy-of-denial"
    PRESUMPTION_OF_DENIAL = "presumption-of-denial"
    CASE_BY_CASE = "case-by-case"
    PRESUMPTION_OF_APPROVAL = "presumption-of-approval"


class PolicyState(Word):
    """What is known of a review policy.

    ``not-public`` is a letter's, ``not-read`` one that is printed but was not read for chipdb,
    ``none`` that of a text which decides by itself.
    """

    KNOWN = "known"
    NOT_PUBLIC = "not-public"
    NOT_READ = "not-read"
    NONE = "none"


class ExceptionState(Word):
    """Whether a license exception is available as far as chipdb reads.

    ``open``: nothing that it reads closes it; ``depends``: a fact that decides is not known.
    """

    OPEN = "open"
    DEPENDS = "depends"
    CLOSED = "closed"


class Kind(Word):
    """Kinds of items: one IC package, a stack of memory, or a system of several items."""

    PROCESSOR = "processor"
    MEMORY_STACK = "memory-stack"
    SYSTEM = "system"


class Basis(Word):
    """How good the evidence for a claim is, in the order in which claims are preferred.

    ``hypothetical`` is a figure that a user states without a source.
    """

    # The order is the ranking of `Figure.preferred`: moving a member changes answers.
    HYPOTHETICAL = "hypothetical"
    OFFICIAL = "official"
    DECLARED = "declared"
    TEARDOWN = "teardown"
    THIRD_PARTY = "third-party"
    REPORTED = "reported"
    ESTIMATED = "estimated"


class ReadAs(Word):
    """How a source was read, the nearest to its text first.

    An original is the document at its publisher's own address, an archived copy its full text at
    another. The others are second-hand: a third party copied figures, summarized the document,
    reported on it, or collected figures of several documents.
    """

    # The order ranks sources: the reading of a figure is the nearest of its claims.
    ORIGINAL = "original"
    ARCHIVED_COPY = "archived-copy"
    TRANSCRIPTION = "transcription"
    SUMMARY = "summary"
    PRESS = "press"
    AGGREGATOR = "aggregator"


class StaleKind(Word):
    """Why something is worth reading again, what changes answers first."""

    EVIDENCE = "evidence"
    ENDS = "ends"
    BEGINS = "begins"
    GROUP = "group"
    DECLARED = "declared"
    ANNOUNCED = "announced"
    SOURCES = "sources"


class FindingKind(Word):
    """What is wrong with a figure of a third-party table."""

    DIFFERS = "differs"
    KNOWN_ERROR = "known-error"
    SPARSE = "sparse"
    ONE_DIE = "one-die"
    PER_CHIP = "per-chip"
    BINARY_UNIT = "binary-unit"
    ONE_DIRECTION = "one-direction"
    OTHER_FORMAT = "other-format"
    NO_SUCH_FORMAT = "no-such-format"
    TOTAL = "total"
    STATUS = "status"
    NOT_READ = "not-read"


class CautionKind(Word):
    """What a caution is about: something that may reverse an answer, or that was not looked at.

    The first five are about the item and rest on facts that chipdb reads; the others are about the
    transaction and rest on facts that chipdb is not given.
    """

    CODIFIED = "codified"
    OTHER_CONTROL = "other-control"
    FACT_UNSOURCED = "fact-unsourced"
    LETTER = "letter"
    INTERPRETATION = "interpretation"
    END_USE = "end-use"
    PARTY = "party"
    NOTICE = "notice"
    EVIDENCE = "evidence"
    DESTINATION_MEASURE = "destination-measure"
    EXPORTER_LAW = "exporter-law"
    JURISDICTION = "jurisdiction"


class LawView(Word):
    """Which law answers: what is applied, or what the printed text says."""

    ENFORCED = "enforced"
    TEXT = "text"
