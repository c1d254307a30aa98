// Two people write the minutes of a meeting at once, without scripts: what they change in different
// places comes together, what they change in the same place is shown to both, and a text comes back.

import assert from "node:assert/strict";
import { becomeAdmin, join } from "../newcomer.mjs";

const MEETING = "/@ana/minutes?day=2026-11-24";

const text = (page) => page.getByLabel("Text of Minutes");

async function edit(page) {
  await page.goto(MEETING);
  await page.getByRole("link", { name: "Edit : Minutes" }).click();
  await text(page).waitFor();
}

async function save(page) {
  await page.getByRole("button", { name: "Save", exact: true }).click();
}

/** The text that everybody sees. */
async function shown(page) {
  await page.goto(MEETING);
  return page.getByRole("region", { name: "Minutes", exact: true }).innerText();
}

async function twoPeople(visit, welcome) {
  const ana = await visit();
  await becomeAdmin(ana, welcome);
  const ben = await visit();
  await ben.goto("/join");
  await join(ben, "ben");
  await ben.getByRole("heading", { level: 1 }).waitFor();
  return { ana, ben };
}

export const stories = {
  "two people write one document at once, see a conflict and go back": async (
    { visit, welcome },
  ) => {
    const { ana, ben } = await twoPeople(visit, welcome);
    await ana.goto(MEETING);
    await ana.getByText("Who was there?").waitFor();
    await edit(ana);
    await text(ana).fill("# Garden\n\nLeo mends the fence\n\nAna buys seeds");
    await ana.getByRole("button", { name: "Preview" }).click();
    await ana.getByRole("heading", { name: "Preview: not saved yet" }).waitFor();
    await ana.getByRole("heading", { name: "Garden", exact: true }).waitFor();
    await save(ana);
    await ana.getByText("Saved as revision 1.").waitFor();

    await edit(ana);
    await edit(ben);
    await text(ana).fill("# Garden\n\nLeo mends the fence\n\nAna buys seeds and bulbs");
    await save(ana);
    await ana.getByText("Saved as revision 2.").waitFor();
    await text(ben).fill("# Garden\n\nKim mends the fence\n\nAna buys seeds");
    await save(ben);
    await ben.getByText("Saved as revision 3.").waitFor();
    assert.match(await shown(ana), /Kim mends the fence\s+Ana buys seeds and bulbs/);

    await edit(ana);
    await edit(ben);
    await text(ana).fill((await text(ana).inputValue()).replace("Kim", "Eva"));
    await save(ana);
    await ana.getByText("Saved as revision 4.").waitFor();
    const his = (await text(ben).inputValue()).replace("Kim", "Kim and Tom");
    await text(ben).fill(his);
    await save(ben);
    await ben.getByText("@ana changed the same lines").waitFor();
    await ben.getByText("Eva mends the fence").waitFor();
    assert.equal(await text(ben).inputValue(), his, "what he typed is still there");
    assert.match(await shown(ana), /Eva mends the fence/, "and hers is kept");
    await text(ben).fill(his.replace("Kim and Tom", "Eva, Kim and Tom"));
    await save(ben);
    await ben.getByText("Saved as revision 5.").waitFor();
    assert.match(await shown(ana), /Eva, Kim and Tom mends the fence/);

    await ben.getByRole("link", { name: "History : Minutes" }).click();
    await ben.getByRole("link", { name: "What changed of revision 5" }).click();
    await ben.getByRole("heading", { name: "From revision 4 to revision 5" }).waitFor();
    await ben.getByText("+ Eva, Kim and Tom mends the fence").waitFor();
    await ben.getByRole("button", { name: "Restore revision 1" }).click();
    await ben.getByText("Saved as revision 6.").waitFor();
    assert.match(await shown(ana), /Leo mends the fence\s+Ana buys seeds$/m);
  },
};
