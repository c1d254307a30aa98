// Loads an isolate that nobody had before for each request; the number lies here, in memory.
import inner from "inner";

let n = 0;

export default {
  async fetch(request, env) {
    n += 1;
    const fresh = env.LOADER.get(`request ${n}`, () => ({
      compatibilityDate: "2025-09-01",
      mainModule: "page.js",
      modules: { "page.js": inner },
      globalOutbound: null,
    }));
    return fresh.getEntrypoint().fetch(`http://page/${n}`);
  },
};
