// Five minutes of somebody who has never been here: from the first page, signed out, to an app of their own that another person uses.

import assert from "node:assert/strict";
import { becomeAdmin, join } from "../newcomer.mjs";

/** Presses of buttons and links that the whole way may take. */
const CLICKS_MAX = 12;

/** Counts what is pressed, and refuses to go on after too many. */
function counting() {
  let clicks = 0;
  return async (wanted) => {
    clicks += 1;
    assert.ok(clicks <= CLICKS_MAX, `${clicks} clicks`);
    await wanted.click();
  };
}

/** The pages may not say that something went wrong. */
async function isWell(page) {
  assert.equal(await page.getByRole("alert").count(), 0, await page.locator("main").innerText());
}

async function fiveMinutes(visit, welcome, options) {
  await becomeAdmin(await visit(), welcome);
  const page = await visit(options);
  const click = counting();

  await page.goto("/");
  await click(page.getByRole("button", { name: "Vote for Soup" }));
  await page.getByText("Votes: 1").waitFor();

  await click(page.getByRole("navigation", { name: "This app" }).getByRole("link", { name: "Fork" }));
  await click(page.getByRole("button", { name: "Make my own copy" }));
  const text = page.getByLabel("Text of main.lua");
  const source = await text.inputValue();
  await text.fill(changed(source));
  await click(page.getByRole("button", { name: "Run" }));
  await page.getByRole("heading", { name: "What shall we cook on Sunday?" }).waitFor();
  await isWell(page);

  await click(page.getByRole("main").getByRole("link", { name: /^Join/ }));
  await join(page, "cleo");
  assert.match(await page.getByLabel("Text of main.lua").inputValue(), /on Sunday/, "it came along");
  await click(page.getByRole("button", { name: /^Publish/ }));
  await page.getByRole("heading", { level: 1, name: "What shall we cook on Sunday?" }).waitFor();
  await isWell(page);
  return page.url();
}

/** A word, a number, and a button that works. */
function changed(source) {
  const out = source
    .replace("on Friday?", "on Sunday?")
    .replace("store.get(dish, 0)", "store.get(dish, 10)")
    .replace("ui.grid{", 'ui.button{ "Begin again", on = "begin" },\n    ui.grid{');
  return `${out}\nfunction on.begin() store.set("Soup", 10) end\n`;
}

export const stories = {
  "from the first page to an app of one's own that another person uses": async ({ visit, welcome }) => {
    const url = await fiveMinutes(visit, welcome);
    const second = await visit();
    await second.goto(url);
    assert.equal(await second.getByText("Votes: 10").count(), 3);
    await second.getByRole("button", { name: "Begin again" }).click();
    await second.getByRole("button", { name: "Vote for Soup" }).click();
    await second.getByText("Votes: 11").waitFor();
  },

  "the same with scripts on": async ({ visit, welcome }) => {
    await fiveMinutes(visit, welcome, { scripts: true });
  },
};
