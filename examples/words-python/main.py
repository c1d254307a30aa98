"""Counts words: a form takes a text, and the page shows the ten most frequent."""

import json
import re
import traceback

import wit_world
from componentize_py_types import Err
from wit_world.imports import store
from wit_world.imports.types import (
    Answer_Declaration,
    Answer_Value,
    Answer_View,
    Declaration,
    Failure_Refused,
    Failure_Stopped,
    Refusal_Error,
    Refusal_NotGranted,
    Trigger_Action,
    Trigger_Declare,
    Trigger_View,
)

WORD = "word/"


class WitWorld(wit_world.WitWorld):
    def run(self, trigger, context):
        """Does the work of one run. What it raises ends the run, and nothing of it is kept."""
        try:
            return answer_to(trigger)
        except Err as err:
            # A call that was not answered raises a refusal.
            if isinstance(err.value, Refusal_NotGranted):
                raise Err(Failure_Refused(err.value.value)) from err
            if isinstance(err.value, Refusal_Error):
                raise Err(Failure_Stopped(err.value.value)) from err
            raise
        except Exception as err:
            raise Err(Failure_Stopped(traceback.format_exc())) from err


def answer_to(trigger):
    match trigger:
        case Trigger_Declare():
            return Answer_Declaration(Declaration("{}", ["add"], [], ["view"]))
        case Trigger_View():
            return Answer_View(json.dumps(view()))
        case Trigger_Action(press) if press.name == "add":
            return Answer_Value(json.dumps(add(press)))
    raise Err(Failure_Stopped("words: nothing here answers that"))


def view():
    total = int(json.loads(store.get("total") or "0"))
    entries = store.list(store.Range(prefix=WORD, after=None, limit=None, reverse=False))
    rows = [{"word": it.key[len(WORD):], "times": int(json.loads(it.value))} for it in entries]
    rows.sort(key=lambda row: (-row["times"], row["word"]))
    return {
        "type": "page",
        "title": "Words",
        "body": [
            {
                "type": "form",
                "on": "add",
                "submit": "Count",
                "body": [{"type": "input", "label": "Text", "name": "text", "rows": 4, "max_length": 4000}],
            },
            {"type": "stat", "label": "Words so far", "value": str(total)},
            {
                "type": "table",
                "caption": "The ten most frequent",
                "rows": rows[:10],
                "columns": [
                    {"key": "word", "label": "Word"},
                    {"key": "times", "label": "Times", "kind": "number"},
                ],
            },
        ],
    }


def add(press):
    words = re.findall("[A-Za-z]+", json.loads(press.args).get("text") or "")
    if not words:
        return {"type": "errors", "text": "Write some words first."}
    # In the order in which they came, and each written once.
    counts = {}
    for word in words:
        counts[word.lower()] = counts.get(word.lower(), 0) + 1
    for word, times in counts.items():
        store.add(WORD + word, times)
    store.add("total", len(words))
    return {"type": "toast", "text": f"Counted {len(words)} words."}
