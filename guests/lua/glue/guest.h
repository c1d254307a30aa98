/*
** What the parts of the guest share: the five functions of the group, and who offers what.
** Lua itself is included before this file, so its inner words are known here.
*/
#ifndef guest_h
#define guest_h

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(name) __attribute__((import_module("allot"), import_name(name)))

/* ---- what the group offers; these and no others are imported ---- */

/* Calls a capability by name. The high half of the answer is a CallStatus, the low half the
** length of the answering frame, which lies in `out` already if it fits. */
IMPORT("call") extern uint64_t host_call (const char *name, size_t name_len, const char *args,
                                          size_t args_len, char *out, size_t out_len);
/* Copies the frame that waits, when it did not fit. */
IMPORT("take") extern void host_take (char *out);
/* Copies a big string of the frame that waits straight to where it stays. */
IMPORT("big") extern void host_big (uint32_t index, char *out);
/* Hands over the result of the run, or the text of `where`. */
IMPORT("answer") extern void host_answer (const char *frame, size_t len);
/* Gas used so far. */
IMPORT("gas") extern uint64_t host_gas (void);

typedef enum CallStatus { CALL_OK, CALL_ERROR, CALL_REFUSED } CallStatus;

/* How a run ended; anything else ends by a trap and is the host's to name. */
typedef enum RunStatus { RUN_DONE, RUN_STOPPED, RUN_REFUSED, RUN_OUT_OF_MEMORY } RunStatus;

/* ---- state.c ---- */

extern lua_State *allot_running;  /* the thread that runs now: main or a coroutine */
static uint64_t seed_next (void);
static void strings_freeze (lua_State *L);
static TString *string_frozen (const char *str, size_t len);

/* ---- heap.c ---- */

static void *heap_alloc (void *ud, void *block, size_t old, size_t new);
static void *heap_new (size_t size);
static void heap_drop (void *block, size_t size);
static void heap_ready (void);

/* ---- parcel.c ---- */

typedef struct Frame {
  char *bytes;
  size_t len, room;
} Frame;

static void frame_begin (Frame *frame);
static void frame_count (lua_State *L, Frame *frame, uint64_t n);
static void frame_tag (lua_State *L, Frame *frame, int tag);
static void frame_string (lua_State *L, Frame *frame, const char *text, size_t len);
static void frame_value (lua_State *L, Frame *frame, int index);
static void frame_push (lua_State *L, const char *bytes);

enum { TAG_NIL, TAG_FALSE, TAG_TRUE, TAG_INT, TAG_FLOAT, TAG_STRING, TAG_LIST, TAG_MAP, TAG_BIG };

/* ---- trace.c ---- */

#define PRELUDE "=prelude"  /* the name of its chunk; it is shown to nobody */
#define TRACE_BYTES 4096
static char trace_text[TRACE_BYTES];
static size_t trace_len;
static char trace_entry[128];  /* what the prelude called last, as people name it */
static void trace_take (lua_State *L);

#endif
