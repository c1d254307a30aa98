// Counts words: a form takes a text, and the page shows the ten most frequent.
import { add as increase, get, list } from "allotment:app/store@1.0.0";

const WORD = "word/";

/** Does the work of one run. What it throws ends the run, and nothing of it is kept. */
export function run(trigger, context) {
  try {
    const answer = answerTo(trigger);
    if (answer) return answer;
  } catch (error) {
    throw failure(error);
  }
  throw { tag: "stopped", val: "words: nothing here answers that" };
}

/** A call that was not answered throws a `refusal`; everything else that is thrown is a mistake. */
function failure(error) {
  const refusal = error?.payload ?? error;
  if (refusal?.tag === "not-granted") return { tag: "refused", val: refusal.val };
  return { tag: "stopped", val: refusal?.val ?? `${error}\n${error?.stack ?? ""}` };
}

function answerTo(trigger) {
  switch (trigger.tag) {
    case "declare":
      return {
        tag: "declaration",
        val: { settings: "{}", actions: ["add"], schedules: [], answers: ["view"] },
      };
    case "view":
      return { tag: "view", val: JSON.stringify(view()) };
    case "action":
      if (trigger.val.name === "add") return { tag: "value", val: JSON.stringify(add(trigger.val)) };
  }
}

function view() {
  const total = JSON.parse(get("total") ?? "0");
  const rows = list({ prefix: WORD, reverse: false })
    .map(({ key, value }) => ({ word: key.slice(WORD.length), times: JSON.parse(value) }))
    .sort((a, b) => b.times - a.times || (a.word < b.word ? -1 : 1))
    .slice(0, 10);
  return {
    type: "page",
    title: "Words",
    body: [
      {
        type: "form",
        on: "add",
        submit: "Count",
        body: [{ type: "input", label: "Text", name: "text", rows: 4, max_length: 4000 }],
      },
      { type: "stat", label: "Words so far", value: String(total) },
      {
        type: "table",
        caption: "The ten most frequent",
        rows,
        columns: [
          { key: "word", label: "Word" },
          { key: "times", label: "Times", kind: "number" },
        ],
      },
    ],
  };
}

function add(press) {
  const words = (JSON.parse(press.args).text ?? "").match(/[A-Za-z]+/g) ?? [];
  if (words.length === 0) return { type: "errors", text: "Write some words first." };
  // In the order in which they came, and each written once.
  const counts = new Map();
  for (const word of words.map((word) => word.toLowerCase())) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word, times] of counts) increase(WORD + word, times);
  increase("total", words.length);
  return { type: "toast", text: `Counted ${words.length} words.` };
}
