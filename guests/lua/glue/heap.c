/*
** Lua's memory, and the guest's only allocator. Whoever gives a block back tells its size, so that
** blocks need no header.
**
** Small and middle blocks have one list of free blocks for each size and never change it. Large
** ones are cut from spans: one list, sorted by address, whose neighbours are joined again.
*/
#define SMALL_MAX 256          /* bytes; nearly all of Lua's objects are smaller */
#define SMALL_STEP 8           /* bytes between two small sizes, and the alignment of a TValue */
#define MIDDLE_MAX 32768       /* bytes; four sizes to each doubling, so a fifth is lost at most */
#define MIDDLE_SIZES 28        /* from 256, exclusive, to MIDDLE_MAX */
#define SLAB_MAX 4096          /* bytes of a block that is cut from a slab */
#define SLAB 16384             /* bytes taken from the spans for small blocks at a time */
#define SPAN_STEP 1024         /* bytes: the unit of spans */
#define WASM_PAGE 65536
#define GROW_PAGES 8           /* pages taken at once: growing is a system call, and so is shrinking */
#define READY (512 * 1024)     /* bytes that lie ready in the snapshot: what a page of an app takes */

typedef struct Span {
  struct Span *next;
  size_t size;
} Span;

extern char __heap_base;       /* where the linker's data end */

static void *heap_small[SMALL_MAX / SMALL_STEP + 1];
static void *heap_middle[MIDDLE_SIZES];
static Span *heap_spans;
static char *heap_slab, *heap_slab_end;
static uintptr_t heap_end;     /* of the memory that the heap has been given */

/* ---- spans ---- */

static size_t span_round (size_t size) {
  return (size + SPAN_STEP - 1) & ~(size_t)(SPAN_STEP - 1);
}

/* Puts a span in its place and joins it with its neighbours. */
static void span_drop (char *at, size_t size) {
  Span *span = (Span *)at, *before = NULL, *after = heap_spans;
  while (after != NULL && after < span) {
    before = after;
    after = after->next;
  }
  if (before != NULL && (char *)before + before->size == at) {
    before->size += size;
    span = before;
  }
  else {
    span->size = size;
    span->next = after;
    if (before != NULL)
      before->next = span;
    else
      heap_spans = span;
  }
  if (after != NULL && (char *)span + span->size == (char *)after) {
    span->size += after->size;
    span->next = after->next;
  }
}

/* Takes memory from the group: a few pages more than needed if there are so many, else the least. */
static int span_grow (size_t size) {
  size_t had, pages = (size + WASM_PAGE - 1) / WASM_PAGE;
  if (heap_end == 0)
    heap_end = ((uintptr_t)&__heap_base + SPAN_STEP - 1) & ~(uintptr_t)(SPAN_STEP - 1);
  had = __builtin_wasm_memory_grow(0, pages + GROW_PAGES);
  if (had != SIZE_MAX)
    pages += GROW_PAGES;
  else if ((had = __builtin_wasm_memory_grow(0, pages)) == SIZE_MAX)
    return 0;
  span_drop((char *)heap_end, (had + pages) * WASM_PAGE - heap_end);
  heap_end = (had + pages) * WASM_PAGE;
  return 1;
}

/* The first span that is large enough; what is over stays in the list. */
static void *span_new (size_t size) {
  Span **link, *span;
  if (size > PTRDIFF_MAX - SPAN_STEP)
    return NULL;
  size = span_round(size);
  do {
    for (link = &heap_spans; (span = *link) != NULL; link = &span->next) {
      if (span->size < size)
        continue;
      if (span->size == size)
        *link = span->next;
      else {
        Span *rest = (Span *)((char *)span + size);
        rest->size = span->size - size;
        rest->next = span->next;
        *link = rest;
      }
      return span;
    }
  } while (span_grow(size));
  return NULL;
}

/* ---- blocks of one size ---- */

static void *slab_cut (size_t size) {
  void *block;
  if ((size_t)(heap_slab_end - heap_slab) < size) {
    char *slab = span_new(SLAB);
    if (slab == NULL)
      return NULL;
    heap_slab = slab;
    heap_slab_end = slab + SLAB;
  }
  block = heap_slab;
  heap_slab += size;
  return block;
}

static inline size_t small_class (size_t size) {
  return (size + SMALL_STEP - 1) / SMALL_STEP;
}

/* The class of a middle size: its doubling, and the quarter of it. */
static inline size_t middle_class (size_t size) {
  unsigned int top = 31 - (unsigned int)__builtin_clz((unsigned int)(size - 1));
  return (top - 8) * 4 + ((size - 1) >> (top - 2)) - 4;
}

static inline size_t middle_size (size_t class) {
  return (5 + class % 4) << (class / 4 + 6);
}

static void *listed_new (void **list, size_t size) {
  void **block = *list;
  if (block != NULL) {
    *list = *block;
    return block;
  }
  return size <= SLAB_MAX ? slab_cut(size) : span_new(size);
}

static inline void listed_drop (void **list, void *block) {
  *(void **)block = *list;
  *list = block;
}

/* ---- what the rest of the guest calls ---- */

static void *heap_new (size_t size) {
  if (size <= SMALL_MAX) {
    size_t class = small_class(size);
    return listed_new(&heap_small[class], class * SMALL_STEP);
  }
  if (size <= MIDDLE_MAX) {
    size_t class = middle_class(size);
    return listed_new(&heap_middle[class], middle_size(class));
  }
  return span_new(size);
}

static void heap_drop (void *block, size_t size) {
  if (block == NULL)
    return;
  if (size <= SMALL_MAX)
    listed_drop(&heap_small[small_class(size)], block);
  else if (size <= MIDDLE_MAX)
    listed_drop(&heap_middle[middle_class(size)], block);
  else
    span_drop(block, span_round(size));
}

/* Whether a block of the one size has room for the other, and not too much. */
static int heap_same (size_t old, size_t new) {
  if (old <= SMALL_MAX || new <= SMALL_MAX)
    return old <= SMALL_MAX && new <= SMALL_MAX && small_class(old) == small_class(new);
  if (old <= MIDDLE_MAX || new <= MIDDLE_MAX)
    return old <= MIDDLE_MAX && new <= MIDDLE_MAX && middle_class(old) == middle_class(new);
  return span_round(old) == span_round(new);
}

static void *heap_change (void *block, size_t old, size_t new) {
  void *moved;
  if (heap_same(old, new))
    return block;
  moved = heap_new(new);
  if (moved != NULL) {
    memcpy(moved, block, old < new ? old : new);
    heap_drop(block, old);
  }
  return moved;
}

/* Lua's allocator. When memory is out, the place is noted: an error of memory has no handler. */
static void *heap_alloc (void *ud, void *block, size_t old, size_t new) {
  void *result;
  (void)ud;
  if (new == 0) {
    heap_drop(block, old);
    return NULL;
  }
  result = block == NULL ? heap_new(new) : heap_change(block, old, new);
  if (result == NULL && allot_running != NULL)
    trace_take(allot_running);
  return result;
}

/* Leaves what a usual run takes behind the snapshot, so that it grows nothing. */
static void heap_ready (void) {
  char *ready = span_new(READY);
  if (ready != NULL)
    span_drop(ready, READY);
}
