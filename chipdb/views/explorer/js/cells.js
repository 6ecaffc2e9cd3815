// What a rule says, kept by cells: the stretches between its thresholds. All values of a cell get
// the same answer, so a rule is evaluated once for a cell and not once for a chip: most chips of a
// catalog fall into cells that another chip has been in before. As in chipdb/solver.

/** What was worked out for an object, by a key; it is forgotten with the object. */
const workedOut = new WeakMap();

/** What `make` returns, worked out once for an object and a key. */
function once(owner, key, make) {
  let values = workedOut.get(owner);
  if (!values) {
    values = new Map();
    workedOut.set(owner, values);
  }
  return keptIn(values, key, make);
}

/** The value of a key in a map, made where there is none. */
function keptIn(values, key, make) {
  let value = values.get(key);
  if (value === undefined) {
    value = make();
    values.set(key, value);
  }
  return value;
}

const serials = new WeakMap();
let lastSerial = 0;

/** A number that stands for an object in a key. */
function serialOf(object) {
  if (!serials.has(object)) serials.set(object, ++lastSerial);
  return serials.get(object);
}

const serialsOf = (objects) => objects.map(serialOf).join();

/** The cell of a value: odd on a threshold, even between two, in ascending order. */
function markOf(value, thresholds) {
  let below = 0;
  for (const threshold of thresholds) {
    const order = compare(value, threshold);
    if (order === 0) return 2 * below + 1;
    if (order < 0) break;
    below += 1;
  }
  return 2 * below;
}

/** Metrics whose cells hang together: a derived metric and its parts, or one metric alone. */
class Group {
  /** `thresholds` are those of each metric, in ascending order; a part may have none. */
  constructor(thresholds) {
    this.thresholds = thresholds;
    /** Each cell met so far, with values that lie in it: any of them stands for all. */
    this.cells = new Map();
  }

  /** The cells that the figures of a chip may lie in, each once. */
  cellsOf(known) {
    // a margin around one figure leaves the cells of all others as they are
    const { nominal, widened } = known;
    const isTouched = !nominal || widened.some((name) => this.thresholds.has(name));
    if (!isTouched) return this.cellsOf(nominal);
    return once(known, this, () => {
      const found = new Set();
      for (const values of grid(known, variablesOf(known, this.thresholds), this.thresholds, {})) {
        found.add(this.cellOf({ values, undefined: known.undefined }));
      }
      return [...found];
    });
  }

  cellOf(chip) {
    const marks = [];
    for (const [metric, thresholds] of this.thresholds) {
      const value = thresholds.length ? valueAt(chip, metric) : null;
      marks.push(value === null ? "-" : markOf(value, thresholds));
    }
    const key = marks.join();
    if (!this.cells.has(key)) this.cells.set(key, { key, values: chip.values });
    return this.cells.get(key);
  }
}

/** Every way to settle facts that nobody knows, one after another. Only facts that a condition comes
 * to are settled: where a figure decides, none of them is, and all ways would multiply. */
class Ways {
  /** `settled` maps each fact to true, false, or null where it is not known. */
  constructor(settled) {
    this.settled = settled;
    this.taken = new Map();
  }

  /** A fact as it is known, or as it is taken this time: true at first. */
  fact(name) {
    const known = this.settled.get(name);
    if (known !== null) return known;
    if (!this.taken.has(name)) this.taken.set(name, true);
    return this.taken.get(name);
  }

  /** Takes the last fact that was true as false, and forgets those met after it; false where
   * there is none, so that every way was gone. */
  next() {
    for (const name of [...this.taken.keys()].reverse()) {
      if (this.taken.get(name)) {
        this.taken.set(name, false);
        return true;
      }
      this.taken.delete(name);
    }
    return false;
  }
}

/** The answers of one rule under one control list for items of one kind, each worked out once for a
 * cell. */
class RuleCells {
  constructor(rule, controlList, kind) {
    const leaves = controlList.leavesFor(rule, kind);
    this.kind = kind;
    this.rule = rule;
    this.controlList = controlList;
    this.thresholds = thresholdsIn(leaves);
    this.facts = factsAsked(leaves).sort();
    this.namesChips = leaves.some(([kind]) => kind === "part");
    /** The metrics that interpretations must agree on to be one for this rule. */
    this.names = [...partsOf(new Set(this.thresholds.keys()))].sort();
    this.groupings = new Map();
    this.reached = new Map();
    this.met = new Map();
    this.lists = new Map();
  }

  /** What the rule gives under every assignment of an interpretation: its findings, each once, and
   * the paragraphs that are met under all of them. `facts` are those of the transaction. */
  reach(interpretation, facts) {
    const ofItem = JSON.stringify(interpretation.facts);
    if (interpretation.chips.length > 1) {
      const regions = interpretation.chips.map((known) => this.regionOf(known, facts));
      const key = [ofItem, ...regions.map(({ figures, text }) => figures.key + text)].join("/");
      // The combinations of a system's chips would multiply, so its assignments are reduced.
      const met = () => this.metByAssignments(withFacts(interpretation, facts));
      return keptIn(this.reached, key, () => reachOf(met()));
    }
    const region = this.regionOf(interpretation.chips[0], facts);
    // Looked up by the chip first: its cells make a long text, and the next question is the same.
    const key = `${ofItem} ${region.text}`;
    return keptIn(region.figures.reached, key, () =>
      keptIn(this.reached, `${key}|${region.figures.key}`, () =>
        reachOf(this.metInCells(region, interpretation.facts)),
      ),
    );
  }

  metByAssignments(interpretation) {
    const assignments = this.controlList.assignments(this.rule, interpretation, this.kind);
    return new Set(assignments.map((each) => this.metUnder(each)));
  }

  /** The paragraphs met under an assignment; the same list for the same paragraphs. */
  metUnder(assignment) {
    const met = provisionsMet(this.rule, this.controlList, assignment);
    const key = met.map((provision) => provision.id).join();
    if (!this.lists.has(key)) this.lists.set(key, met);
    return this.lists.get(key);
  }

  /** The paragraphs met in some cell of a region, under some way to settle the facts. */
  metInCells(region, factsOfItem) {
    const met = new Set();
    const { known, groups } = region.figures;
    const ofCells = combinations(groups.map((group) => group.cellsOf(known)));
    for (const itemFacts of allWays(Object.keys(factsOfItem), (name) => factsOfItem[name])) {
      const start = [region.figures.own, region.text, JSON.stringify(itemFacts)].join("/");
      const kept = keptIn(this.met, start, () => new Map());
      for (const cells of ofCells) {
        const key = cells.map((cell) => cell.key).join(";");
        const ofCell = keptIn(kept, key, () => this.metInCell(region, cells, itemFacts));
        for (const each of ofCell) met.add(each);
      }
    }
    return met;
  }

  /** The paragraphs met in one cell of each group, under some way to settle the facts. */
  metInCell({ figures, settled }, cells, itemFacts) {
    const { part, known } = figures;
    const values = Object.assign({}, ...cells.map((cell) => cell.values));
    const met = new Set();
    const ways = new Ways(settled);
    do {
      const chip = { values, facts: {}, ways, part, undefined: known.undefined };
      met.add(this.metUnder({ kind: this.kind, chips: [chip], facts: itemFacts }));
    } while (ways.next());
    return met;
  }

  /** The cells that a chip may lie in, group by group, with its facts. Chips of equal regions get
   * equal answers. */
  regionOf(known, facts) {
    const figures = once(known, this, () => this.findFigures(known));
    const settled = new Map();
    let text = "";
    for (const name of this.facts) {
      const fact = (name in facts ? facts[name] : known.facts[name]) ?? null;
      settled.set(name, fact);
      text += `${fact},`;
    }
    return { figures, settled, text };
  }

  /** What the figures of a chip are for this rule, independently of the facts. */
  findFigures(known) {
    const groups = this.groupsOf(known);
    const part = this.namesChips ? known.part : null;
    const own = [part, ...known.undefined, serialsOf(groups)].join();
    const cells = groups.map((group) => group.cellsOf(known).map((cell) => cell.key).join(";"));
    return { key: [own, ...cells].join("|"), own, groups, known, part, reached: new Map() };
  }

  /** The groups of metrics; a derived metric that a chip is given counts by itself. */
  groupsOf(known) {
    const given = Object.keys(DERIVED).filter((name) => name in known.intervals);
    const key = [...known.undefined, "/", ...given].join();
    if (!this.groupings.has(key)) this.groupings.set(key, this.findGroups(known));
    return this.groupings.get(key);
  }

  findGroups(known) {
    const metrics = [...this.thresholds.keys()].filter((name) => !known.undefined.has(name));
    const derived = metrics.filter((name) => name in DERIVED && !(name in known.intervals));
    const together = derived.map((name) => [...DERIVED[name].parts, name]);
    const alone = metrics.filter((name) => !together.flat().includes(name));
    return [...together, ...alone.map((name) => [name])].map((names) => this.groupOf(names));
  }

  groupOf(names) {
    const thresholds = new Map(names.map((name) => [name, this.thresholds.get(name) ?? []]));
    // Rules that refer to the same entry share its groups, and what is known of a chip in them.
    const texts = [...thresholds].map(([name, limits]) => name + limits.map(plainText).join());
    return once(this.controlList, `group ${texts.join("/")}`, () => new Group(thresholds));
  }
}

/** What the lists of paragraphs met in some cell give together. */
function reachOf(lists) {
  const met = [...lists];
  const findings = distinct(met.map(findingOf));
  const always = met[0].filter((provision) => met.every((each) => each.includes(provision)));
  return {
    findings,
    provisions: always.map((provision) => provision.id),
    finding: joined(findings),
  };
}

/** The cells of a rule for items of a kind, the same object each time, so that its answers are
 * kept. */
function cellsOf(rule, controlList, kind) {
  const ofRule = once(controlList, rule, () => new Map());
  if (!ofRule.has(kind)) ofRule.set(kind, new RuleCells(rule, controlList, kind));
  return ofRule.get(kind);
}
