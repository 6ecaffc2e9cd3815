// Says verdicts as the explorer page does: reads {data, asked} from standard input, where each entry
// of asked is [chip, knobs, state], and writes a list of sentences with their status.

import { readFileSync } from "node:fs";
import { load } from "./page.mjs";

const { data: record, asked } = JSON.parse(readFileSync(0, "utf8"));
// What the scripts look at when they are loaded; nothing is drawn.
globalThis.matchMedia = () => ({ matches: false });
const js = load("sentence");
const data = js.readData(record);
js.SPOKEN.texts = data.texts;

const sentences = asked.map(([chip, knobs, chosen]) => {
  const state = { ...js.startState(data), ...chosen, chip, knobs };
  const question = js.questionOf(state, data);
  const controlList = js.controlListOf(question, data);
  const item = new js.Item(data.byId.get(chip), data, js.factorsOf(state));
  const rule = data.ruleById.get(state.ask) ?? null;
  const app = { state, data, question, controlList, item, rule };
  return js.verdictSentence(app, js.check(item, question, data, controlList));
});
process.stdout.write(JSON.stringify(sentences));
