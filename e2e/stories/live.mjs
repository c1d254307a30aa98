// Live pages: what one does is seen by the others, and nobody loses what they were typing.

import assert from "node:assert/strict";
import { becomeAdmin, join } from "../newcomer.mjs";

const MANIFEST = (name) => `name = "${name}"\ntitle = "Board"\nshare = "public"\n`;

/** A board: notes, a counter, a form, a slow button and one that asks first. */
const BOARD = `
function view(ctx)
  local notes = {}
  for _, row in ipairs(store.list("note/")) do
    notes[#notes + 1] = { key = row.key, title = row.value, actions = {
      ui.button{ "Remove", on = "remove", args = { key = row.key }, confirm = "Remove this note?" } } }
  end
  return ui.page{ "Board", live = true,
    ui.text("Pressed " .. store.get("n", 0) .. " times"),
    ui.button{ "Press", on = "press" },
    ui.list{ items = notes },
    ui.details{ "More about it", ui.text "Everybody sees this board." },
    ui.form{ on = "note", submit = "Pin it", ui.input{ "Note", name = "note" } },
    ui.form{ on = "strict", submit = "Check it", ui.input{ "Strict", name = "strict" } } }
end
function on.press(ctx) store.add("n") end
function on.remove(ctx, args) store.delete(args.key) end
function on.note(ctx, args)
  store.set(string.format("note/%05d", store.add("last")), args.note)
  return ui.toast "Pinned."
end
function on.strict(ctx, args) return ui.errors{ strict = "Not like this." } end
`;

/** Makes an app by its editor and publishes it. */
async function publish(page, name, source) {
  await page.goto("/apps/new");
  await page.getByRole("main").getByRole("textbox").first().fill(name);
  await page.getByRole("button", { name: "Make a blank app" }).click();
  await page.waitForURL(/\/edit/);
  await change(page, name, "main.lua", source);
  await change(page, name, "allotment.toml", MANIFEST(name));
  await page.getByRole("button", { name: /^Publish/ }).click();
  await page.waitForURL(new RegExp(`/@ana/${name}$`));
}

async function change(page, name, file, text) {
  await page.goto(`/@ana/${name}/edit?file=${file}`);
  await page.getByLabel(`Text of ${file}`).fill(text);
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.waitForURL(/\/edit/);
}

/** A group with a published board; everybody else is signed out. */
async function board({ visit, welcome }, source = BOARD) {
  const ana = await visit();
  await becomeAdmin(ana, welcome);
  await publish(ana, "board", source);
  return ana;
}

async function open(visit, { scripts = true, ...more } = {}) {
  const page = await visit({ scripts, ...more });
  await page.goto("/@ana/board");
  await page.getByRole("heading", { level: 1, name: "Board" }).waitFor();
  // Once the group says so, this browser is followed.
  if (scripts) await followed(page);
  return page;
}

/** Waits until a page is told of changes: the first press after it is seen. */
async function followed(page) {
  await page.waitForFunction(() => document.documentElement.dataset.followed === "yes");
}

const pressed = (page, times) => page.getByText(`Pressed ${times} times`).waitFor();
const press = (page, name = "Press") => page.getByRole("button", { name, exact: true }).click();

/** What stands in a field, where the caret is, and whether it has the focus. */
const draft = (page, label) =>
  page.getByLabel(label, { exact: true }).evaluate((it) => [it.value, it.selectionStart, it === document.activeElement]);

export const stories = {
  "a press in one browser is seen in another": async (group) => {
    await board(group);
    const one = await open(group.visit);
    const two = await open(group.visit);
    await press(one);
    await pressed(one, 1);
    await pressed(two, 1);
    await press(two);
    await pressed(one, 2);
  },

  "ten changes leave a half-typed draft, the focus, the caret and what was opened alone": async (group) => {
    await board(group);
    const writer = await open(group.visit);
    const other = await open(group.visit);
    await writer.getByText("More about it").click();
    const field = writer.getByLabel("Note", { exact: true });
    await field.pressSequentially("half a thought");
    await field.evaluate((it) => it.setSelectionRange(4, 4));
    for (let count = 1; count <= 10; count += 1) {
      const note = other.getByLabel("Note", { exact: true });
      await note.fill(`note ${count}`);
      await press(other, "Pin it");
      await writer.getByText(`note ${count}`, { exact: true }).waitFor();
      assert.deepEqual(await draft(writer, "Note"), ["half a thought", 4, true], `after ${count}`);
    }
    await writer.getByText("Everybody sees this board.").waitFor();
    await press(writer, "Pin it");
    await writer.getByText("half a thought", { exact: true }).waitFor();
    assert.equal((await draft(writer, "Note"))[0], "", "what was sent is gone from the field");
    await writer.getByRole("status").filter({ hasText: "Pinned." }).waitFor();
  },

  "ten tabs of one browser stay live": async (group) => {
    await board(group);
    const first = await open(group.visit);
    const tabs = [first];
    while (tabs.length < 10) {
      const tab = await first.context().newPage();
      await tab.goto("/@ana/board");
      tabs.push(tab);
    }
    const other = await open(group.visit);
    await press(other);
    await Promise.all(tabs.map((tab) => pressed(tab, 1)));
    await first.close();
    await press(other);
    await Promise.all(tabs.slice(1).map((tab) => pressed(tab, 2)));
  },

  "without a connection the text stays, and goes when it is back": async (group) => {
    await board(group);
    const page = await open(group.visit, { loses: true });
    await page.getByLabel("Note", { exact: true }).fill("written on a train");
    await page.context().setOffline(true);
    await press(page, "Pin it");
    await page.getByText("Could not reach the group. Your text is still here.").waitFor();
    assert.equal((await draft(page, "Note"))[0], "written on a train");
    await page.context().setOffline(false);
    await press(page, "Pin it");
    await page.getByText("written on a train", { exact: true }).waitFor();
  },

  "a double click runs once, a refused form keeps its text, and a question is asked first": async (group) => {
    await board(group);
    const page = await open(group.visit);
    await page.getByRole("button", { name: "Press", exact: true }).dblclick();
    await pressed(page, 1);
    await page.getByLabel("Strict", { exact: true }).fill("as it is");
    await press(page, "Check it");
    await page.getByText("Not like this.").first().waitFor();
    assert.equal((await draft(page, "Strict"))[0], "as it is");
    await page.getByLabel("Note", { exact: true }).fill("a note");
    await press(page, "Pin it");
    await page.locator("summary", { hasText: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove this note?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("a note", { exact: true }).waitFor();
    await page.locator("summary", { hasText: "Remove" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("a note", { exact: true }).waitFor({ state: "detached" });
    assert.ok((await page.content()).includes("Pressed 1 times"), "the double click ran once");
  },

  "a new release is said, and what was typed is still there": async (group) => {
    const ana = await board(group);
    const reader = await open(group.visit);
    const writer = await open(group.visit);
    await writer.getByLabel("Note", { exact: true }).pressSequentially("not yet sent");
    await change(ana, "board", "main.lua", BOARD.replace("Pressed ", "Clicked "));
    await ana.getByRole("button", { name: /^Publish/ }).click();
    await reader.getByText("Clicked 0 times").waitFor();
    await writer.getByText(/This app was updated/).waitFor();
    await press(writer, "Pin it");
    await writer.getByText(/was changed while you looked/).first().waitFor();
    assert.equal((await draft(writer, "Note"))[0], "not yet sent");
    await press(writer, "Pin it");
    await writer.getByText("not yet sent", { exact: true }).waitFor();
  },

  "all of it without a script": async (group) => {
    await board(group);
    const page = await open(group.visit, { scripts: false });
    assert.equal(await page.locator("noscript meta[http-equiv=refresh]").count() + (await page.locator("meta[http-equiv=refresh]").count()) > 0, true);
    await press(page);
    await pressed(page, 1);
    await page.getByLabel("Strict", { exact: true }).fill("as it is");
    await press(page, "Check it");
    await page.getByText("Not like this.").first().waitFor();
    assert.equal(await page.getByLabel("Strict", { exact: true }).inputValue(), "as it is");
    await page.getByLabel("Note", { exact: true }).fill("a note");
    await press(page, "Pin it");
    await page.getByText("Pinned.").waitFor();
    await page.locator("summary", { hasText: "Remove" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("a note", { exact: true }).waitFor({ state: "detached" });
  },
};
