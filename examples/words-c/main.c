// Counts words: a form takes a text, and the page shows the ten most frequent.
//
// Every run begins with a fresh copy of the memory and ends soon, so nothing is freed.

#include "app.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 2048

typedef struct {
  const char *text;
  size_t len;
  unsigned long times;
} word_t;

static const char PREFIX[] = "word/";
#define PREFIX_LEN (sizeof PREFIX - 1)

// ---- text -------------------------------------------------------------------------------------

// A text that grows.
typedef struct {
  char *text;
  size_t len, room;
} text_t;

static void append(text_t *it, const char *text, size_t len) {
  if (it->len + len > it->room) {
    it->room = 2 * (it->len + len);
    it->text = realloc(it->text, it->room);
  }
  memcpy(it->text + it->len, text, len);
  it->len += len;
}

static void append_str(text_t *it, const char *text) { append(it, text, strlen(text)); }

static app_string_t as_string(text_t it) { return (app_string_t){(uint8_t *)it.text, it.len}; }

static app_string_t string(const char *text) {
  app_string_t it;
  app_string_dup(&it, text);
  return it;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The text behind "text": in the arguments, as it is written there. Escapes are no letters but
// \n and its like, of which the letter is taken away.
static text_t field_text(app_string_t json) {
  static const char KEY[] = "\"text\"";
  const char *at = (const char *)json.ptr, *end = at + json.len;
  text_t it = {0};
  while (at + sizeof KEY - 1 < end && memcmp(at, KEY, sizeof KEY - 1) != 0) at++;
  at += sizeof KEY - 1;
  while (at < end && *at != '"') at++;
  for (at++; at < end && *at != '"'; at++) {
    if (*at == '\\') {
      at += at + 1 < end && at[1] == 'u' ? 5 : 1;
      append(&it, " ", 1);
    } else {
      append(&it, at, 1);
    }
  }
  return it;
}

// ---- words ------------------------------------------------------------------------------------

// Counts the words of a text in the order in which they came; makes them lower case.
static size_t count(text_t text, word_t *words, unsigned long *total) {
  size_t known = 0;
  for (size_t i = 0; i < text.len;) {
    size_t begin = i;
    for (; i < text.len && is_letter(text.text[i]); i++) text.text[i] |= 0x20;
    if (i == begin) {
      i++;
      continue;
    }
    ++*total;
    size_t n = 0;
    while (n < known && (words[n].len != i - begin || memcmp(words[n].text, text.text + begin, i - begin) != 0)) n++;
    if (n == WORDS_MAX) continue;
    if (n == known) words[known++] = (word_t){text.text + begin, i - begin, 0};
    words[n].times++;
  }
  return known;
}

static int by_times(const void *left, const void *right) {
  const word_t *a = left, *b = right;
  if (a->times != b->times) return a->times < b->times ? 1 : -1;
  int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
  return order != 0 ? order : (int)a->len - (int)b->len;
}

// ---- what the group is asked ------------------------------------------------------------------

// A call that was not answered ends the run, and nothing of it is kept.
static bool failed(allotment_app_types_refusal_t refusal, app_failure_t *err) {
  bool is_refused = refusal.tag == ALLOTMENT_APP_TYPES_REFUSAL_NOT_GRANTED;
  err->tag = is_refused ? ALLOTMENT_APP_TYPES_FAILURE_REFUSED : ALLOTMENT_APP_TYPES_FAILURE_STOPPED;
  err->val.stopped = refusal.val.error;
  return false;
}

static bool increase(app_string_t key, double amount, app_failure_t *err) {
  double sum;
  allotment_app_types_refusal_t refusal;
  return allotment_app_store_add(&key, amount, &sum, &refusal) || failed(refusal, err);
}

static bool add(app_string_t args, app_answer_t *ret, app_failure_t *err) {
  word_t *words = calloc(WORDS_MAX, sizeof *words);
  unsigned long total = 0;
  size_t known = count(field_text(args), words, &total);
  ret->tag = ALLOTMENT_APP_TYPES_ANSWER_VALUE;
  if (total == 0) {
    ret->val.value = string("{\"type\":\"errors\",\"text\":\"Write some words first.\"}");
    return true;
  }
  for (size_t n = 0; n < known; n++) {
    text_t key = {0};
    append_str(&key, PREFIX);
    append(&key, words[n].text, words[n].len);
    if (!increase(as_string(key), (double)words[n].times, err)) return false;
  }
  if (!increase(string("total"), (double)total, err)) return false;
  char toast[80];
  snprintf(toast, sizeof toast, "{\"type\":\"toast\",\"text\":\"Counted %lu words.\"}", total);
  ret->val.value = string(toast);
  return true;
}

static unsigned long number(app_string_t json) {
  char digits[24] = {0};
  memcpy(digits, json.ptr, json.len < sizeof digits - 1 ? json.len : sizeof digits - 1);
  return strtoul(digits, NULL, 10);
}

static bool view(app_answer_t *ret, app_failure_t *err) {
  allotment_app_types_refusal_t refusal;
  app_string_t key = string("total");
  app_option_json_t total;
  if (!allotment_app_store_get(&key, &total, &refusal)) return failed(refusal, err);
  allotment_app_store_range_t range = {.prefix = string(PREFIX)};
  allotment_app_store_list_entry_t entries;
  if (!allotment_app_store_list(&range, &entries, &refusal)) return failed(refusal, err);
  word_t *words = calloc(entries.len + 1, sizeof *words);
  for (size_t n = 0; n < entries.len; n++) {
    app_string_t name = entries.ptr[n].key;
    words[n] = (word_t){(char *)name.ptr + PREFIX_LEN, name.len - PREFIX_LEN, number(entries.ptr[n].value)};
  }
  qsort(words, entries.len, sizeof *words, by_times);

  text_t page = {0};
  char digits[24];
  append_str(&page,
             "{\"type\":\"page\",\"title\":\"Words\",\"body\":["
             "{\"type\":\"form\",\"on\":\"add\",\"submit\":\"Count\",\"body\":["
             "{\"type\":\"input\",\"label\":\"Text\",\"name\":\"text\",\"rows\":4,\"max_length\":4000}]},"
             "{\"type\":\"stat\",\"label\":\"Words so far\",\"value\":\"");
  snprintf(digits, sizeof digits, "%lu", total.is_some ? number(total.val) : 0);
  append_str(&page, digits);
  append_str(&page, "\"},{\"type\":\"table\",\"caption\":\"The ten most frequent\",\"rows\":[");
  for (size_t n = 0; n < entries.len && n < 10; n++) {
    append_str(&page, n == 0 ? "{\"word\":\"" : ",{\"word\":\"");
    append(&page, words[n].text, words[n].len);
    snprintf(digits, sizeof digits, "\",\"times\":%lu}", words[n].times);
    append_str(&page, digits);
  }
  append_str(&page,
             "],\"columns\":[{\"key\":\"word\",\"label\":\"Word\"},"
             "{\"key\":\"times\",\"label\":\"Times\",\"kind\":\"number\"}]}]}");
  ret->tag = ALLOTMENT_APP_TYPES_ANSWER_VIEW;
  ret->val.view = as_string(page);
  return true;
}

// ---- the one export ---------------------------------------------------------------------------

static bool declare(app_answer_t *ret) {
  allotment_app_types_declaration_t *it = &ret->val.declaration;
  ret->tag = ALLOTMENT_APP_TYPES_ANSWER_DECLARATION;
  memset(it, 0, sizeof *it);
  it->settings = string("{}");
  it->actions.ptr = malloc(sizeof *it->actions.ptr);
  it->actions.ptr[0] = string("add");
  it->actions.len = 1;
  it->answers.ptr = malloc(sizeof *it->answers.ptr);
  it->answers.ptr[0] = string("view");
  it->answers.len = 1;
  return true;
}

// Does the work of one run.
bool exports_app_run(app_trigger_t *trigger, app_context_t *context, app_answer_t *ret, app_failure_t *err) {
  (void)context;
  switch (trigger->tag) {
  case ALLOTMENT_APP_TYPES_TRIGGER_DECLARE:
    return declare(ret);
  case ALLOTMENT_APP_TYPES_TRIGGER_VIEW:
    return view(ret, err);
  case ALLOTMENT_APP_TYPES_TRIGGER_ACTION: {
    app_string_t name = trigger->val.action.name;
    if (name.len == 3 && memcmp(name.ptr, "add", 3) == 0) return add(trigger->val.action.args, ret, err);
  }
  }
  err->tag = ALLOTMENT_APP_TYPES_FAILURE_STOPPED;
  err->val.stopped = string("words: nothing here answers that");
  return false;
}
