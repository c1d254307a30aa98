// A group speaks to each reader in a language of theirs: that of the browser, and after joining that of the account.

import assert from "node:assert/strict";
import { PASSWORD, becomeAdmin } from "../newcomer.mjs";

export const stories = {
  "somebody with a German browser is met in German, joins, and goes on in German": async (
    { visit, welcome },
  ) => {
    await becomeAdmin(await visit(), welcome);
    const page = await visit({ locale: "de-AT" });
    await page.goto("/");
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.getByRole("heading", { name: "Gleich eine ausprobieren" }).waitFor();
    await page.goto("/no-such-page");
    await page.getByRole("heading", { name: "Hier ist nichts" }).waitFor();

    await page.goto("/join");
    await page.getByLabel("Dein Name hier").fill("jutta");
    await page.getByLabel("Passwort").fill(PASSWORD);
    await page.getByRole("main").getByRole("button", { name: "Mitmachen" }).click();
    await page.getByRole("heading", { name: /^Hallo/ }).waitFor();

    const english = await visit();
    await english.goto("/");
    await english.getByRole("heading", { name: "Try one now" }).waitFor();
  },
};
