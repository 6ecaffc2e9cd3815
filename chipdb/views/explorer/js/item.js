// A chip or system as the solver sees it: one interpretation for each way the rules allow to count
// it, and further ones that may contest the answer (other credible claims, margins of figures, what
// the vendor declares).

/** How much of a figure's range an interpretation takes: the preferred claim, all credible claims,
 * or those with rounding and tolerance. */
const NOMINAL = "nominal";
const CLAIMS = "claims";
const WIDE = "wide";

const ENDS = ["value", "low", "high", "least", "most"];

/** A spread from the data: one text where all ends agree, else the ends, what is missing, and the
 * part of each end that no knob scales. */
function readSpread(raw) {
  if (typeof raw === "string") {
    const value = exact(raw);
    return { value, low: value, high: value, least: value, most: value, missing: [], fixed: null };
  }
  const [, , , , , missing, fixed] = raw;
  return { ...readEnds(raw), missing, fixed: fixed ? readEnds(fixed) : null };
}

const readEnds = (texts) => Object.fromEntries(ENDS.map((end, at) => [end, exact(texts[at])]));

/** A spread with its knob turned; the part that the knob does not scale stays. */
function turnedSpread(spread, factor) {
  const turned = { ...spread };
  for (const end of ENDS) {
    if (spread[end] === null) continue;
    const fixed = spread.fixed?.[end] ?? ZERO;
    turned[end] = add(fixed, times(minus(spread[end], fixed), factor));
  }
  return turned;
}

/** The interval of a figure in one margin; a high end of null means that there is none. */
function intervalOf(spread, margin) {
  const { value } = spread;
  if (value === null) return [spread.low, spread.high];
  if (margin === NOMINAL) return [value, value];
  const low = margin === CLAIMS ? spread.low : spread.least;
  const high = margin === CLAIMS ? spread.high : spread.most;
  return [least(low, value), high === null ? value : greatest(high, value)];
}

/** The chips of an item, the leading one first: the chip itself, or those of a system. */
function chipsOf(record, data) {
  if (!record.of) return [record];
  return record.of.map(([id]) => data.byId.get(id));
}

/** The knobs that every chip of an item has. */
function knobsOffered(record, data) {
  const chips = chipsOf(record, data);
  return Object.keys(data.turns).filter((knob) => chips.every((chip) => chip.knobs.includes(knob)));
}

class Item {
  /** `factors` are exact multiples by knob. */
  constructor(record, data, factors = {}) {
    const turned = Object.entries(factors).filter(([, factor]) => !same(factor, ONE));
    this.record = record;
    this.kind = record.kind;
    this.data = data;
    this.factors = Object.fromEntries(turned);
    this.chips = chipsOf(record, data);
    this.lead = this.chips[0];
    this.facts = record.facts ?? {};
    this.spreads = new Map();
    this.figures = new Map();
    // A chip with a knob turned was never sold, and nobody declared its TPP or ECCN.
    this.changed = turned.length > 0;
    this.altered = record.hypothetical || this.changed;
    this.declared = this.changed ? null : record.declared;
    this.declaredTpp = this.changed ? null : (record.declared ?? this.lead.declared);
  }

  /** The spread of a metric of one chip. What a rule asks of a computer as a whole (APP) is asked
   * of the system, with its leading chip. */
  spread(name, reading = null, chip = this.lead) {
    const key = `${chip.id} ${reading} ${name}`;
    if (!this.spreads.has(key)) this.spreads.set(key, this.findSpread(name, reading, chip));
    return this.spreads.get(key);
  }

  findSpread(name, reading, chip) {
    const ofSystem = chip === this.lead && name in (this.record.spreads?.[""] ?? {});
    const { spreads } = ofSystem ? this.record : chip;
    // Readings beside the plain one hold only the metrics that they count differently.
    const spread = readSpread(spreads[reading ?? ""]?.[name] ?? spreads[""][name]);
    const knob = Object.keys(this.factors).find((each) => this.data.turns[each].includes(name));
    return knob ? turnedSpread(spread, this.factors[knob]) : spread;
  }

  /** A metric's value in one reading, derived ones too; null if unknown or without meaning. */
  value(name, reading = null, end = "value") {
    if (name in this.lead.spreads[""]) return this.spread(name, reading)[end];
    const [one, other] = DERIVED[name].parts.map((part) => this.spread(part, reading)[end]);
    if (one === null || other === null) return null;
    return DERIVED[name].value(one, other);
  }

  /** The nominal interpretations, one for each reading, with the facts of a transaction: the
   * strictest of their answers counts. */
  plain(facts) {
    return this.nominal().map((each) => withFacts(each, facts));
  }

  /** The nominal interpretations, without the facts of a transaction. */
  nominal() {
    return once(this, "nominal", () =>
      this.record.readings.map(([reading, because]) =>
        this.interpretation(because, reading, NOMINAL, null),
      ),
    );
  }

  /** The interpretations that differ in one of some metrics: the nominal ones, and those that may
   * contest the answer. */
  interpretations(names) {
    return once(this, names.join(), () => {
      const nominal = this.nominal();
      const kept = differing([...nominal, ...this.contesting(names)], names);
      return {
        plain: kept.filter((each) => nominal.includes(each)),
        disputed: kept.filter((each) => !nominal.includes(each)),
      };
    });
  }

  /** `only` names the metrics that take the margin; null stands for all of them. */
  interpretation(because, reading, margin, only) {
    const chips = this.chips.map((chip) => this.knownFigures(chip, reading, margin, only));
    return { because, reading, chips, facts: this.facts };
  }

  knownFigures(chip, reading, margin, only) {
    const key = [chip.id, reading, margin, ...(only ?? [])].join();
    if (!this.figures.has(key)) {
      this.figures.set(key, this.findFigures(chip, reading, margin, only));
    }
    return this.figures.get(key);
  }

  findFigures(chip, reading, margin, only) {
    const intervals = {};
    const missing = {};
    for (const name of Object.keys(chip.spreads[""])) {
      const spread = this.spread(name, reading, chip);
      const widened = only === null || only.has(name);
      intervals[name] = intervalOf(spread, widened ? margin : NOMINAL);
      if (spread.value === null) missing[name] = spread.missing;
    }
    return {
      intervals,
      missing,
      facts: { datacenter: chip.datacenter, digital: chip.digital },
      part: this.changed || chip.hypothetical ? null : chip.id,
      undefined: new Set(isPlanar(chip, intervals) ? ["performance_density"] : []),
    };
  }

  /** Interpretations that may contest the answer: other credible claims, margins of figures, the
   * vendor's declaration. */
  contesting(metrics) {
    const names = metrics.filter((name) => name in this.lead.spreads[""]);
    const interpretations = [];
    for (const [reading, text] of this.record.readings) {
      for (const margin of [CLAIMS, WIDE]) {
        const widened = names.filter((name) => this.isWidened(name, reading, margin));
        const include = (because, only) => {
          const seen = this.interpretation(because, reading, margin, new Set(only));
          interpretations.push(seen);
        };
        for (const name of widened) include(this.because(name, reading, margin, text), [name]);
        const together = margin === CLAIMS ? "credible claims" : "margins of figures";
        if (widened.length > 1) include(`${together} taken together`, widened);
      }
    }
    const declared = this.declaredTpp?.tpp ? [this.asDeclared()] : [];
    return [...interpretations, ...declared];
  }

  /** The chip with the TPP that its vendor declares in an export table. */
  asDeclared() {
    const { tpp, source } = this.declaredTpp;
    const because = `the vendor declares TPP ${display(exact(tpp))} (${source})`;
    const interpretation = this.interpretation(because, null, NOMINAL, null);
    const [lead, ...others] = interpretation.chips;
    const intervals = { ...lead.intervals, tpp: [exact(tpp), exact(tpp)] };
    return { ...interpretation, chips: [{ ...lead, intervals }, ...others] };
  }

  /** Whether a margin makes a metric's interval wider than the next smaller margin does. */
  isWidened(name, reading, margin) {
    const spread = this.spread(name, reading);
    if (spread.value === null) return false;
    const wide = intervalOf(spread, margin);
    const narrow = intervalOf(spread, margin === CLAIMS ? NOMINAL : CLAIMS);
    return !same(wide[0], narrow[0]) || !same(wide[1], narrow[1]);
  }

  /** Why an interpretation differs, in the words of chipdb/solver/item.py. */
  because(name, reading, margin, text) {
    const [low, high] = intervalOf(this.spread(name, reading), margin);
    const unit = this.data.units[name];
    const range = `${name} between ${display(low)} and ${display(high)} ${unit}`.trim();
    const who = margin === CLAIMS ? "credible claims" : "rounding and tolerance of figures";
    return `${who} put ${range}${reading ? ` (${text})` : ""}`;
  }
}

/** An interpretation with the facts of a transaction. */
function withFacts(interpretation, facts) {
  const chips = interpretation.chips.map((known) => ({
    ...known,
    facts: { ...known.facts, ...facts },
  }));
  return { ...interpretation, chips };
}

/** Whether all logic of a chip is planar, so that its density has no meaning. A given density rules
 * that out, unless an area of zero is given with it. */
function isPlanar(chip, intervals) {
  const high = intervals.applicable_die_area[1];
  const givenArea = "applicable_die_area" in (chip.given ?? {});
  const densityMakesArea = "performance_density" in intervals && !givenArea;
  return high !== null && isZero(high) && !densityMakesArea;
}
