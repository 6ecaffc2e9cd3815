// A condition under one assignment: one value for every figure and fact of an item. And the
// classification rules of a day, which the other rules refer to by outcome.

/** Classification comes first: at-control rules refer to its outcomes. */
const CLASSIFYING = ["classification", "at-control"];
const SYSTEM = "system";
/** What each chip of a system is. */
const OF_CHIPS = "processor";

/** One chip of a system, asked by itself: a condition on members never looks at the whole. The same
 * object each time, so that the outcomes that it leads to are kept. */
const ofOneChip = (chip) =>
  once(chip, OF_CHIPS, () => ({ kind: OF_CHIPS, chips: [chip], facts: {} }));

const isOfKind = ({ kinds }, kind) => !kinds.length || kinds.includes(kind);

/** The classification and at-control rules of a day. */
class ControlList {
  constructor(rules) {
    this.rules = rules;
    this.leavesByRule = new Map();
    this.outcomesByAssignment = new WeakMap();
  }

  ofKind(kind, question) {
    return once(this, `${kind} ${question}`, () =>
      this.rules.filter((rule) => rule.question === question && isOfKind(rule, kind)),
    );
  }

  /** The outcomes of systems that contain a chip, each with the chip's outcomes that lead to it. */
  modules() {
    const modules = [];
    for (const rule of this.ofKind("system", "classification")) {
      for (const { outcome, when } of rule.provisions) {
        const [kind, inner] = when;
        if (kind === "member" && inner[0] === "outcome") modules.push([outcome, inner[1]]);
      }
    }
    return modules;
  }

  /** Every leaf that decides a rule, those of rules that it refers to by outcome included. */
  leaves(rule) {
    if (!this.leavesByRule.has(rule)) {
      const own = ownLeaves(rule);
      const referred = [...this.referredTo(rule)].flatMap(ownLeaves);
      this.leavesByRule.set(rule, [...own, ...referred]);
    }
    return this.leavesByRule.get(rule);
  }

  /** The rules that a rule refers to by outcome, and those that they refer to in turn. */
  referredTo(rule) {
    const key = `referred to ${serialOf(rule)}`;
    return once(this, key, () => this.findBearing(outcomesAsked(ownLeaves(rule))));
  }

  /** The rules that may give one of the outcomes of a condition, and those they refer to in turn. */
  bearing(names) {
    return once(this, names, () => this.findBearing(names));
  }

  findBearing(names) {
    const wanted = new Set(names);
    const bearing = new Set();
    // Each round adds what the rules found so far refer to, until no rule is added.
    for (;;) {
      const foundBefore = bearing.size;
      for (const rule of this.rules) {
        if (outcomesOf(rule).some((name) => wanted.has(name))) bearing.add(rule);
      }
      if (bearing.size === foundBefore) return bearing;
      for (const rule of bearing) {
        for (const name of outcomesAsked(ownLeaves(rule))) wanted.add(name);
      }
    }
  }

  /** A rule and those that it refers to, as far as they decide on items of a kind. The entries for
   * computers and for memory stacks say nothing of a processor, and their thresholds would multiply
   * its cells. */
  rulesFor(rule, kind) {
    // a system is asked by itself and by each of its chips
    const kinds = kind === SYSTEM ? [SYSTEM, OF_CHIPS] : [kind];
    const isAsked = (referred) => kinds.some((each) => isOfKind(referred, each));
    return [rule, ...[...this.referredTo(rule)].filter(isAsked)];
  }

  /** The metrics that a rule compares. */
  metrics(rule) {
    const leaves = this.leaves(rule).filter(([kind]) => kind === "metric");
    return new Set(leaves.map(([, metric]) => metric));
  }

  /** The metrics, their parts and the facts that a rule depends on. */
  names(rule) {
    return new Set([...factsAsked(this.leaves(rule)), ...partsOf(this.metrics(rule))]);
  }

  /** Assignments of an item that together give every answer that the rule can give. */
  assignments(rule, interpretation, kind) {
    const leaves = this.leaves(rule);
    const ofChips = interpretation.chips.map((known) => chipAssignmentsOf(known, leaves));
    const { facts } = interpretation;
    const settled = allWays(Object.keys(facts), (name) => facts[name]);
    const combined = combinations(this.distinguishable(rule, ofChips));
    return settled.flatMap((itemFacts) =>
      combined.map((chips) => ({ kind, chips, facts: itemFacts })),
    );
  }

  /**
   * The assignments of each chip, reduced to those that differ. Rules look at the chips beside the
   * leading one only through conditions on members, so one assignment is enough for each way in
   * which a chip answers these; all combinations of a system's chips would be millions.
   */
  distinguishable(rule, [lead, ...others]) {
    if (!others.length) return [lead];
    const rules = [rule, ...this.referredTo(rule)];
    const asked = rules.flatMap((each) => deciding(each).flatMap(membersIn));
    const answers = (chip) => asked.map((inner) => holds(this, ofOneChip(chip), inner)).join();
    const reduced = others.map((chips) => {
      const byAnswers = new Map(chips.map((chip) => [answers(chip), chip]));
      return [...byAnswers.values()];
    });
    return [lead, ...reduced];
  }

  /** The outcomes that an assignment leads to, by the rules that bear on those asked for. */
  outcomes(assignment, asked) {
    if (!this.outcomesByAssignment.has(assignment)) {
      this.outcomesByAssignment.set(assignment, new Map());
    }
    const outcomes = this.outcomesByAssignment.get(assignment);
    const key = asked.join();
    if (!outcomes.has(key)) outcomes.set(key, this.findOutcomes(assignment, asked));
    return outcomes.get(key);
  }

  findOutcomes(assignment, asked) {
    const bearing = this.bearing(asked);
    const names = new Set();
    for (const question of CLASSIFYING) {
      // Rules of one kind see the outcomes of the kinds before, not those of one another.
      const before = new Set(names);
      for (const rule of this.ofKind(assignment.kind, question)) {
        if (!bearing.has(rule)) continue;
        const [first] = provisionsMet(rule, this, assignment, before);
        if (first) names.add(first.outcome);
      }
    }
    return names;
  }
}

/** Every combination of one element of each list. */
function combinations(lists) {
  let combined = [[]];
  for (const list of lists) {
    combined = combined.flatMap((start) => list.map((element) => [...start, element]));
  }
  return combined;
}

/** A fact of an assignment: of the item, else of its leading chip. */
function factAt({ facts, chips: [lead] }, name) {
  if (name in facts) return facts[name];
  return lead.ways ? lead.ways.fact(name) : lead.facts[name];
}

/** What a node does: a tree folds into one function of the context that it is tested in. */
const TESTS = {
  all: (parts) => (context) => parts.every((part) => part(context)),
  any: (parts) => (context) => parts.some((part) => part(context)),
  not:
    ([part]) =>
    (context) =>
      !part(context),
  member:
    (inner) =>
    ({ controlList, assignment }) =>
      assignment.chips.some((chip) => holds(controlList, ofOneChip(chip), inner)),
  leaf: ([kind, ...parts]) => LEAF_TESTS[kind](...parts),
};

const LEAF_TESTS = {
  metric:
    (metric, operator, threshold) =>
    ({ assignment }) => {
      const value = valueAt(assignment.chips[0], metric);
      return value !== null && OPERATORS[operator](value, threshold);
    },
  fact:
    (name, expected) =>
    ({ assignment }) =>
      factAt(assignment, name) === expected,
  part:
    (ids) =>
    ({ assignment }) =>
      assignment.chips.some((chip) => ids.includes(chip.part)),
  outcome:
    (names) =>
    ({ controlList, assignment, outcomes }) => {
      const reached = outcomes ?? controlList.outcomes(assignment, names);
      return names.some((name) => reached.has(name));
    },
};

/** The function of each tree, made once: a page tests the same trees a million times. */
const testOfCondition = new WeakMap();

/** Whether a condition holds under an assignment; `outcomes` are classifications known already. */
function holds(controlList, assignment, condition, outcomes = null) {
  if (!testOfCondition.has(condition)) testOfCondition.set(condition, fold(condition, TESTS));
  return testOfCondition.get(condition)({ controlList, assignment, outcomes });
}

/** The paragraphs met that lead to the rule's outcome; none where the rule is not met. */
function provisionsMet(rule, controlList, assignment, outcomes = null) {
  const isMet = (condition) => holds(controlList, assignment, condition, outcomes);
  if (rule.unless && isMet(rule.unless)) return [];
  const met = rule.provisions.filter((provision) => isMet(provision.when));
  return met.filter((provision) => provision.outcome === met[0].outcome);
}
