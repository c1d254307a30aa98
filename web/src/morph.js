// Changes a part of the page into a newer one, and leaves what a person is doing alone: focus, caret,
// what was typed and not sent, what was opened, and a button that is at work.

import { Idiomorph } from "idiomorph";

const dirty = new WeakSet();

/** Somebody typed here; it is theirs until it was sent. */
export function typed(field) {
  dirty.add(field);
}

/** What stands in these fields was sent and taken. */
export function sent(form) {
  for (const field of form.elements) dirty.delete(field);
}

/** Whether somebody would lose something if the page went away. */
export function inUse() {
  const active = document.activeElement;
  return active?.matches("input, textarea, select") || [...document.querySelectorAll("input, textarea, select")].some((it) => dirty.has(it));
}

const callbacks = {
  beforeNodeMorphed: (old) => !(dirty.has(old) || old.ariaBusy === "true"),
  // What a person opened stays open, and what they closed stays closed.
  beforeAttributeUpdated: (name, node) => !(name === "open" && node.nodeName === "DETAILS"),
};

/** Changes `old` into `fresh`; the value of the field with the focus is kept unless it was just sent. */
export function morph(old, fresh, keepActive = true) {
  Idiomorph.morph(old, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: keepActive,
    restoreFocus: true,
    callbacks,
  });
}
