// Short messages, in the one place of a page that screen readers listen to.

/** Says something; `bad` is about what did not work. */
export function say(text, tone = "good") {
  const place = document.getElementById("said");
  const line = document.createElement("p");
  line.className = "toast";
  line.dataset.tone = tone;
  line.textContent = text;
  place.replaceChildren(line);
  return line;
}

/** What was said is over. */
export function hush() {
  document.getElementById("said").replaceChildren();
}
