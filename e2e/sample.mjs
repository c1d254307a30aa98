// A group that looks as if people lived in it: members, forks, votes, lines, an app that fails, one
// that is a draft, one with long words. For pictures and for whatever needs more than an empty group.

import { bar, becomeAdmin, join, openApp } from "./newcomer.mjs";

/** A script that stops when one presses its button, and one whose words are longer than a screen. */
const FAILING = `function view(ctx)
  return ui.page{ "Tool library", ui.text "14 tools, 3 are out.",
    ui.grid{ body = {
      ui.card{ "Drill", ui.badge{ "free", tone = "good" }, ui.button{ "Borrow", on = "borrow" } },
      ui.card{ "Ladder", ui.badge{ "with Ben until Saturday", tone = "warn" } },
      ui.card{ "Wheelbarrow", ui.badge{ "free", tone = "good" } } } } }
end

function on.borrow(ctx)
  local tool = store.get("drill")
  return ui.toast("Lent by " .. tool.owner)
end
`;
const LONG = `function view(ctx)
  return ui.page{ "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ui.text(("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"):rep(3)),
    ui.button{ "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung", on = "press" } }
end
function on.press() end
`;

/** Fills a new group. `visit` opens a browser for somebody new; ends with everybody gone home. */
export async function fillGroup({ visit, welcome }) {
  const ana = await visit();
  await becomeAdmin(ana, welcome);
  await ana.goto("/admin");
  await ana.getByLabel("One sentence about it").fill("Small apps our neighbourhood makes for itself.");
  await ana.getByRole("button", { name: "Save" }).last().click();
  await vote(ana, "Yes");
  await make(ana, "tools", FAILING, "Tool library", "Who has the ladder, and until when.");
  await ana.goto("/@ana/tools");
  await ana.getByRole("button", { name: "Borrow" }).click();
  await make(ana, "long-words", LONG, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "");
  await make(ana, "rain-diary", null);

  for (const [handle, line, answer] of [
    ["ben", "The soup was good. Who has the recipe?", "No"],
    ["kim", "Bench at the lime tree is mended.", "Yes"],
  ]) {
    const page = await visit();
    await page.goto("/join");
    await join(page, handle);
    await vote(page, answer);
    await openApp(page, "Guest book");
    await page.getByLabel("Your line").fill(line);
    await page.getByRole("button", { name: "Leave it here" }).click();
    if (handle === "ben") await forkPoll(page);
  }
}

async function vote(page, answer) {
  await page.goto("/@ana/poll");
  await page.getByRole("button", { name: answer, exact: true }).click();
}

/** Makes an app from a text and publishes it; without a text it stays a draft. */
async function make(page, name, text, title = "", summary = "") {
  await page.goto("/apps/new");
  await page.getByLabel("Name of the app").fill(name);
  await page.getByRole("button", { name: "Make a blank app" }).click();
  if (!text) return;
  await page.getByLabel("Text of main.lua").fill(text);
  await page.getByRole("button", { name: /^Save/ }).first().click();
  await page.goto(`/@ana/${name}/edit?file=allotment.toml`);
  const field = page.getByLabel("Text of allotment.toml");
  const old = await field.inputValue();
  await field.fill(
    old.replace(/title = .*/, `title = "${title}"`).replace(/summary = .*/, `summary = "${summary}"`),
  );
  await page.getByRole("button", { name: /^Publish/ }).click();
}

async function forkPoll(page) {
  await page.goto("/@ana/poll");
  await bar(page, "Fork").click();
  await page.getByLabel("Name of your copy").fill("cake");
  await page.getByRole("button", { name: "Make my own copy" }).click();
  const text = page.getByLabel("Text of main.lua");
  await text.fill((await text.inputValue()).replace("Picnic on Sunday?", "Cake on Monday?"));
  await page.getByRole("button", { name: /^Publish/ }).click();
}

