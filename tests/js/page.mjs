// Loads the scripts of the explorer page that need no document, in the order of the page, into one
// object. They are plain scripts that share a scope, not modules, so they are joined as there.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const explorer = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../chipdb/views/explorer",
);

/** The scripts in the page's own order, up to a last one. */
function scripts(last) {
  const page = readFileSync(join(explorer, "page.py"), "utf8");
  const [, list] = page.match(/^SCRIPTS = \(([^)]*)\)/m);
  const names = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  return names.slice(0, names.indexOf(last) + 1);
}

/** What the scripts declare at their top level, up to the one that makes the engine or a later one. */
export function load(last = "data") {
  const text = scripts(last)
    .map((name) => readFileSync(join(explorer, "js", `${name}.js`), "utf8"))
    .join("\n");
  const declared = [...text.matchAll(/^(?:const|function|class) (\w+)/gm)].map(([, name]) => name);
  return new Function(`"use strict";${text}\nreturn { ${declared.join(", ")} };`)();
}

const metric = (name, operator, text) => ["metric", name, operator, text];
const tpp = (operator, text) => metric("tpp", operator, text);
const density = (operator, text) => metric("performance_density", operator, text);

/** 3A090 as of 2023-11-17 (88 FR 73458), written out from the printed text. */
export const ENTRY = {
  id: "entry",
  question: "classification",
  title: "3A090",
  starts: "2023-11-17",
  ends: null,
  unenforced: null,
  unprinted: null,
  published: "2023-10-25",
  own: false,
  kinds: ["processor"],
  scope: null,
  unless: ["not", ["fact", "digital", true]],
  addressees: [],
  conditions: [],
  exceptions: [],
  review: [],
  provisions: [
    { id: "3A090.a.1", outcome: "3A090.a", when: tpp("ge", "4800") },
    {
      id: "3A090.a.2",
      outcome: "3A090.a",
      when: ["all", tpp("ge", "1600"), density("ge", "5.92")],
    },
    {
      id: "3A090.b.1",
      outcome: "3A090.b",
      when: ["all", tpp("ge", "2400"), tpp("lt", "4800"), density("ge", "1.6"), density("lt", "5.92")],
    },
    {
      id: "3A090.b.2",
      outcome: "3A090.b",
      when: ["all", tpp("ge", "1600"), density("ge", "3.2"), density("lt", "5.92")],
    },
  ],
};

/** A requirement for what the entry controls, for exports to the only country that there is. */
export const REQUIREMENT = {
  ...ENTRY,
  id: "requirement",
  question: "license",
  title: "742.6",
  unless: null,
  scope: { to: 0 },
  review: [{ policy: "presumption-of-denial", when: ["all"], scope: null, of: [] }],
  provisions: [{ id: "all", outcome: "required", when: ["outcome", ["3A090.a", "3A090.b"]] }],
};

/** The data of a page with these two rules and no chips. */
export function record() {
  return {
    rules: [ENTRY, REQUIREMENT],
    chips: [],
    sources: {},
    embargoed: {},
    begins: "2022-08-01",
    units: {
      tpp: "",
      applicable_die_area: "mm^2",
      performance_density: "TPP/mm^2",
      memory_bandwidth: "GB/s",
      tops: "TOPS",
    },
    turns: {},
    mayBeEstimated: [],
    longest: "64",
    policies: ["denial", "presumption-of-denial", "case-by-case"],
    roles: [],
    statusWords: { met: "met", "not-met": "not-met", undetermined: "undetermined" },
    places: {
      countries: [
        ["CN", "China", null, null],
        ["DE", "Germany", null, null],
        ["HK", "Hong Kong", "CN", "2020-12-23"],
      ],
      selections: [[0, 1, 0]],
      periods: [[["0001-01-01", "yes"]], [["0001-01-01", "no"], ["2030-01-01", "open"]]],
    },
  };
}
