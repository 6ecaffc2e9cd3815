// A chip as the solver sees it: one standpoint for each way of counting it, each dispute, each margin of a figure.

const NOMINAL = "nominal";
const CLAIMS = "claims";
const WIDE = "wide";
const ENDS = ["value", "low", "high", "least", "most"];

/** A spread as the data has it: one text where all ends agree, else the ends, what is missing, what no knob turns. */
function readSpread(raw) {
  if (typeof raw === "string") {
    const value = exact(raw);
    return { value, low: value, high: value, least: value, most: value, missing: [], fixed: null };
  }
  const spread = Object.fromEntries(ENDS.map((end, at) => [end, exact(raw[at])]));
  const fixed = raw[6] ? Object.fromEntries(ENDS.map((end, at) => [end, exact(raw[6][at])])) : null;
  return { ...spread, missing: raw[5], fixed };
}

/** A spread with its knob turned: what the knob does not turn stays. */
function turnedSpread(spread, factor) {
  const turn = (end) => {
    if (spread[end] === null) return null;
    const fixed = spread.fixed?.[end] ?? ZERO;
    return add(fixed, times(minus(spread[end], fixed), factor));
  };
  return { ...spread, ...Object.fromEntries(ENDS.map((end) => [end, turn(end)])) };
}

/** From low to high in one margin; high null has no end. */
function spanOf(spread, margin) {
  if (spread.value === null) return [spread.low, spread.high];
  if (margin === NOMINAL) return [spread.value, spread.value];
  const [low, high] = margin === CLAIMS ? [spread.low, spread.high] : [spread.least, spread.most];
  return [least(low, spread.value), high === null ? spread.value : greatest(high, spread.value)];
}

/** The chips of an item, the leading one first: itself, or those of a system. */
const partsOfItem = (record, data) => (record.of ? record.of.map(([id]) => data.byId.get(id)) : [record]);

/** The knobs that every chip of an item has. */
function knobsOffered(record, data) {
  const parts = partsOfItem(record, data);
  return Object.keys(data.turns).filter((knob) => parts.every((part) => part.knobs.includes(knob)));
}

class Subject {
  /** `factors` are exact multiples by knob; a chip with a knob turned was never sold and nobody declared it. */
  constructor(record, data, factors = {}) {
    this.record = record;
    this.kind = record.kind;
    this.data = data;
    this.factors = Object.fromEntries(Object.entries(factors).filter(([, factor]) => !same(factor, ONE)));
    this.altered = record.hypothetical || Object.keys(this.factors).length > 0;
    this.parts = partsOfItem(record, data);
    this.lead = this.parts[0];
    this.facts = record.facts ?? {};
    this.spreads = new Map();
    const own = (chip) => (this.altered ? null : chip.declared);
    this.declared = own(record);
    this.declaredTpp = own(record) ?? own(this.lead);
  }

  /** A metric's spread; of the leading chip of a system, what a rule asks of a computer as a whole is that of the system. */
  spread(name, reading = null, part = this.lead) {
    const key = `${part.id} ${reading} ${name}`;
    if (!this.spreads.has(key)) {
      const whole = part === this.lead && name in (this.record.spreads?.[""] ?? {}) ? this.record : part;
      const raw = whole.spreads[reading ?? ""]?.[name] ?? whole.spreads[""][name];
      const spread = readSpread(raw);
      const knob = Object.keys(this.factors).find((each) => this.data.turns[each].includes(name));
      this.spreads.set(key, knob ? turnedSpread(spread, this.factors[knob]) : spread);
    }
    return this.spreads.get(key);
  }

  /** A metric's value in one reading, derived ones too; null where it is unknown or has no meaning. */
  value(name, reading = null, end = "value") {
    if (name in this.lead.spreads[""]) return this.spread(name, reading)[end];
    const [one, other] = DERIVED[name].parts.map((part) => this.spread(part, reading)[end]);
    return one === null || other === null ? null : DERIVED[name].value(one, other);
  }

  /** The nominal standpoints, one a reading: the strictest of their answers is the answer. */
  plain(facts) {
    return this.record.readings.map(([reading, because]) => this.standpoint(because, reading, NOMINAL, null, facts));
  }

  standpoint(because, reading, margin, only, facts) {
    const views = this.parts.map((part) => this.view(part, reading, margin, only, facts));
    return { because, reading, views, facts: this.facts };
  }

  view(part, reading, margin, only, facts) {
    const spans = {};
    const missing = {};
    for (const name of Object.keys(part.spreads[""])) {
      const spread = this.spread(name, reading, part);
      spans[name] = spanOf(spread, only === null || only.has(name) ? margin : NOMINAL);
      if (spread.value === null) missing[name] = spread.missing;
    }
    const high = spans.applicable_die_area[1];
    // a given density makes no area that would leave it without meaning; a given area does
    const makesArea = "performance_density" in spans && !("applicable_die_area" in (part.given ?? {}));
    const planar = high !== null && isZero(high) && !makesArea;
    return {
      spans,
      missing,
      facts: { datacenter: part.datacenter, digital: part.digital, ...facts },
      part: this.altered || part.hypothetical ? null : part.id,
      undefined: new Set(planar ? ["performance_density"] : []),
    };
  }

  /** Standpoints that may contest: other credible claims, margins of figures, what the maker declares. */
  disputes(facts, metrics) {
    const found = [];
    const names = [...partsOf(metrics)].filter((name) => name in this.lead.spreads[""]).sort();
    for (const [reading, text] of this.record.readings) {
      for (const margin of [CLAIMS, WIDE]) {
        const widened = names.filter((name) => this.widened(name, reading, margin));
        const sees = (because, only) => found.push(this.standpoint(because, reading, margin, new Set(only), facts));
        for (const name of widened) sees(this.because(name, reading, margin, text), [name]);
        const together = margin === CLAIMS ? "credible claims" : "margins of figures";
        if (widened.length > 1) sees(`${together} taken together`, widened);
      }
    }
    const { declaredTpp } = this;
    if (declaredTpp?.tpp) {
      const seen = this.standpoint(
        `the maker declares TPP ${display(exact(declaredTpp.tpp))} (${declaredTpp.source})`,
        null,
        NOMINAL,
        null,
        facts,
      );
      seen.views[0].spans.tpp = [exact(declaredTpp.tpp), exact(declaredTpp.tpp)];
      found.push(seen);
    }
    return found;
  }

  widened(name, reading, margin) {
    const spread = this.spread(name, reading);
    if (spread.value === null) return false;
    const [wide, inner] = [spanOf(spread, margin), spanOf(spread, margin === CLAIMS ? NOMINAL : CLAIMS)];
    return !same(wide[0], inner[0]) || !same(wide[1], inner[1]);
  }

  because(name, reading, margin, text) {
    const [low, high] = spanOf(this.spread(name, reading), margin);
    const limits = `${name} between ${display(low)} and ${display(high)} ${this.data.units[name]}`.trim();
    const where = reading ? ` (${text})` : "";
    return `${margin === CLAIMS ? "credible claims put" : "rounding and tolerance of figures put"} ${limits}${where}`;
  }
}
