// How far a knob can be turned before a rule's answer changes. Along a knob every metric is a
// quotient of two linear functions of the knob's multiple, so each threshold is met at one exact
// multiple, and between two such multiples nothing changes.

/** Nearer to 1 than any figure is stated, so that no threshold lies between. */
const JUST_BELOW_ONE = ratio(10n ** 9n - 1n, 10n ** 9n);

/** The rows of one verdict and one knob. A letter that may or may not bind the item is searched as
 * if it did: otherwise no knob could enter it. */
function headroomOf(item, verdict, question, controlList, knob, data) {
  const walk = new KnobWalk(item, verdict, question, controlList, knob, data);
  return changesOf(verdict.rule, walk.verdict.finding).map((change) => walk.row(change));
}

/** The rules whose answer a knob may change: the one that is asked; otherwise classification, and
 * letters with their own thresholds. Most license rules only read the classification. */
function turnable(answers, named = null) {
  if (named) return answers.filter(({ rule }) => rule === named);
  const isLetter = (rule) =>
    rule.question === "license" && ownLeaves(rule).some(([kind]) => kind === "metric");
  return answers.filter(({ rule }) => isClassification(rule) || isLetter(rule));
}

class KnobWalk {
  constructor(item, verdict, question, controlList, knob, data) {
    Object.assign(this, { item, question, controlList, knob, data });
    const ruling = new Ruling(item, question, controlList, data);
    // As the ruling asks it: whether a letter was addressed to the vendor is a fact of the rule.
    this.rule = ruling.effective(verdict.rule);
    this.letter = ruling.openLetter(verdict.rule);
    this.verdict = this.letter ? ruling.verdictIfBound(verdict.rule, this.letter) : verdict;
    this.reading = this.verdict.interpretation.reading;
    this.turnedItems = new Map();
  }

  /** The item with the knob turned further, by a multiple of where it stands. */
  turned(factor) {
    const key = plainText(factor);
    if (!this.turnedItems.has(key)) {
      const { record, factors } = this.item;
      const turned = times(factors[this.knob] ?? ONE, factor);
      const item = new Item(record, this.data, { ...factors, [this.knob]: turned });
      this.turnedItems.set(key, item);
    }
    return this.turnedItems.get(key);
  }

  row(change) {
    const nearest = this.nearest(change);
    const row = {
      ...change,
      knob: this.knob,
      factor: null,
      attained: false,
      value: null,
      binding: this.bindingOfTurnedItems(),
      isIfBound: this.letter !== null,
    };
    if (!nearest) return row;
    const metric = this.data.turns[this.knob][0];
    return {
      ...row,
      ...nearest,
      value: this.turned(nearest.factor).value(metric, this.reading),
      binding: this.binding(nearest.factor, change),
    };
  }

  /** The first provision that is met once the knob is turned, however little. It may be another one
   * than for the item itself: a turned chip is none of the parts that a letter names. */
  bindingOfTurnedItems() {
    if (!this.verdict.provisions.length) return null;
    const [first] = [...this.metByAll(JUST_BELOW_ONE), ...this.metBySome(JUST_BELOW_ONE)];
    return first?.id ?? null;
  }

  /** The multiple nearest to 1 at which the change is brought about, and whether it holds there. */
  nearest(change) {
    const multiples = this.criticalMultiples();
    const below = multiples.filter((multiple) => compare(multiple, ONE) < 0).reverse();
    const above = multiples.filter((multiple) => compare(multiple, ONE) > 0);
    const changes = [
      this.walk([ONE, ...below], change, ZERO),
      this.walk([ONE, ...above], change, null),
    ].filter(Boolean);
    // Half and double are equally far from 1.
    const distance = ({ factor }) => {
      const isDown = compare(factor, ONE) < 0 && !isZero(factor);
      return isDown ? over(ONE, factor) : factor;
    };
    changes.sort((a, b) => compare(distance(a), distance(b)));
    return changes[0] ?? null;
  }

  /** Walks outward from 1: at each multiple, then between it and the next. */
  walk(multiples, change, end) {
    for (let at = 0; at < multiples.length; at += 1) {
      const factor = multiples[at];
      if (at && change.isDone(this.finding(factor))) return { factor, attained: true };
      const next = at + 1 < multiples.length ? multiples[at + 1] : end;
      const between = next === null ? add(times(factor, TWO), ONE) : middle(factor, next);
      if (change.isDone(this.finding(between))) return { factor, attained: false };
    }
    return null;
  }

  /** The assignments of the turned item, one list for each reading. */
  assignments(factor) {
    const item = this.turned(factor);
    const ruling = new Ruling(item, this.question, this.controlList, this.data);
    const facts = ruling.facts([this.rule]);
    if (this.letter) facts[this.letter] = true;
    const interpretations = item.plain(facts);
    return interpretations.map((interpretation) =>
      this.controlList.assignments(this.rule, interpretation, item.kind),
    );
  }

  /** What the rule says of the turned item: the strictest answer over its readings. */
  finding(factor) {
    const findings = this.assignments(factor).map((assignments) =>
      joined(assignments.map((each) => findingAt(this.rule, this.controlList, each))),
    );
    return lowest(findings, (finding) => strictness(this.rule, finding));
  }

  /** The multiples at which some threshold of the rule is met, in ascending order. */
  criticalMultiples() {
    const multiples = [];
    for (const [metric, thresholds] of thresholdsIn(this.controlList.leaves(this.rule))) {
      for (const [reading] of this.item.record.readings) {
        for (const threshold of thresholds) {
          multiples.push(...this.solve(metric, reading, threshold));
        }
      }
    }
    return ordered(multiples.filter((multiple) => compare(multiple, ZERO) > 0));
  }

  /** Where a metric meets a threshold: it is linear in the multiple, or a constant over something
   * linear (a density along the die area). Three values tell which, two of them give the line. */
  solve(metric, reading, threshold) {
    const values = [ONE, TWO, add(TWO, ONE)].map((factor) => this.metric(metric, reading, factor));
    if (values.includes(null)) return [];
    const [one, two, three] = values;
    const step = minus(two, one);
    if (same(step, minus(three, two))) {
      return isZero(step) ? [] : [add(ONE, over(minus(threshold, one), step))];
    }
    if (compare(threshold, ZERO) <= 0 || isZero(one) || isZero(two)) return [];
    const slope = minus(over(ONE, two), over(ONE, one));
    return [add(ONE, over(minus(over(ONE, threshold), over(ONE, one)), slope))];
  }

  /** A metric of the turned item; where a part of it is missing, what the known parts give at
   * least. */
  metric(name, reading, factor) {
    const item = this.turned(factor);
    const value = item.value(name, reading);
    if (value !== null) return value;
    return name === "performance_density" ? ZERO : item.value(name, reading, "low");
  }

  /** The first paragraph met on the controlled side of the multiple. */
  binding(factor, change) {
    const nearby = [factor, over(factor, JUST_BELOW_ONE), times(factor, JUST_BELOW_ONE)];
    // A provision met for all values of unknown figures comes before one met for some of them.
    const met = [
      ...nearby.flatMap((near) => this.metByAll(near)),
      ...nearby.flatMap((near) => this.metBySome(near)),
    ];
    const isControlledMore = (provision) =>
      change.isDone(findingOf([provision])) === Boolean(change.enters);
    return met.find(isControlledMore)?.id ?? null;
  }

  /** The provisions that every assignment of an interpretation meets, in their order. */
  metByAll(factor) {
    return this.assignments(factor).flatMap((assignments) => {
      const [first, ...others] = assignments.map((each) => this.provisionsMet(each));
      return first.filter(({ id }) => others.every((met) => met.some((other) => other.id === id)));
    });
  }

  /** The first provision that each assignment meets. */
  metBySome(factor) {
    const assignments = this.assignments(factor).flat();
    return assignments.flatMap((each) => this.provisionsMet(each).slice(0, 1));
  }

  /** The provisions that an assignment meets. */
  provisionsMet(assignment) {
    return provisionsMet(this.rule, this.controlList, assignment);
  }
}

/** What to look for: leaving the paragraph, leaving the entry, entering each stricter paragraph. */
function changesOf(rule, now) {
  const outcomes = outcomesOf(rule);
  const entry = entryOf(outcomes) ?? rule.id;
  const isOut = (finding) => finding.status === NOT_MET;
  const isLower = (finding) =>
    outcomes.includes(finding.outcome) && strictness(rule, finding) > strictness(rule, now);
  const leaving = (leaves, isDone) => ({ leaves, enters: null, isDone });

  const changes = [];
  if (now.status === MET) {
    const hasLower = outcomes.length > 1 && now.outcome === outcomes[0];
    if (hasLower) {
      changes.push(leaving(now.outcome, (finding) => isOut(finding) || isLower(finding)));
    }
    changes.push(leaving(outcomes.length > 1 ? entry : now.outcome, isOut));
  }
  if (now.status === UNDETERMINED) changes.push(leaving(entry, isOut));

  const at = outcomes.indexOf(now.outcome);
  const enterable = now.status === MET ? outcomes.slice(0, Math.max(at, 0)) : outcomes;
  for (const outcome of [...enterable].reverse()) {
    const isDone = (finding) => finding.status === MET && finding.outcome === outcome;
    changes.push({ leaves: null, enters: outcome, isDone });
  }
  return changes;
}
