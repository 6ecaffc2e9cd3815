// A chip or system as the solver sees it: one interpretation for each way the rules allow to count
// it, and further ones that may contest the answer (other credible claims, margins of figures, what
// the vendor declares).

/** How much of a figure's range an interpretation takes: the preferred claim, all credible claims,
 * or those with rounding and tolerance. */
const NOMINAL = "nominal";
const CLAIMS = "claims";
const WIDE = "wide";

/** The next narrower margin, and what several figures in a margin are called. */
const NARROWER = { [CLAIMS]: NOMINAL, [WIDE]: CLAIMS };
const TOGETHER = { [CLAIMS]: "credible claims", [WIDE]: "margins of figures" };

const ENDS = ["value", "low", "high", "least", "most"];

/** The numbers of the data that were read, by their texts: many chips share a figure. */
const numbersRead = new Map();

function readNumber(text) {
  if (!numbersRead.has(text)) numbersRead.set(text, exact(text));
  return numbersRead.get(text);
}

/** A spread from the data: one text where all ends agree, else the ends, what is missing, and the
 * part of each end that no knob scales. */
function readSpread(raw) {
  if (typeof raw === "string") {
    const value = readNumber(raw);
    return { value, low: value, high: value, least: value, most: value, missing: [], fixed: null };
  }
  const missing = raw[ENDS.length];
  const fixed = raw[ENDS.length + 1];
  const spread = readEnds(raw.slice(0, ENDS.length));
  return { ...spread, missing, fixed: fixed ? readEnds(fixed) : null };
}

function readEnds(texts) {
  const [value, low, high, least, most] = texts.map(readNumber);
  return { value, low, high, least, most };
}

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
  // What bounds an unknown figure may have a margin itself.
  if (value === null) {
    return margin === WIDE ? [spread.least, spread.most] : [spread.low, spread.high];
  }
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
    const ofChip = keptIn(this.spreads, chip, () => new Map());
    const ofReading = keptIn(ofChip, reading, () => new Map());
    return keptIn(ofReading, name, () => this.findSpread(name, reading, chip));
  }

  findSpread(name, reading, chip) {
    const ofSystem = chip === this.lead && name in (this.record.spreads?.[""] ?? {});
    const { spreads } = ofSystem ? this.record : chip;
    // Readings other than the plain one hold only the metrics that they count differently.
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

  /** The nominal interpretations, without the facts of a transaction. `because` of an interpretation
   * makes its reason, or null: few reasons are ever read. */
  nominal() {
    return once(this, "nominal", () =>
      this.record.readings.map(([reading, because]) =>
        this.interpretation(() => because, reading, NOMINAL, []),
      ),
    );
  }

  /** The nominal interpretations that differ in one of some metrics. */
  plainIn(names) {
    return once(this, `plain ${names}`, () => differing(this.nominal(), names));
  }

  /** All figures with their margins, and as declared: the figures of every other interpretation lie
   * within these. */
  widest() {
    return once(this, "widest", () => {
      const names = [...new Set(this.chips.flatMap((chip) => Object.keys(chip.spreads[""])))];
      const none = () => null;
      const widest = this.record.readings.map(([reading]) =>
        this.interpretation(none, reading, WIDE, names),
      );
      return this.declaredTpp?.tpp ? [...widest, this.asDeclared()] : widest;
    });
  }

  /** `only` names the metrics that take the margin; the others have their preferred value. */
  interpretation(because, reading, margin, only) {
    const chips = this.chips.map((chip) => this.knownFigures(chip, reading, margin, only));
    return { because, reading, chips, facts: this.facts };
  }

  knownFigures(chip, reading, margin, only) {
    const key = `${chip.id} ${reading} ${margin} ${only}`;
    if (!this.figures.has(key)) {
      this.figures.set(key, this.findFigures(chip, reading, margin, only));
    }
    return this.figures.get(key);
  }

  findFigures(chip, reading, margin, only) {
    if (only.length) return this.widenedFigures(chip, reading, margin, only);
    const intervals = {};
    const missing = {};
    for (const name of Object.keys(chip.spreads[""])) {
      const spread = this.spread(name, reading, chip);
      intervals[name] = intervalOf(spread, NOMINAL);
      if (spread.value === null) missing[name] = spread.missing;
    }
    return {
      intervals,
      missing,
      facts: { datacenter: chip.datacenter, digital: chip.digital },
      part: this.changed || chip.hypothetical ? null : chip.id,
      undefined: withoutMeaning(chip, intervals),
      // figures with a margin around some, named by `widened`, hold the nominal ones too
      nominal: null,
      widened: [],
    };
  }

  /** The nominal figures of a chip, with a margin around some of them. */
  widenedFigures(chip, reading, margin, only) {
    const nominal = this.knownFigures(chip, reading, NOMINAL, []);
    const intervals = { ...nominal.intervals };
    for (const name of only) {
      // A chip of a system may have a figure that another one lacks.
      if (name in intervals) intervals[name] = intervalOf(this.spread(name, reading, chip), margin);
    }
    const meaningless = withoutMeaning(chip, intervals);
    return { ...nominal, intervals, undefined: meaningless, nominal, widened: only };
  }

  /** Interpretations that may contest the answer: other credible claims, margins of figures, the
   * vendor's declaration. */
  contesting(names) {
    const interpretations = [];
    const include = (because, reading, margin, only) => {
      interpretations.push(this.interpretation(because, reading, margin, only));
    };
    for (const [reading, text] of this.record.readings) {
      for (const margin of [CLAIMS, WIDE]) {
        const widened = this.widened(names, reading, margin, NARROWER[margin]);
        for (const name of widened) {
          include(() => this.because(name, reading, margin, text), reading, margin, [name]);
        }
        if (!widened.length) continue;
        // A claim of one figure and the margin of another may lead elsewhere only together: a lower
        // TPP on an area that is larger by its tolerance.
        const taken = this.widened(names, reading, margin, NOMINAL);
        const isOfBoth = taken.length > widened.length;
        const what = isOfBoth ? "credible claims and margins of figures" : TOGETHER[margin];
        if (taken.length > 1) include(() => `${what} taken together`, reading, margin, taken);
      }
    }
    const declared = this.declaredTpp?.tpp ? [this.asDeclared()] : [];
    return [...interpretations, ...declared];
  }

  /** The metrics of some that a margin makes wider than a narrower margin does. */
  widened(names, reading, margin, narrower) {
    const wider = once(this, `${reading} ${margin} ${narrower}`, () => {
      const all = new Set(this.chips.flatMap((chip) => Object.keys(chip.spreads[""])));
      const isWider = (name) => this.widerChip(name, reading, margin, narrower) !== undefined;
      return new Set([...all].filter(isWider));
    });
    return names.filter((name) => wider.has(name));
  }

  /** The chip with the TPP that its vendor declares in an export table. */
  asDeclared() {
    const { tpp, source } = this.declaredTpp;
    const because = `the vendor declares TPP ${display(exact(tpp))} (${source})`;
    const interpretation = this.interpretation(() => because, null, NOMINAL, []);
    const [lead, ...others] = interpretation.chips;
    const intervals = { ...lead.intervals, tpp: [exact(tpp), exact(tpp)] };
    const asStated = { ...lead, intervals, nominal: lead, widened: ["tpp"] };
    return { ...interpretation, chips: [asStated, ...others] };
  }

  /** The first chip whose metric a margin widens, the leading one first: the best chip
   * classifies a system, and whether that is the leading one may be what is disputed. */
  widerChip(name, reading, margin, narrower) {
    return this.chips.find((chip) => {
      if (!(name in chip.spreads[""])) return false;
      const spread = this.spread(name, reading, chip);
      const wide = intervalOf(spread, margin);
      const narrow = intervalOf(spread, narrower);
      return !same(wide[0], narrow[0]) || !same(wide[1], narrow[1]);
    });
  }

  /** Why an interpretation differs, in the words of chipdb/solver/item.py. */
  because(name, reading, margin, text) {
    const chip = this.widerChip(name, reading, margin, NOMINAL) ?? this.lead;
    const spread = this.spread(name, reading, chip);
    const [low, high] = intervalOf(spread, margin);
    const unit = this.data.units[name];
    const between = `between ${display(low)} and ${display(high)} ${unit}`.trim();
    const range = high === null ? `at ${display(low)} ${unit} or more` : between;
    const ofFigures = margin === CLAIMS ? "credible claims" : "rounding and tolerance of figures";
    const who = spread.value === null ? "claims and margins of other figures" : ofFigures;
    const ofWhich = chip === this.lead ? "" : ` of ${chip.name}`;
    return `${who} put ${name}${ofWhich} ${range}${reading ? ` (${text})` : ""}`;
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

/** The metrics that have no meaning for a chip with these figures. */
function withoutMeaning(chip, intervals) {
  return isPlanar(chip, intervals) ? WITHOUT_DENSITY : MEANINGFUL;
}

/** Whether all logic of a chip is planar, so that its density has no meaning. A given density rules
 * that out, unless an area of zero is given with it. */
function isPlanar(chip, intervals) {
  const high = intervals.applicable_die_area[1];
  const givenArea = "applicable_die_area" in (chip.given ?? {});
  const densityMakesArea = "performance_density" in intervals && !givenArea;
  return high !== null && isZero(high) && !densityMakesArea;
}
