// What a name means, and in which order a search lists chips: the name, what it could also mean,
// what begins with it, what contains it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.mjs";

const js = load();
const lookup = {
  names: { h2096gb: "h20-96", h20141gb: "h20-141", h200sxm: "h200", thes60: "their-s60" },
  generic: { h20: ["h20-96", "h20-141"] },
  ambiguous: { s60: ["our-s60", "their-s60", "their-s60"] },
  vendors: ["nvidia", "ours"],
};
const chips = [
  { id: "h20-96", vendor: "NVIDIA", architecture: null, model: "H20" },
  { id: "our-s60", vendor: "Ours", architecture: null, model: "S60" },
  { id: "their-s60", vendor: "Theirs", architecture: null, model: "S60" },
];
const meaning = (name) => js.meaningOf(name, { lookup, chips });

test("signs, case and spaces do not count, scripts do", () => {
  assert.equal(js.squash("H 20 (96GB)™"), "h2096gb");
  assert.equal(js.squash("昇腾910B"), "昇腾910b");
  assert.equal(js.squash("ＲＴＸ"), "rtx");
});

test("a generic name means its representative and could mean the others", () => {
  assert.deepEqual(meaning("h20"), { id: "h20-96", siblings: ["h20-141"] });
  assert.deepEqual(meaning("NVIDIA H20"), { id: "h20-96", siblings: ["h20-141"] });
  assert.deepEqual(meaning("NVIDIA Corporation H20"), { id: "h20-96", siblings: ["h20-141"] });
});

test("an exact name means one chip only", () => {
  assert.deepEqual(meaning("H20 96GB"), { id: "h20-96", siblings: [] });
});

test("an ambiguous name means none, and one of them with its vendor", () => {
  assert.deepEqual(meaning("S60"), { candidates: ["our-s60", "their-s60"] });
  assert.deepEqual(meaning("Ours S60"), { id: "our-s60", siblings: [] });
});

test("an unknown name means nothing", () => {
  assert.equal(meaning("h2o"), null);
  assert.equal(meaning(" - "), null);
});

test("a search ranks the name before prefixes, and prefixes before the rest", () => {
  const rank = (id, ...names) =>
    js.matchRank({ id, names: names.map(js.squash), words: names.join(" ").toLowerCase() }, "h20", meaning("h20"));
  const ranks = [
    rank("h20-96", "NVIDIA H20 96GB"),
    rank("h20-141", "NVIDIA H20 141GB"),
    rank("h200", "H200 SXM"),
    rank("gh200", "GH200"),
  ];
  assert.deepEqual(ranks, [...ranks].sort());
  assert.equal(new Set(ranks).size, 4);
  assert.equal(rank("a100", "A100"), null);
});
