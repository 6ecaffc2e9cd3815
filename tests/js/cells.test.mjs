// Answers are kept by cells: chips in one cell are evaluated once, and chips in different ones apart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./page.mjs";

const { ControlList, cellsOf, exact, markOf, once, readRule } = load();

const limits = ["2400", "4800"].map(exact);

test("a threshold is a cell, and so is each stretch between two", () => {
  const marks = ["0", "2399.999", "2400", "4799", "4800", "9000"].map((text) =>
    markOf(exact(text), limits),
  );
  assert.deepEqual(marks, [0, 0, 1, 2, 3, 4]);
});

test("what is worked out for an object and a key is worked out once", () => {
  const owner = {};
  let calls = 0;
  const make = () => ++calls;
  assert.deepEqual([once(owner, "a", make), once(owner, "a", make)], [1, 1]);
  assert.deepEqual([once(owner, "b", make), once({}, "a", make)], [2, 3]);
});

/** A rule that is met from a TPP of 4,800 on, and for data centers from 2,400 on. */
function ruleOfTwoParagraphs() {
  const atLeast = (text) => ["metric", "tpp", "ge", text];
  const provisions = [
    { id: "a", outcome: "X.a", when: atLeast("4800"), text: "", public: null },
    { id: "b", outcome: "X.b", when: ["all", atLeast("2400"), ["fact", "datacenter", true]] },
  ];
  const record = { id: "x", question: "classification", kinds: [], unless: null };
  return readRule({ ...record, provisions, exceptions: [], review: [] });
}

/** A chip of which the TPP lies between two values, and the market is known or not. */
function chip(low, high, datacenter) {
  const area = [exact("800"), exact("800")];
  const tpp = [exact(low), high === null ? null : exact(high)];
  const intervals = { tpp, applicable_die_area: area };
  const known = { intervals, missing: {}, facts: { datacenter }, part: null };
  return { chips: [{ ...known, undefined: new Set() }], facts: {} };
}

/** A chip with a margin around a TPP of 3,000. */
function apart(low, high) {
  const [nominal] = chip("3000", "3000", true).chips;
  const [known] = chip(low, high, true).chips;
  return { chips: [{ ...known, nominal, widened: ["tpp"] }], facts: {} };
}

test("chips of one cell share an answer, those of others have their own", () => {
  const cells = cellsOf(ruleOfTwoParagraphs(), new ControlList([]), "processor");
  const answer = (...figures) => cells.reach(chip(...figures), {});
  const words = ({ finding }) => `${finding.status} ${finding.outcome}`;

  assert.equal(answer("3000", "3000", true), answer("4799", "4799", true));
  assert.equal(words(answer("3000", "3000", true)), "met X.b");
  assert.equal(words(answer("3000", "3000", false)), "not-met null");
  assert.equal(words(answer("3000", "3000", null)), "undetermined null");
  assert.equal(words(answer("4800", "4800", null)), "met X.a");
  assert.equal(words(answer("0", null, false)), "undetermined null");
  assert.equal(words(answer("2400", null, true)), "met X");
});

test("cells in which all comparisons of a rule give the same share an answer", () => {
  const cells = cellsOf(ruleOfTwoParagraphs(), new ControlList([]), "processor");
  const answer = (tpp) => cells.reach(chip(tpp, tpp, false), {});
  // "at least 4,800" is the same on the threshold and above it, and not below it
  assert.equal(answer("4800"), answer("9000"));
  assert.notEqual(answer("4799"), answer("4800"));
});

test("of interpretations in the same cells the first is asked", () => {
  const cells = cellsOf(ruleOfTwoParagraphs(), new ControlList([]), "processor");
  const plain = chip("3000", "3000", true);
  const [alike, wider] = [apart("2900", "3100"), apart("3000", "5000")];
  const item = { plainIn: () => [plain], widest: () => [wider], contesting: () => [alike, wider] };
  assert.deepEqual(cells.interpretationsOf(item), { plain: [plain], disputed: [wider] });
});

test("figures far from any threshold have no other interpretations", () => {
  const cells = cellsOf(ruleOfTwoParagraphs(), new ControlList([]), "processor");
  const [plain, wider] = [chip("3000", "3000", true), apart("2900", "3100")];
  const contesting = () => assert.fail("the widest margin lies in the same cells");
  const item = { plainIn: () => [plain], widest: () => [wider], contesting };
  assert.deepEqual(cells.interpretationsOf(item), { plain: [plain], disputed: [] });
});

test("facts of the transaction come before those of the chip", () => {
  const cells = cellsOf(ruleOfTwoParagraphs(), new ControlList([]), "processor");
  const { finding } = cells.reach(chip("3000", "3000", true), { datacenter: false });
  assert.equal(finding.status, "not-met");
});
