// “5 minutes ago” stays true while a page is open.

const EVERY_MS = 30_000;
/** Up to so many seconds a time is told in that unit of so many seconds, as the server does. */
const STEPS = [
  [5_400, 60, "minute"],
  [129_600, 3_600, "hour"],
  [5_184_000, 86_400, "day"],
  [63_072_000, 2_592_000, "month"],
  [Infinity, 31_536_000, "year"],
];

export function tellTimes() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en");
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      if (Math.abs(seconds) < 45) continue;
      const [, unit, name] = STEPS.find(([up]) => Math.abs(seconds) < up);
      time.textContent = words.format(Math.round(seconds / unit), name);
    }
  }, EVERY_MS);
}
