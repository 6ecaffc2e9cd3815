// Looks names up as the explorer page does: reads {names, lookup, chips} from standard input, and
// writes what each name means.

import { readFileSync } from "node:fs";
import { load } from "./page.mjs";

const { names, lookup, chips } = JSON.parse(readFileSync(0, "utf8"));
const js = load();

const written = (meaning) => {
  if (!meaning) return [];
  if (meaning.candidates) return ["ambiguous", ...meaning.candidates.sort()];
  return [meaning.id, ...meaning.siblings];
};
const meanings = names.map((name) => [name, written(js.meaningOf(name, { lookup, chips }))]);
process.stdout.write(JSON.stringify(Object.fromEntries(meanings)));
