// Rules as trees. A node is a list: its kind, then its parts; limits are read once, exactly.

/** Reads the limits of a folded tree. */
function readTree(node) {
  const [kind, ...parts] = node;
  if (kind === "metric") return [kind, parts[0], parts[1], exact(parts[2]), parts[2]];
  if (["all", "any", "not", "member"].includes(kind)) return [kind, ...parts.map(readTree)];
  return node;
}

/** The one way in which anything is computed from a tree; `algebra` says what a node does. */
function fold(node, algebra) {
  const [kind, ...parts] = node;
  if (kind === "all" || kind === "any" || kind === "not") {
    return algebra[kind](parts.map((part) => fold(part, algebra)));
  }
  return kind === "member" ? algebra.member(parts[0]) : algebra.leaf(node);
}

const joinLists = (parts) => parts.flat();
const LEAVES = { all: joinLists, any: joinLists, not: joinLists, leaf: (node) => [node], member: (inner) => fold(inner, LEAVES) };
const MEMBERS = { all: joinLists, any: joinLists, not: joinLists, leaf: () => [], member: (inner) => [inner] };
const leavesIn = (node) => fold(node, LEAVES);
const membersIn = (node) => fold(node, MEMBERS);

const deciding = (rule) => [...rule.provisions.map((entry) => entry.when), ...(rule.unless ? [rule.unless] : [])];
const ownLeaves = (rule) => deciding(rule).flatMap(leavesIn);
const outcomesOf = (rule) => [...new Set(rule.provisions.map((entry) => entry.outcome))];
const outcomesAsked = (leaves) => new Set(leaves.filter((leaf) => leaf[0] === "outcome").flatMap((leaf) => leaf[1]));

function readRule(record) {
  const provisions = record.provisions.map((entry) => ({ ...entry, when: readTree(entry.when) }));
  const exceptions = record.exceptions.map((entry) => ({ ...entry, when: readTree(entry.when) }));
  const review = record.review.map((entry) => ({ ...entry, when: readTree(entry.when) }));
  return { ...record, provisions, exceptions, review, unless: record.unless ? readTree(record.unless) : null };
}

/** The entry that paragraphs have in common: 3A090 of 3A090.a and 3A090.b; null where they have none. */
function entryOf(outcomes) {
  const split = outcomes.map((name) => name.split("."));
  const common = [];
  for (let at = 0; split.length && split.every((parts) => at < parts.length && parts[at] === split[0][at]); at += 1) {
    common.push(split[0][at]);
  }
  return common.join(".") || null;
}
