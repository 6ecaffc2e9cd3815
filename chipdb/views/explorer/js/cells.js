// What a rule says, kept by cells: the stretches between its thresholds. All values of a cell get
// the same answer, so a rule is evaluated once for a cell and not once for a chip: most chips of a
// catalog fall into cells that another chip has been in before. As in chipdb/solver.

/** What was worked out for an object, by a key; it is forgotten with the object. */
const workedOut = new WeakMap();

/** What `make` returns, worked out once for an object and a key. */
function once(owner, key, make) {
  if (!workedOut.has(owner)) workedOut.set(owner, new Map());
  const values = workedOut.get(owner);
  if (!values.has(key)) values.set(key, make());
  return values.get(key);
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

/** The answers of one rule under one control list, each worked out once for a cell. */
class RuleCells {
  constructor(rule, controlList) {
    const leaves = controlList.leaves(rule);
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
  reach(interpretation, kind, facts) {
    const regions = interpretation.chips.map((known) => this.region(known, facts));
    const ofItem = JSON.stringify(interpretation.facts);
    const key = [kind, ofItem, ...regions.map((region) => region.key)].join("/");
    if (!this.reached.has(key)) {
      // The combinations of a system's chips would multiply, so its assignments are reduced.
      const met =
        regions.length > 1
          ? this.metByAssignments(withFacts(interpretation, facts), kind)
          : this.metInCells(regions[0], interpretation.facts, kind);
      this.reached.set(key, reachOf(met));
    }
    return this.reached.get(key);
  }

  metByAssignments(interpretation, kind) {
    const assignments = this.controlList.assignments(this.rule, interpretation, kind);
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
  metInCells(region, factsOfItem, kind) {
    const met = new Set();
    const { part, settled } = region;
    const ofCells = combinations(region.groups.map((group) => group.cellsOf(region.known)));
    for (const itemFacts of allWays(Object.keys(factsOfItem), (name) => factsOfItem[name])) {
      for (const facts of allWays(this.facts, (name) => settled[name])) {
        const start = [kind, region.own, JSON.stringify([itemFacts, facts])].join("/");
        if (!this.met.has(start)) this.met.set(start, new Map());
        const kept = this.met.get(start);
        for (const cells of ofCells) {
          const key = cells.map((cell) => cell.key).join(";");
          if (!kept.has(key)) {
            const values = Object.assign({}, ...cells.map((cell) => cell.values));
            const chip = { values, facts, part, undefined: region.known.undefined };
            kept.set(key, this.metUnder({ kind, chips: [chip], facts: itemFacts }));
          }
          met.add(kept.get(key));
        }
      }
    }
    return met;
  }

  /** The cells that a chip may lie in, group by group, with its facts. Chips of equal regions get
   * equal answers. */
  region(known, facts) {
    const groups = this.groupsOf(known);
    const settled = {};
    for (const name of this.facts) {
      settled[name] = (name in facts ? facts[name] : known.facts[name]) ?? null;
    }
    const part = this.namesChips ? known.part : null;
    const own = [part, ...known.undefined, serialsOf(groups)].join();
    const cells = groups.map((group) => group.cellsOf(known).map((cell) => cell.key).join(";"));
    const key = [own, JSON.stringify(settled), ...cells].join("|");
    return { key, own, groups, known, part, settled };
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

/** The cells of a rule, the same object each time, so that its answers are kept. */
function cellsOf(rule, controlList) {
  return once(controlList, rule, () => new RuleCells(rule, controlList));
}
