// How far a knob can be turned before a rule's answer changes. Along a knob every metric is a quotient of two linear functions
// of the knob's multiple, so each limit is met at one exact multiple; between two such multiples nothing changes.

/** The rows of one verdict and one knob. */
function headroomOf(subject, verdict, question, law, knob, data) {
  const walker = new Walker(subject, verdict, question, law, knob, data);
  return changesOf(verdict.rule, verdict.finding).map((change) => walker.row(change));
}

class Walker {
  constructor(subject, verdict, question, law, knob, data) {
    Object.assign(this, { subject, verdict, question, law, knob, data, rule: verdict.rule });
    this.reading = verdict.standpoint.reading;
    this.turnedSubjects = new Map();
  }

  turned(factor) {
    const key = plainText(factor);
    if (!this.turnedSubjects.has(key)) {
      const factors = { ...this.subject.factors, [this.knob]: times(this.subject.factors[this.knob] ?? ONE, factor) };
      this.turnedSubjects.set(key, new Subject(this.subject.record, this.data, factors));
    }
    return this.turnedSubjects.get(key);
  }

  row(change) {
    const found = this.nearest(change);
    const none = {
      ...change,
      knob: this.knob,
      factor: null,
      attained: false,
      value: null,
      binding: this.verdict.provisions[0] ?? null,
    };
    if (!found) return none;
    const value = this.turned(found.factor).value(this.data.turns[this.knob][0], this.reading);
    return { ...none, ...found, value, binding: this.binding(found.factor, change) };
  }

  /** The multiple nearest to 1 at which the change is brought about, and whether it holds there. */
  nearest(change) {
    const marks = this.marks();
    const below = marks.filter((mark) => compare(mark, ONE) < 0).reverse();
    const above = marks.filter((mark) => compare(mark, ONE) > 0);
    const found = [this.walk([ONE, ...below], change, ZERO), this.walk([ONE, ...above], change, null)].filter(Boolean);
    const stretch = ({ factor }) => (compare(factor, ONE) >= 0 || isZero(factor) ? factor : over(ONE, factor));
    return found.sort((a, b) => compare(stretch(a), stretch(b)))[0] ?? null;
  }

  /** Walks outward from 1: at each mark, then between it and the next. */
  walk(marks, change, end) {
    for (let at = 0; at < marks.length; at += 1) {
      if (at && change.done(this.finding(marks[at]))) return { factor: marks[at], attained: true };
      const next = at + 1 < marks.length ? marks[at + 1] : end;
      const between = next === null ? add(times(marks[at], TWO), ONE) : middle(marks[at], next);
      if (change.done(this.finding(between))) return { factor: marks[at], attained: false };
    }
    return null;
  }

  samples(factor) {
    const subject = this.turned(factor);
    const ruling = new Ruling(subject, this.question, this.law, this.data);
    return subject.plain(ruling.facts([this.rule])).map((standpoint) => this.law.samples(this.rule, standpoint, subject.kind));
  }

  /** What the rule says of the turned chip: the strictest over its readings. */
  finding(factor) {
    const found = this.samples(factor).map((samples) => joined(samples.map((sample) => findingAt(this.rule, this.law, sample))));
    const ranks = found.map((finding) => strictness(this.rule, finding));
    return found[ranks.indexOf(Math.min(...ranks))];
  }

  /** The multiples at which some limit of the rule is met. */
  marks() {
    const marks = [];
    for (const [name, limits] of limitsIn(this.law.leaves(this.rule))) {
      for (const [reading] of this.subject.record.readings) {
        for (const limit of limits) marks.push(...this.solve(name, reading, limit));
      }
    }
    return ordered(marks.filter((mark) => compare(mark, ZERO) > 0));
  }

  /** Where a metric meets a limit: linear in the multiple, or a constant over something linear. */
  solve(name, reading, limit) {
    const [one, two, three] = [ONE, TWO, add(TWO, ONE)].map((factor) => this.metric(name, reading, factor));
    if (one === null || two === null || three === null) return [];
    const step = minus(two, one);
    if (same(step, minus(three, two))) return isZero(step) ? [] : [add(ONE, over(minus(limit, one), step))];
    if (compare(limit, ZERO) <= 0 || isZero(one) || isZero(two)) return [];
    const slope = minus(over(ONE, two), over(ONE, one));
    return [add(ONE, over(minus(over(ONE, limit), over(ONE, one)), slope))];
  }

  /** A metric of the turned chip; where a part of it is missing, what the known parts come to at least. */
  metric(name, reading, factor) {
    const subject = this.turned(factor);
    const value = subject.value(name, reading);
    if (value !== null) return value;
    return name === "performance_density" ? ZERO : subject.value(name, reading, "low");
  }

  /** The first provision met on the caught side of the limit. */
  binding(factor, change) {
    const step = ratio(1n, 10n ** 9n);
    for (const near of [factor, times(factor, add(ONE, step)), times(factor, minus(ONE, step))]) {
      for (const sample of this.samples(near).flat()) {
        const [first] = provisionsMet(this.rule, this.law, sample);
        if (first && change.done({ status: MET, outcome: first.outcome }) === Boolean(change.enters)) return first.id;
      }
    }
    return null;
  }
}

/** What to look for: leaving the paragraph, leaving the entry, entering each stricter paragraph. */
function changesOf(rule, now) {
  const outcomes = outcomesOf(rule);
  const entry = entryOf(outcomes) ?? rule.id;
  const outside = (finding) => finding.status === NOT_MET;
  const below = (finding) => outcomes.includes(finding.outcome) && strictness(rule, finding) > strictness(rule, now);
  const changes = [];
  if (now.status === MET) {
    if (outcomes.length > 1 && now.outcome === outcomes[0]) {
      changes.push({ leaves: now.outcome, enters: null, done: (finding) => outside(finding) || below(finding) });
    }
    changes.push({ leaves: outcomes.length > 1 ? entry : now.outcome, enters: null, done: outside });
  }
  if (now.status === UNDETERMINED) changes.push({ leaves: entry, enters: null, done: outside });
  const before = (outcome) => outcomes.includes(now.outcome) && outcomes.indexOf(outcome) < outcomes.indexOf(now.outcome);
  for (const outcome of outcomes.filter((each) => now.status !== MET || before(each)).reverse()) {
    changes.push({ leaves: null, enters: outcome, done: (finding) => finding.status === MET && finding.outcome === outcome });
  }
  return changes;
}
