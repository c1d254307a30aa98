// The browser of the stories: the system's own Chromium, without a screen. It never fetches a browser.

import { accessSync, constants } from "node:fs";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** How long a story waits for one thing on a page before it fails. */
const PATIENCE_MS = 15_000;

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || findChromium(),
    args: [
      "--no-sandbox", // tests may run as root, where Chromium's own sandbox refuses
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

/**
 * A person at their own browser: a fresh profile and one page. Scripts are off unless asked for,
 * since every page must be right without them. What no page may do ends up in `troubles`: asking
 * another server for something, a script error, a refusal by the Content-Security-Policy.
 */
export async function person(browser, origin, troubles, { scripts = false, loses = false, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: origin,
    javaScriptEnabled: scripts,
    viewport: { width: 1000, height: 800 },
    locale: "en-GB",
    ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("request", (request) => {
    const url = new URL(request.url());
    const inside = url.origin === origin || ["data:", "file:"].includes(url.protocol);
    if (!inside) troubles.push(`${page.url()} asked ${url.origin} for something`);
  });
  page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on("console", (said) => {
    // A form that was refused answers with 422, which Chromium reports as an error of the console.
    const refused = /status of 4\d\d/.test(said.text());
    // Who loses the connection on purpose hears of that.
    const lost = loses && /net::ERR_/.test(said.text());
    // Pages of the gallery lie in files: what they name of a group is not there.
    const made = page.url().startsWith("file:") && /Failed to load resource|URL file:|'file:/.test(said.text());
    if (said.type() === "error" && !refused && !lost && !made) troubles.push(`${page.url()}: ${said.text()}`);
  });
  return page;
}

function findChromium() {
  for (const folder of (process.env.PATH || "").split(":")) {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  throw new Error("No Chromium found. Install it (apt install chromium) or name one in CHROMIUM.");
}
