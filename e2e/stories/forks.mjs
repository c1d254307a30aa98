// Two people and one app: a fork with a setting of its own, the original goes on, the fork takes it,
// a change of the data is rehearsed and undone, and something is suggested back.

import assert from "node:assert/strict";
import { bar, becomeAdmin, join, openApp } from "../newcomer.mjs";

const ORIGINAL = `settings{ question = { "Question", default = "Picnic on Sunday?" } }

-- first words


function view(ctx)
  return ui.page{ settings.question,
    ui.text("Last said: " .. tostring(store.get("said", "nothing"))),
    ui.button{ "Say hello", on = "say" } }
end
function on.say(ctx) store.set("said", "hello") end
`;

/** Opens a file of an app in the editor and puts this text into it. */
async function write(page, app, text) {
  await page.goto(`${app}/edit?file=main.lua`);
  const field = page.getByLabel("Text of main.lua");
  await field.fill(typeof text === "function" ? text(await field.inputValue()) : text);
}

/** Presses Publish with a note. */
async function publish(page, note) {
  await page.getByLabel("What changed?").fill(note);
  await page.getByRole("button", { name: /^Publish/ }).click();
}

/** Ana's app, published, and Ben's fork of it with a question of his own. */
async function forked(visit, welcome, options) {
  const ana = await visit(options);
  await becomeAdmin(ana, welcome);
  await openApp(ana, "Poll");
  await bar(ana, "Fork").click();
  await ana.getByLabel("Name of your copy").fill("talk");
  await ana.getByRole("button", { name: "Make my own copy" }).click();
  await write(ana, "/@ana/talk", ORIGINAL);
  await publish(ana, "The first one");
  await ana.getByRole("heading", { level: 1, name: "Picnic on Sunday?" }).waitFor();

  const ben = await visit(options);
  await ben.goto("/join");
  await join(ben, "ben");
  await ben.goto("/@ana/talk/fork");
  await ben.getByLabel("Name of your copy").fill("chat");
  await ben.getByRole("button", { name: "Make my own copy" }).click();
  await ben.goto("/@ben/chat/settings");
  await ben.getByLabel("Question").fill("Cake on Monday?");
  await ben.getByRole("button", { name: /save/i }).first().click();
  await write(ben, "/@ben/chat", (text) => text.replace("Last said: ", "Said last: "));
  await publish(ben, "My own words");
  await ben.getByRole("heading", { level: 1, name: "Cake on Monday?" }).waitFor();
  return { ana, ben };
}

export const stories = {
  "two people: a fork, a setting, what is new in the original, and data that changes its form": async (
    { visit, welcome },
  ) => {
    const { ana, ben } = await forked(visit, welcome);

    // The other one uses it.
    await ana.goto("/@ben/chat");
    await ana.getByRole("heading", { level: 1, name: "Cake on Monday?" }).waitFor();
    await ana.getByRole("button", { name: "Say hello" }).click();
    await ana.getByText("Said last: hello").waitFor();

    // The original goes on, and the fork takes it.
    await write(ana, "/@ana/talk", (text) => text.replace("-- first words", "-- better words"));
    await publish(ana, "Better words");
    await ben.goto("/@ben/chat/source");
    await ben.getByRole("link", { name: /one newer release/ }).click();
    await ben.getByText("+ -- better words").waitFor();
    await ben.getByRole("button", { name: "Take it into my draft" }).click();
    const source = await ben.getByLabel("Text of main.lua").inputValue();
    assert(source.includes("-- better words") && source.includes("Said last: "), source);
    await publish(ben, "Took better words");
    await ben.getByText("Said last: hello").waitFor();

    // Data changes its form: rehearsed first, then real, then undone.
    const migrate = 'function migrate(ctx, from) store.set("said", { word = store.get("said"), from = from }) end\n';
    await write(ben, "/@ben/chat", (text) =>
      migrate + text.replace('tostring(store.get("said", "nothing"))', 'store.get("said").word .. "!"'));
    await publish(ben, "Keeps more");
    await ben.getByRole("heading", { name: "What this does to the data" }).waitFor();
    await ben.getByText('- "hello"').waitFor();
    await ana.goto("/@ben/chat");
    await ana.getByText("Said last: hello").waitFor();
    await ben.getByRole("button", { name: /change the data/ }).click();
    await ben.getByText("Said last: hello!").waitFor();
    await ben.goto("/@ben/chat/source");
    await ben.getByText("Go back, code and data").first().click();
    await ben.getByRole("button", { name: "Go back, code and data" }).click();
    await ben.getByText("with its data, as release").waitFor();
    await ana.goto("/@ben/chat");
    await ana.getByText("Said last: hello", { exact: true }).waitFor();
  },

  "a change is suggested back, on a narrow screen": async ({ visit, welcome }) => {
    const narrow = { viewport: { width: 320, height: 640 } };
    const { ana, ben } = await forked(visit, welcome, narrow);
    await ben.goto("/@ben/chat/suggest");
    await ben.getByText("Said last: ").first().waitFor();
    await ben.getByLabel("What does it change, and why?").fill("It says it better");
    await ben.getByRole("button", { name: "Suggest it" }).click();
    await ben.getByText("waits").waitFor();
    await fits(ben);

    await ana.goto("/@ana/talk/source");
    await ana.getByRole("link", { name: "One suggestion waits for your answer" }).click();
    await ana.getByRole("link", { name: "From @ben/chat" }).click();
    await fits(ana);
    await ana.getByRole("button", { name: "Take it into my draft" }).click();
    const source = await ana.getByLabel("Text of main.lua").inputValue();
    assert(source.includes("Said last: "), source);
    await ana.goto("/@ana/talk/source?from=1&to=draft");
    await ana.getByText("+ ", { exact: false }).first().waitFor();
    await fits(ana);
    await ben.goto("/@ben/chat/suggest");
    await ben.getByText("taken").first().waitFor();
  },
};

/** Nothing on the page is wider than the screen. */
async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(over <= 0, `${page.url()} is ${over} px too wide`);
}
