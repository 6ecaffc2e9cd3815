"""What one instrument asks for, enforced or printed: its paragraph, exceptions and policy."""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import short_repr
from chipdb.rules.rule import LicenseException, ReviewSide, Rule
from chipdb.vocabulary import ExceptionState, Policy, PolicyState, Required, Status


@short_repr
@dataclass(frozen=True, kw_only=True)
class ExceptionAnswer:
    """Whether a license exception is open under a requirement, and why.

    ``name`` is that of the exception, such as NAC, ``section`` its section of the EAR.
    ``conditions`` are the exporter's to meet; figures and places do not show them.
    """

    name: str
    section: str
    state: ExceptionState
    because: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewIf:
    """A review policy that holds if a fact does that no source settles."""

    policy: Policy | None
    condition: str


@short_repr
@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One instrument that asks for a license.

    ``otherwise`` is its policy where no review rule eases it. ``review_if`` are the policies that
    a fact chooses between which is not known; ``review`` is then None. ``policy_state`` says what
    is known of the policy, ``policy_text`` what the rule says where it has none; ``review_sides``
    are policies to which other texts lead. ``contested`` says that they do, or that credible
    evidence leads the rule itself to another answer. ``in_scope_because`` says why the places are
    in its scope, ``policy_because`` which headquarters elsewhere than the destination choose the
    policy.
    """

    rule: str
    section: str
    exceptions: tuple[ExceptionAnswer, ...]
    review: Policy | None
    status: Status = Status.MET
    otherwise: Policy | None = None
    review_if: tuple[ReviewIf, ...] = ()
    policy_state: PolicyState = PolicyState.KNOWN
    policy_text: str = ""
    review_sides: tuple[ReviewSide, ...] = ()
    contested: bool = False
    in_scope_because: str = ""
    policy_because: str = ""

    @property
    def open_exceptions(self) -> tuple[ExceptionAnswer, ...]:
        """Those of its exceptions that are open, as far as figures and places show.

        >>> nac = ExceptionAnswer(
        ...     name="NAC", section="740.8", state=ExceptionState.CLOSED, because="not here"
        ... )
        >>> Requirement(rule="a", section="742.6", exceptions=(nac,), review=None).open_exceptions
        ()
        """
        return tuple(each for each in self.exceptions if each.state == ExceptionState.OPEN)


@dataclass(frozen=True, kw_only=True)
class PrintedRequirement:
    """A license that the printed text asks for where the law as enforced does not.

    ``rule`` is the text that is not enforced, ``section`` its paragraph. ``required`` is what it
    answers once the exceptions that lift it are counted: ``no`` where they all do. ``contested``
    says whether credible evidence leads it to "yes". ``lifted_by`` are these exceptions.
    ``may_be_lifted_by`` are those of which it is not known whether they lift it, if nothing else
    leaves ``required`` undetermined: the text itself then asks for a license.
    """

    rule: Rule
    section: str
    required: Required
    contested: bool
    lifted_by: tuple[LicenseException, ...] = ()
    may_be_lifted_by: tuple[LicenseException, ...] = ()

    @property
    def could_require_license(self) -> bool:
        """Whether no exception surely lifts it, so that the exit status must not say "no"."""
        return self.required != Required.NO or self.contested
