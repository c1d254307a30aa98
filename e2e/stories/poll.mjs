// The first evening: join through the link, vote, fork, change the question, publish, and see it.

import assert from "node:assert/strict";
import { bar, becomeAdmin, openApp } from "../newcomer.mjs";

/** The votes that the poll shows for one answer. */
async function votes(page, answer) {
  const row = page.getByRole("row").filter({ hasText: answer });
  return (await row.getByRole("cell").last().innerText()).trim();
}

/** Joins, votes in the poll, forks it as *cake*, changes the question and publishes. */
async function firstEvening(page, welcome) {
  await becomeAdmin(page, welcome);

  await openApp(page, "Poll");
  await page.getByRole("heading", { level: 1, name: "Picnic on Sunday?" }).waitFor();
  assert.equal(await votes(page, "Yes"), "0");
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByRole("row").filter({ hasText: /Yes\s*1/ }).waitFor();

  await bar(page, "Fork").click();
  await page.getByLabel("Name of your copy").fill("cake");
  await page.getByRole("button", { name: "Make my own copy" }).click();

  const text = page.getByLabel("Text of main.lua");
  const source = await text.inputValue();
  await text.fill(source.replace("Picnic on Sunday?", "Cake on Monday?"));
  await page.getByLabel("What changed?").fill("Asks about cake");
  await page.getByRole("button", { name: /^Publish/ }).click();

  await page.goto("/@ana/cake");
  await page.getByRole("heading", { level: 1, name: "Cake on Monday?" }).waitFor();
}

export const stories = {
  "a person joins, votes, forks the poll, changes the question, publishes and sees it": async (
    { visit, welcome },
  ) => {
    const page = await visit();
    await firstEvening(page, welcome);

    assert.equal(await votes(page, "Yes"), "0", "a fork begins without the data of its original");
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByRole("row").filter({ hasText: /No\s*1/ }).waitFor();

    await page.goto("/@ana/poll");
    await page.getByRole("heading", { level: 1, name: "Picnic on Sunday?" }).waitFor();
    assert.equal(await votes(page, "Yes"), "1", "the original is as it was left");
  },

  "the same with scripts on": async ({ visit, welcome }) => {
    await firstEvening(await visit({ scripts: true }), welcome);
  },

  "the link works once": async ({ visit, welcome }) => {
    await becomeAdmin(await visit(), welcome);
    const second = await visit();
    await second.goto(welcome);
    await second.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await second.getByLabel("Password").count(), 0, "nobody else may become admin");
  },

  "a vote needs nothing but a keyboard": async ({ visit, welcome }) => {
    const page = await visit();
    await becomeAdmin(page, welcome);
    await openApp(page, "Poll");
    const yes = page.getByRole("button", { name: "Yes" });
    await yes.waitFor();
    await tabTo(page, yes);
    await page.keyboard.press("Enter");
    await page.getByRole("row").filter({ hasText: /Yes\s*1/ }).waitFor();
  },
};

/** Presses Tab until the wanted thing has the focus. */
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((it) => it === document.activeElement)) return;
  }
  throw new Error("Tab never came to it");
}
