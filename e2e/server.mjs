// A fresh group for one story: the real binary with an empty data folder on a free port.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BINARY =
  process.env.ALLOT_BINARY || fileURLToPath(new URL("../target/debug/allot", import.meta.url));

/** How long a first start may take: it compiles the guest once. */
const START_MS = 60_000;

/** Starts `allot serve`, with more arguments if need be, and reads from its first lines where it is and how to become its admin. */
export async function startGroup(more = []) {
  const data = await mkdtemp(join(tmpdir(), "allotment-story-"));
  const child = spawn(BINARY, ["serve", "--data", data, "--listen", "127.0.0.1:0", ...more], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  const errors = createInterface({ input: child.stderr });
  errors.on("line", (line) => said.push(line));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    const { origin, welcome } = await firstLines(child, said);
    return { origin, welcome, data, said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstLines(child, said) {
  return new Promise((done, fail) => {
    const found = {};
    const giveUp = (why) => fail(new Error(`${why}. It said:\n${said.join("\n")}`));
    const late = setTimeout(() => giveUp("allot serve printed no link"), START_MS);
    child.once("error", (error) => giveUp(`${BINARY} does not start: ${error.message}`));
    child.once("exit", (code) => giveUp(`allot serve ended with ${code}`));
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(line);
      found.origin ??= /^Allotment is running at (http:\S+?)\/?$/.exec(line)?.[1];
      found.welcome ??= /^Open this link to become its admin: (\S+)$/.exec(line)?.[1];
      if (found.origin && found.welcome) {
        clearTimeout(late);
        done(found);
      }
    });
  });
}
