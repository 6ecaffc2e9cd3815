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
  let above = thresholds.length;
  while (below < above) {
    const at = (below + above) >> 1;
    const order = compare(value, thresholds[at]);
    if (order === 0) return 2 * at + 1;
    if (order < 0) above = at;
    else below = at + 1;
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
    this.lists = new Map();
  }

  /** The cells that the figures of a chip may lie in, each once; the same list for equal cells. */
  cellsOf(known) {
    // a margin around one figure leaves the cells of all others as they are
    const { nominal, widened } = known;
    const isTouched = !nominal || widened.some((name) => this.thresholds.has(name));
    if (!isTouched) return this.cellsOf(nominal);
    return once(known, this, () => {
      const cells = this.findCells(known);
      return keptIn(this.lists, cells.map(({ key }) => key).join(";"), () => cells);
    });
  }

  findCells(known) {
    const names = variablesOf(known, this.thresholds);
    const only = this.onlyCell(known, names);
    if (only) return [only];
    const found = new Set();
    for (const values of grid(known, names, this.thresholds, {})) {
      found.add(this.cellOf(values, known));
    }
    return [...found];
  }

  /** The cell that holds every corner of some intervals; null where they reach several. A derived
   * metric rises or falls with each of its parts, so what lies between the corners is in it too. */
  onlyCell(known, names) {
    let corners = [{}];
    for (const name of names) {
      const [low, high] = known.intervals[name];
      if (high === null) return null;
      const ends = low === high ? [low] : [low, high];
      corners = corners.flatMap((corner) => ends.map((end) => ({ ...corner, [name]: end })));
    }
    const [first, ...others] = corners;
    const cell = this.cellOf(first, known);
    return others.every((corner) => this.cellOf(corner, known) === cell) ? cell : null;
  }

  cellOf(values, known) {
    const chip = { values, undefined: known.undefined };
    let key = "";
    for (const [metric, thresholds] of this.thresholds) {
      const value = thresholds.length ? valueAt(chip, metric) : null;
      key += value === null ? "-," : `${markOf(value, thresholds)},`;
    }
    return keptIn(this.cells, key, () => ({ key, values }));
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
    const rules = controlList.rulesFor(rule, kind);
    const leaves = rules.flatMap(ownLeaves);
    this.conditions = rules.flatMap(deciding);
    this.kind = kind;
    this.rule = rule;
    this.controlList = controlList;
    this.thresholds = thresholdsIn(leaves);
    /** All thresholds as a text: rules that have the same ones tell the same figures apart. */
    this.limits = [...this.thresholds].map(limitsText).join("/");
    this.facts = factsAsked(leaves).sort();
    /** The chips that the rule names: all others are the same to it. */
    this.partsNamed = new Set(leaves.flatMap(([kind, ids]) => (kind === "part" ? ids : [])));
    /** The metrics that interpretations must agree on to be one for this rule. */
    this.names = [...partsOf(new Set(this.thresholds.keys()))].sort();
    this.groupings = new Map();
    this.alike = new Map();
    this.figures = new Map();
    this.reached = new Map();
    this.met = new Map();
    this.lists = new Map();
  }

  /** The interpretations of an item that the rule tells apart: of several in the same cells it says
   * the same, and the first is the plainest. */
  interpretationsOf(item) {
    return once(item, this, () => {
      const { plain, disputed } = this.interpretationsApart(item);
      const met = new Set(plain.map((each) => this.figuresOfAll(each)));
      const isNew = (each) => {
        const before = met.size;
        return met.add(this.figuresOfAll(each)).size > before;
      };
      return { plain, disputed: disputed.filter(isNew) };
    });
  }

  /** The interpretations of an item, without those whose figures lie in the same cells as the plain
   * ones; for all rules with the same thresholds. */
  interpretationsApart(item) {
    return once(item, this.limits, () => {
      const isApart = ({ chips }) => chips.some((known) => this.isElsewhere(known));
      // most chips lie far from any threshold, whichever claim and margin one takes
      const mayDiffer = item.widest().some(isApart);
      const disputed = mayDiffer ? item.contesting(this.names).filter(isApart) : [];
      return { plain: item.plainIn(this.names), disputed };
    });
  }

  /** Whether the figures of a chip lie in other cells than its nominal ones. */
  isElsewhere(known) {
    const { nominal } = known;
    if (!nominal) return false;
    const groups = this.groupsOf(known);
    if (groups !== this.groupsOf(nominal)) return true;
    return groups.some((group) => group.cellsOf(known) !== group.cellsOf(nominal));
  }

  /** What the figures of all chips are for this rule: the same value for the same cells. */
  figuresOfAll({ chips }) {
    if (chips.length === 1) return this.figuresOf(chips[0]);
    return serialsOf(chips.map((known) => this.figuresOf(known)));
  }

  /** What the rule gives under every assignment of an interpretation: its findings, each once, and
   * the paragraphs that are met under all of them. `facts` are those of the transaction. */
  reach(interpretation, facts) {
    const ofItem = once(interpretation.facts, "text", () => JSON.stringify(interpretation.facts));
    if (interpretation.chips.length > 1) {
      const regions = interpretation.chips.map((known) => this.regionOf(known, facts));
      const texts = regions.map(({ figures, text }) => `${serialOf(figures)} ${text}`);
      const key = [ofItem, ...texts].join("/");
      // The combinations of a system's chips would multiply, so its assignments are reduced.
      const met = () => this.metByAssignments(withFacts(interpretation, facts));
      return keptIn(this.reached, key, () => reachOf(met()));
    }
    const region = this.regionOf(interpretation.chips[0], facts);
    return keptIn(region.figures.reached, `${ofItem} ${region.text}`, () =>
      reachOf(this.metInCells(region, interpretation.facts)),
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
    const ofCells = combinations(region.figures.cells);
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
    const { part, meaningless } = figures;
    const values = Object.assign({}, ...cells.map((cell) => cell.values));
    const met = new Set();
    const ways = new Ways(settled);
    do {
      const chip = { values, facts: {}, ways, part, undefined: meaningless };
      met.add(this.metUnder({ kind: this.kind, chips: [chip], facts: itemFacts }));
    } while (ways.next());
    return met;
  }

  /** The cells that a chip may lie in, group by group, with its facts. Chips of equal regions get
   * equal answers. */
  regionOf(known, facts) {
    const figures = this.figuresOf(known);
    const settled = new Map();
    let text = "";
    for (const name of this.facts) {
      const fact = (name in facts ? facts[name] : known.facts[name]) ?? null;
      settled.set(name, fact);
      text += `${fact},`;
    }
    return { figures, settled, text };
  }

  /** What the figures of a chip are for this rule, independently of the facts; the same object for
   * chips in the same cells. */
  figuresOf(known) {
    return once(known, this, () => this.findFigures(known));
  }

  findFigures(known) {
    const groups = this.groupsOf(known);
    const part = this.partsNamed.has(known.part) ? known.part : null;
    const own = `${part} ${serialOf(groups)}`;
    let key = own;
    const cells = [];
    for (const group of groups) {
      const apart = this.cellsApart(group, group.cellsOf(known));
      cells.push(apart.cells);
      key += `|${apart.key}`;
    }
    return keptIn(this.figures, key, () => ({
      own,
      cells,
      part,
      meaningless: known.undefined,
      reached: new Map(),
    }));
  }

  /** Of some cells of a group one for each that the rule tells apart, with a key. */
  cellsApart(group, list) {
    return once(list, this, () => {
      const cells = [...new Set(list.map((cell) => this.firstAlike(group, cell)))];
      return { cells, key: cells.map((cell) => cell.key).join(";") };
    });
  }

  /** The first cell met of those in which all branches on the group's metrics give the same. */
  firstAlike(group, cell) {
    const branches = once(group, this, () =>
      this.conditions.flatMap((condition) => branchesOn(group.thresholds, condition)),
    );
    const chip = { values: cell.values, facts: {}, undefined: MEANINGFUL };
    const answers = branches.map((branch) => holds(this.controlList, ofOneChip(chip), branch));
    return keptIn(this.alike, [serialOf(group), ...answers].join(), () => cell);
  }

  /** The groups of metrics; a derived metric that a chip is given counts by itself. */
  groupsOf(known) {
    let key = "";
    for (const name of this.thresholds.keys()) {
      if (known.undefined.has(name)) key += `without ${name},`;
      else if (name in DERIVED && name in known.intervals) key += `given ${name},`;
    }
    return keptIn(this.groupings, key, () => this.findGroups(known));
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
    const text = [...thresholds].map(limitsText).join("/");
    return once(this.controlList, `group ${text}`, () => new Group(thresholds));
  }
}

const limitsText = ([name, limits]) => name + limits.map(plainText).join();

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
