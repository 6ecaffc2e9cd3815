// Folding a rule over samples: what it says of one value for everything.

const CLASSIFYING = ["classification", "at-control"];

/** The classification and at-control rules of a day, which other rules refer to by outcome. */
class Law {
  constructor(rules) {
    this.rules = rules;
    this.known = new Map();
    this.bears = new Map();
    this.told = new WeakMap();
  }

  ofKind(kind, question) {
    return this.rules.filter((rule) => rule.question === question && (!rule.kinds.length || rule.kinds.includes(kind)));
  }

  /** The outcomes of systems that contain a chip, each with the chip's outcomes that lead to it. */
  modules() {
    return this.ofKind("system", "classification").flatMap((rule) =>
      rule.provisions
        .filter(({ when }) => when[0] === "member" && when[1][0] === "outcome")
        .map(({ outcome, when }) => [outcome, when[1][1]]),
    );
  }

  /** Every leaf that decides a rule, those of rules it refers to by outcome included. */
  leaves(rule) {
    if (!this.known.has(rule)) {
      const own = ownLeaves(rule);
      this.known.set(rule, [...own, ...this.bearing(outcomesAsked(own)).flatMap(ownLeaves)]);
    }
    return this.known.get(rule);
  }

  /** The rules that may give one of these outcomes, and those that they ask for an outcome in turn. */
  bearing(names) {
    const key = [...names].sort().join();
    if (!this.bears.has(key)) this.bears.set(key, this.findBearing(names));
    return this.bears.get(key);
  }

  findBearing(names) {
    const wanted = new Set(names);
    const found = new Set();
    for (const _ of CLASSIFYING) {
      for (const rule of this.rules) if (outcomesOf(rule).some((name) => wanted.has(name))) found.add(rule);
      for (const rule of found) for (const name of outcomesAsked(ownLeaves(rule))) wanted.add(name);
    }
    return [...found];
  }

  metrics(rule) {
    return new Set(
      this.leaves(rule)
        .filter((leaf) => leaf[0] === "metric")
        .map((leaf) => leaf[1]),
    );
  }

  /** The metrics, their parts and the facts that a rule hangs on. */
  names(rule) {
    const facts = this.leaves(rule)
      .filter((leaf) => leaf[0] === "fact")
      .map((leaf) => leaf[1]);
    return new Set([...facts, ...partsOf(this.metrics(rule))]);
  }

  /** Samples of a standpoint that together give every answer that the rule can give. */
  samples(rule, standpoint, kind) {
    const leaves = this.leaves(rule);
    let each = standpoint.views.map((view) => pointsOf(view, leaves));
    if (each.length > 1) each = this.telling(rule, each);
    const items = allWays(Object.keys(standpoint.facts), (name) => standpoint.facts[name]);
    const combined = each.reduce((all, points) => all.flatMap((left) => points.map((point) => [...left, point])), [[]]);
    return items.flatMap((facts) => combined.map((points) => ({ kind, points, facts })));
  }

  /** Of the chips beside the leading one, a point for each way they answer what is asked of members. */
  telling(rule, [lead, ...others]) {
    const rules = [rule, ...this.bearing(outcomesAsked(ownLeaves(rule)))];
    const asked = rules.flatMap((other) => deciding(other).flatMap(membersIn));
    const told = (point) => asked.map((inner) => holds(this, { kind: "processor", points: [point], facts: {} }, inner)).join();
    return [lead, ...others.map((points) => [...new Map(points.map((point) => [told(point), point])).values()])];
  }

  /** What the rules that bear on the outcomes asked for say of a sample, classification before at-control. */
  outcomes(sample, asked) {
    if (!this.told.has(sample)) this.told.set(sample, new Map());
    const told = this.told.get(sample);
    const key = asked.join();
    if (!told.has(key)) told.set(key, this.findOutcomes(sample, asked));
    return told.get(key);
  }

  findOutcomes(sample, asked) {
    const bearing = new Set(this.bearing(asked));
    const names = new Set();
    for (const question of CLASSIFYING) {
      const known = new Set(names);
      for (const rule of this.ofKind(sample.kind, question)) {
        const met = bearing.has(rule) ? provisionsMet(rule, this, sample, known) : [];
        if (met.length) names.add(met[0].outcome);
      }
    }
    return names;
  }
}

/** The fold of a condition into a test of a sample; each tree is folded once. */
const TESTS = {
  all: (parts) => (asked) => parts.every((part) => part(asked)),
  any: (parts) => (asked) => parts.some((part) => part(asked)),
  not:
    ([part]) =>
    (asked) =>
      !part(asked),
  member:
    (inner) =>
    ({ law, sample }) =>
      sample.points.some((point) => holds(law, { kind: "processor", points: [point], facts: {} }, inner)),
  leaf([kind, first, second, limit]) {
    if (kind === "metric") {
      return ({ sample }) => {
        const value = valueAt(sample.points[0], first);
        return value !== null && OPERATORS[second](value, limit);
      };
    }
    if (kind === "fact") return ({ sample }) => (first in sample.facts ? sample.facts : sample.points[0].facts)[first] === second;
    if (kind === "part") return ({ sample }) => sample.points.some((point) => first.includes(point.part));
    return ({ law, sample, outcomes }) => {
      const known = outcomes ?? law.outcomes(sample, first);
      return first.some((name) => known.has(name));
    };
  },
};
const folded = new WeakMap();

/** Whether a condition holds at a sample; `outcomes` are the classifications already known. */
function holds(law, sample, condition, outcomes = null) {
  if (!folded.has(condition)) folded.set(condition, fold(condition, TESTS));
  return folded.get(condition)({ law, sample, outcomes });
}

/** The provisions met that lead to the outcome; none where the rule is not met. */
function provisionsMet(rule, law, sample, outcomes = null) {
  if (rule.unless && holds(law, sample, rule.unless, outcomes)) return [];
  const met = rule.provisions.filter((entry) => holds(law, sample, entry.when, outcomes));
  return met.filter((entry) => entry.outcome === met[0].outcome);
}
