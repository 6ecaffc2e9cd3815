// What information is missing: for each figure or fact that matters, the values at which the answer
// changes (its break-evens) and the answer in each piece between them.

/** The missing figures and facts that a rule's answer depends on in one interpretation. */
function needsOf(rule, interpretation, item, controlList) {
  return new Needs(rule, interpretation, item, controlList).all();
}

class Needs {
  constructor(rule, interpretation, item, controlList) {
    const [lead, ...others] = interpretation.chips;
    const known = Object.entries(interpretation.facts).filter(([, value]) => value !== null);
    const open = Object.entries(interpretation.facts).filter(([, value]) => value === null);
    Object.assign(this, { rule, item, controlList, known: lead });
    this.leaves = controlList.leaves(rule);
    // A fact of the item that is open is open for its leading chip, too: client chips may be in a
    // system for data centers.
    const facts = { ...lead.facts, ...Object.fromEntries(open) };
    this.points = chipAssignmentsOf({ ...lead, facts }, this.leaves);
    // Only the leading chip's figures are varied; the other chips keep one assignment.
    this.others = others.map((figures) => chipAssignmentsOf(figures, this.leaves)[0]);
    this.itemFacts = Object.fromEntries(known);
    this.knownFacts = { ...lead.facts, ...interpretation.facts };
  }

  all() {
    const figures = Object.keys(this.known.missing).filter((name) => this.figureMatters(name));
    const facts = factsAsked(this.leaves).filter((name) => this.factMatters(name));
    // Break-evens exist only for one unknown: with two, each depends on the other.
    const isAlone = figures.length + facts.length === 1;
    return [
      ...figures.map((name) => this.figureNeed(name, isAlone)),
      ...facts.map((name) => this.factNeed(name, isAlone)),
    ];
  }

  /** The answer with the leading chip at one point. */
  answer(point) {
    const assignment = {
      kind: this.item.kind,
      chips: [point, ...this.others],
      facts: this.itemFacts,
    };
    return findingAt(this.rule, this.controlList, assignment);
  }

  withValue(point, name, value) {
    return this.answer({ ...point, values: { ...point.values, [name]: value } });
  }

  withFact(point, name, value) {
    return this.answer({ ...point, facts: { ...point.facts, [name]: value } });
  }

  /** A point with a value for every metric: the low end of those that the rule does not ask for. */
  completed(point) {
    const values = {};
    for (const [name, [low]] of Object.entries(this.known.intervals)) values[name] = low;
    return { ...point, values: { ...values, ...point.values } };
  }

  /** The answers along one metric's interval, everything else as at the point. */
  along(name, start) {
    const point = this.completed(start);
    const intervals = {};
    for (const [other, interval] of Object.entries(this.known.intervals)) {
      const value = point.values[other];
      intervals[other] = other === name ? interval : [value, value];
    }
    const fixed = { ...this.known, intervals };
    const cuts = cutsOf(fixed, name, this.leaves);
    return piecesOf(intervals[name], cuts, (value) => this.withValue(point, name, value));
  }

  figureMatters(name) {
    const asked = this.points.filter((point) => name in point.values);
    return asked.some((point) => this.along(name, point).length > 1);
  }

  factMatters(name) {
    if ((this.knownFacts[name] ?? null) !== null) return false;
    return this.points.some((point) => {
      const [ifSo, ifNot] = [true, false].map((value) => this.withFact(point, name, value));
      return !agree(ifSo, ifNot);
    });
  }

  figureNeed(name, isAlone) {
    const pieces = isAlone ? this.along(name, this.points[0]) : null;
    return { figure: name, missing: this.known.missing[name], pieces };
  }

  factNeed(name, isAlone) {
    const answers = () =>
      [true, false].map((value) => [value, this.withFact(this.points[0], name, value)]);
    return { fact: name, values: isAlone ? answers() : null };
  }
}

/** The answers along one interval that is cut at some values; neighbors that agree are joined. */
function piecesOf([low, high], cuts, answer) {
  const ends = [low, ...cuts, high];
  const pieces = [];
  const append = (piece) => {
    const last = pieces[pieces.length - 1];
    if (!last || !agree(last.answer, piece.answer)) return pieces.push(piece);
    return Object.assign(last, { to: piece.to, closed: piece.closed });
  };

  // A value of zero can stand for "there is none" (planar logic), so it is a piece of its own.
  if (isZero(low) && high !== null && !same(low, high)) {
    pieces.push({ from: null, to: low, closed: true, answer: answer(low) });
  }
  for (let at = 0; at + 1 < ends.length; at += 1) {
    const [start, stop] = [ends[at], ends[at + 1]];
    if (same(start, low) && same(stop, low)) {
      return [{ from: null, to: null, closed: false, answer: answer(start) }];
    }
    const inside = stop === null ? add(times(start, TWO), ONE) : middle(start, stop);
    append({ from: start, to: stop, closed: false, answer: answer(inside) });
    const isCut = at + 2 < ends.length;
    if (isCut) append({ from: stop, to: stop, closed: true, answer: answer(stop) });
  }
  pieces[0].from = isZero(low) ? null : low;
  Object.assign(pieces[pieces.length - 1], { to: high, closed: high !== null });
  return pieces;
}
