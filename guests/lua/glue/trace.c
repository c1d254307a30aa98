/*
** The stack of a script as text. Reads only, takes no memory, so that it works after a trap and
** when memory is out. Frames of C and of the prelude are left out: nobody wrote them.
*/
#define TRACE_FIRST 12  /* frames shown from where it happened */
#define TRACE_LAST 4    /* and from where it began */

static void trace_put (const char *text, size_t len) {
  if (len > TRACE_BYTES - trace_len)
    len = TRACE_BYTES - trace_len;
  memcpy(trace_text + trace_len, text, len);
  trace_len += len;
}

static void trace_puts (const char *text) {
  trace_put(text, strlen(text));
}

static void trace_number (int n) {
  char digits[12];
  int at = sizeof(digits);
  if (n < 0)
    n = 0;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  trace_put(digits + at, sizeof(digits) - at);
}

/* The script's function in this frame; NULL if it is of C or of the prelude. */
static Proto *trace_proto (CallInfo *ci) {
  Proto *p;
  if (!isLua(ci))
    return NULL;
  p = ci_func(ci)->p;
  return p->source != NULL && strcmp(getstr(p->source), PRELUDE) == 0 ? NULL : p;
}

/* Whether the prelude made this call; then its own name for the function is the one to show. */
static int trace_is_entry (CallInfo *ci) {
  CallInfo *caller = ci->previous;
  return caller != NULL && isLua(caller) && trace_proto(caller) == NULL;
}

static void trace_frame (lua_State *L, CallInfo *ci, Proto *p) {
  lua_Debug ar;
  ar.i_ci = ci;
  lua_getinfo(L, "Sln", &ar);
  trace_puts("\n  ");
  trace_puts(ar.short_src);
  trace_puts(":");
  trace_number(ar.currentline);
  if (p->linedefined == 0)
    trace_puts(": at the top level");
  else if (trace_is_entry(ci) && trace_entry[0] != '\0') {
    trace_puts(": in ");
    trace_puts(trace_entry);
  }
  else if (ar.name != NULL) {
    trace_puts(": in function '");
    trace_puts(ar.name);
    trace_puts("'");
  }
  else {
    trace_puts(": in the function of line ");
    trace_number(p->linedefined);
  }
}

/* Writes the stack of the thread into trace_text, newest call first, one line a frame. */
static void trace_take (lua_State *L) {
  CallInfo *ci;
  int frames = 0, seen = 0;
  trace_len = 0;
  for (ci = L->ci; ci != NULL && ci != &L->base_ci; ci = ci->previous)
    frames += trace_proto(ci) != NULL;
  for (ci = L->ci; ci != NULL && ci != &L->base_ci; ci = ci->previous) {
    Proto *p = trace_proto(ci);
    if (p == NULL)
      continue;
    if (seen < TRACE_FIRST || seen >= frames - TRACE_LAST)
      trace_frame(L, ci, p);
    else if (seen == TRACE_FIRST) {
      trace_puts("\n  … ");
      trace_number(frames - TRACE_FIRST - TRACE_LAST);
      trace_puts(" more");
    }
    seen++;
  }
}
