// Whether hostile HTML runs in a browser: pages that show many pieces of it at once, a browser that
// notes every script which runs, and fingers that touch everything there is.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const BINARY =
  process.env.ALLOT_BINARY || fileURLToPath(new URL("../target/debug/allot", import.meta.url));

/** Pieces on one page of an app: a page has at most so many parts and bytes. */
const ON_A_PAGE = 60;

/** Bytes of pieces on one page, with room for what is drawn around them. */
const PAGE_BYTES = 60_000;

/** Raw pieces that are tried at once, each in a frame of its own. */
const FRAMES = 40;

/** How long a page is watched after it was touched: what a script starts needs a moment. */
const WATCH_MS = 150;

/** How long a page may take that a raw piece has taken over. */
const PAGE_MS = 8_000;

/** Cuts pieces into batches that fit on a page. */
export function batches(pieces) {
  const all = [[]];
  let bytes = 0;
  for (const piece of pieces) {
    if (all.at(-1).length === ON_A_PAGE || bytes + piece.payload.length > PAGE_BYTES) {
      all.push([]);
      bytes = 0;
    }
    bytes += piece.payload.length;
    all.at(-1).push(piece);
  }
  return all;
}

/** Publishes an app whose page N shows the Nth batch, each piece as HTML, as Markdown and as text. */
export async function publish(group, all) {
  const folder = await mkdtemp(join(tmpdir(), "allotment-hostile-"));
  try {
    await mkdir(join(folder, "batches"));
    await writeFile(join(folder, "allotment.toml"), 'name = "hostile"\nshare = "public"\n');
    await writeFile(
      join(folder, "main.lua"),
      `function view(ctx)
  local parts = { "Hostile" }
  for _, piece in ipairs(require("batches.b" .. ctx.query.n)) do
    parts[#parts + 1] = ui.html{ piece }
    parts[#parts + 1] = ui.markdown{ piece }
    parts[#parts + 1] = ui.text{ piece }
  end
  return ui.page(parts)
end
`,
    );
    for (const [n, batch] of all.entries()) {
      const lines = batch.map(({ payload }) => `  ${luaString(payload)},\n`).join("");
      await writeFile(join(folder, "batches", `b${n}.lua`), `return {\n${lines}}\n`);
    }
    const token = (await run(BINARY, ["token", "ana", "--data", group.data])).stdout.trim();
    const env = { ...process.env, ALLOT_TOKEN: token, HOME: folder };
    await run(BINARY, ["push", "--group", group.origin], { cwd: folder, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function luaString(text) {
  const escaped = [...Buffer.from(text, "utf8")].map((byte) => {
    const plain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92;
    return plain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** A page on which every script that runs is noted with what it called; `ran` collects that. */
export async function watched(context, ran) {
  const page = await context.newPage();
  await page.exposeFunction("__ran", (what) => ran.add(what));
  await page.addInitScript(() => {
    const note = () => globalThis.__ran?.(location.pathname + location.search);
    for (const name of ["alert", "confirm", "prompt", "print"]) {
      Object.defineProperty(globalThis, name, { value: note, writable: false });
    }
  });
  page.on("dialog", (dialog) => dialog.dismiss().catch(() => {}));
  return page;
}

/** Touches everything in a document and in its frames, then has it read once more, and again. */
function touch() {
  const events = [
    "mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "click", "dblclick", "contextmenu",
    "pointerover", "pointerenter", "pointermove", "pointerdown", "pointerup", "wheel", "focus",
    "focusin", "blur", "keydown", "keypress", "keyup", "input", "change", "select", "toggle", "scroll",
    "copy", "cut", "paste", "drag", "dragstart", "drop", "touchstart", "touchend", "animationstart",
    "animationend", "transitionend", "load", "error", "submit", "reset", "beforetoggle", "search",
  ];
  const finger = (root) => {
    // A link or a form that leads elsewhere ends the page; one that leads to a script shall run it.
    const stay = (event) => {
      const link = event.target.closest?.("a[href], area[href]");
      const leads = link && (link.protocol || link.href?.baseVal || "");
      if (!link || !String(leads).startsWith("javascript:")) event.preventDefault();
    };
    root.addEventListener("click", stay, true);
    root.addEventListener("submit", (event) => event.preventDefault(), true);
    for (const element of root.querySelectorAll("*")) {
      for (const name of events) {
        try {
          element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
          element.focus?.();
        } catch {
          // A handler that throws has run.
        }
      }
      element.click?.();
    }
  };
  const frames = [...document.querySelectorAll("iframe[data-piece]")];
  // A frame that has left for another place shows no document.
  const documents = frames.length ? frames.map((it) => it.contentDocument).filter(Boolean) : [document];
  for (const root of documents) {
    finger(root);
    const main = root.querySelector("main") || root.body;
    if (!main) continue;
    // What was cleaned is often written into a page once more, and parsed once more.
    const again = main.innerHTML;
    main.innerHTML = again;
    finger(root);
  }
}

async function touched(page) {
  await page.evaluate(touch);
  await page.waitForTimeout(WATCH_MS);
}

/** Opens the page of every batch and says on which of them something ran. */
export async function ranOnPages(page, ran, count) {
  for (let n = 0; n < count; n += 1) {
    const answer = await page.goto(`/@ana/hostile?n=${n}`);
    if (answer.status() !== 200) throw new Error(`batch ${n} was answered with ${answer.status()}`);
    const shown = await page.locator("main *").count();
    if (shown < 10) throw new Error(`batch ${n} shows nothing: ${await page.locator("main").innerText()}`);
    await touched(page);
  }
  return [...ran];
}

/** How many pieces run as they are, with nothing between them and the browser: the control. */
export async function runRaw(browser, pieces) {
  const server = createServer((asked, answer) => {
    const [, kind, number] = asked.url.split("/");
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    if (kind === "raw" && pieces[number]) return answer.end(pieces[number].payload);
    if (kind !== "batch") return answer.writeHead(404).end();
    const from = Number(number) * FRAMES;
    const frames = pieces.slice(from, from + FRAMES).map((_, at) =>
      `<iframe data-piece src="/raw/${from + at}"></iframe>`
    );
    return answer.end(`<!doctype html><title>x</title>${frames.join("")}`);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const ran = new Set();
  try {
    for (let n = 0; n * FRAMES < pieces.length; n += 1) {
      // A piece may take its whole page over; the next batch begins in a browser of its own.
      const context = await browser.newContext();
      await context.route((url) => url.origin !== origin, (route) => route.abort());
      const page = await watched(context, ran);
      await page.goto(`${origin}/batch/${n}`, { timeout: PAGE_MS }).catch(() => {});
      // One that navigates away takes the touching with it; what ran before that counts.
      const left = touched(page).catch(() => {});
      await Promise.race([left, new Promise((late) => setTimeout(late, PAGE_MS))]);
      await context.close();
    }
  } finally {
    server.close();
  }
  return new Set([...ran].filter((place) => place.startsWith("/raw/"))).size;
}
