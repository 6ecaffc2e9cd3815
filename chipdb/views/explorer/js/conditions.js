// Rules as trees of conditions. A node is a list: its kind, then its parts. Thresholds are read
// once, exactly. The kinds are those of chipdb/rules/conditions.py:
//   ["all", ...], ["any", ...], ["not", node], ["member", node of one chip of a system],
//   ["metric", name, operator, threshold, text], ["fact", name, expected],
//   ["outcome", names], ["part", chip ids]

/** Reads the thresholds of a tree. */
function readCondition(node) {
  const [kind, ...parts] = node;
  if (kind === "metric") {
    const [name, operator, text] = parts;
    return [kind, name, operator, exact(text), text];
  }
  if (["all", "any", "not", "member"].includes(kind)) return [kind, ...parts.map(readCondition)];
  return node;
}

/** The one way in which anything is computed from a tree; `algebra` says what each node does. */
function fold(node, algebra) {
  const [kind, ...parts] = node;
  if (kind === "member") return algebra.member(parts[0]);
  if (!["all", "any", "not"].includes(kind)) return algebra.leaf(node);
  return algebra[kind](parts.map((part) => fold(part, algebra)));
}

const joinLists = (parts) => parts.flat();

const LEAVES = {
  all: joinLists,
  any: joinLists,
  not: joinLists,
  leaf: (node) => [node],
  member: (inner) => fold(inner, LEAVES),
};

const MEMBERS = {
  all: joinLists,
  any: joinLists,
  not: joinLists,
  leaf: () => [],
  member: (inner) => [inner],
};

const leavesIn = (node) => fold(node, LEAVES);
const membersIn = (node) => fold(node, MEMBERS);

/** The largest parts of a condition that compare nothing but some metrics. */
function branchesOn(metrics, node) {
  const isOfThem = ([kind, metric]) => kind === "metric" && metrics.has(metric);
  if (leavesIn(node).every(isOfThem)) return [node];
  const [kind, ...parts] = node;
  const isInner = ["all", "any", "not", "member"].includes(kind);
  return isInner ? parts.flatMap((part) => branchesOn(metrics, part)) : [];
}

/** The conditions that decide a rule: those of its paragraphs, and what exempts from it. */
function deciding(rule) {
  const conditions = rule.provisions.map((provision) => provision.when);
  return rule.unless ? [...conditions, rule.unless] : conditions;
}

const leavesOfRule = new WeakMap();

/** The leaves of the conditions that decide a rule, found once. */
function ownLeaves(rule) {
  if (!leavesOfRule.has(rule)) leavesOfRule.set(rule, deciding(rule).flatMap(leavesIn));
  return leavesOfRule.get(rule);
}

const outcomesOf = (rule) => [...new Set(rule.provisions.map((provision) => provision.outcome))];

/** Whether a rule refers to outcomes of other rules. */
const refersToOutcomes = (rule) =>
  once(rule, "refers to outcomes", () => outcomesAsked(ownLeaves(rule)).size > 0);

/** The outcomes of other rules that some leaves refer to. */
function outcomesAsked(leaves) {
  const names = leaves.filter(([kind]) => kind === "outcome").flatMap(([, outcomes]) => outcomes);
  return new Set(names);
}

/** The facts that some leaves ask for. */
function factsAsked(leaves) {
  const names = leaves.filter(([kind]) => kind === "fact").map(([, name]) => name);
  return [...new Set(names)];
}

function readRule(record) {
  const read = (entries) => entries.map((entry) => ({ ...entry, when: readCondition(entry.when) }));
  return {
    ...record,
    provisions: read(record.provisions).map((provision) => ({
      ...provision,
      public: provision.public ? readCondition(provision.public) : null,
    })),
    exceptions: read(record.exceptions),
    review: read(record.review),
    unless: record.unless ? readCondition(record.unless) : null,
  };
}

/** The entry that paragraphs have in common, 3A090 of 3A090.a and 3A090.b; null where none. */
function entryOf(outcomes) {
  if (!outcomes.length) return null;
  const [first, ...others] = outcomes.map((name) => name.split("."));
  const differs = (part, at) => others.some((parts) => parts[at] !== part);
  const end = first.findIndex(differs);
  const common = end < 0 ? first : first.slice(0, end);
  return common.join(".") || null;
}
