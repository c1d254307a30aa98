/*
** Lua's memory. Lua tells the size of a block when it gives it back, so small blocks need no
** header: one list of free blocks for each size. Large ones are the C library's.
*/
#define SMALL_MAX 256   /* bytes; nearly all of Lua's objects are smaller */
#define SMALL_STEP 8    /* bytes between two sizes, and the alignment of a TValue */
#define SLAB 16384      /* bytes taken from the C library for small blocks at a time */

static void *heap_free[SMALL_MAX / SMALL_STEP + 1];
static char *heap_slab, *heap_slab_end;

static inline size_t small_class (size_t size) {
  return (size + SMALL_STEP - 1) / SMALL_STEP;
}

static void *small_new (size_t class) {
  void **block = heap_free[class];
  size_t size = class * SMALL_STEP;
  if (block != NULL) {
    heap_free[class] = *block;
    return block;
  }
  if ((size_t)(heap_slab_end - heap_slab) < size) {
    char *slab = malloc(SLAB);
    if (slab == NULL)
      return NULL;
    heap_slab = slab;
    heap_slab_end = slab + SLAB;
  }
  block = (void **)heap_slab;
  heap_slab += size;
  return block;
}

static void small_drop (void *block, size_t class) {
  *(void **)block = heap_free[class];
  heap_free[class] = block;
}

static void *heap_new (size_t size) {
  return size <= SMALL_MAX ? small_new(small_class(size)) : malloc(size);
}

static void heap_drop (void *block, size_t size) {
  if (block == NULL)
    return;
  if (size <= SMALL_MAX)
    small_drop(block, small_class(size));
  else
    free(block);
}

static void *heap_change (void *block, size_t old, size_t new) {
  void *moved;
  if (old <= SMALL_MAX && new <= SMALL_MAX && small_class(old) == small_class(new))
    return block;
  if (old > SMALL_MAX && new > SMALL_MAX)
    return realloc(block, new);
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
