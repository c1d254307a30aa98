/*
** The one Lua state, its seeds, and the strings of the snapshot.
**
** The snapshot cannot know the seed of a run, and hashing its strings again in each run would
** touch every page they lie on. So they are frozen: found through a table of their own that is
** never written, while the strings a run makes are hashed with the run's seed.
*/
lua_State *allot_running;
static lua_State *state_main;

/* ---- seeds ---- */

static uint64_t seed_state;

/* What long strings are hashed with, also those of the snapshot: they are hashed only when one
** becomes a key, which none of the snapshot's is. */
unsigned int allot_hash_seed;

/* splitmix64: the run's seed drawn out into as many numbers as are asked for. */
static uint64_t seed_next (void) {
  uint64_t z = (seed_state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

unsigned int allot_seed (void) {
  return (unsigned int)seed_next();
}

/* ---- frozen strings ---- */

#define FROZEN_BUCKETS 1024  /* about twice the strings of the snapshot */

static TString *frozen[FROZEN_BUCKETS];

/* Cheap on purpose: the strings are known, and a string of a script that lands in the fullest
** bucket costs a handful of comparisons, whatever its author tries. */
static inline unsigned int frozen_bucket (const char *s, size_t len) {
  unsigned int h = (unsigned int)len;
  if (len > 0) {
    h = h * 31 + (unsigned char)s[0];
    h = h * 31 + (unsigned char)s[len / 2];
    h = h * 31 + (unsigned char)s[len - 1];
    h = h * 31 + (unsigned char)s[len / 4];
  }
  return (h ^ (h >> 10)) & (FROZEN_BUCKETS - 1);
}

static TString *string_frozen (const char *str, size_t len) {
  TString *ts;
  for (ts = frozen[frozen_bucket(str, len)]; ts != NULL; ts = ts->u.hnext)
    if (len == ts->shrlen && memcmp(str, getshrstr(ts), len) == 0)
      return ts;
  return NULL;
}

/* Takes the strings out of the collector's list: they live as long as the state. */
static void strings_fix (lua_State *L) {
  global_State *g = G(L);
  GCObject **link = &g->allgc;
  while (*link != NULL) {
    GCObject *o = *link;
    if (o->tt == LUA_VSHRSTR) {
      *link = o->next;
      set2gray(o);
      setage(o, G_OLD);
      o->next = g->fixedgc;
      g->fixedgc = o;
    }
    else
      link = &o->next;
  }
}

static void strings_freeze (lua_State *L) {
  stringtable *tb = &G(L)->strt;
  int i;
  luaC_fullgc(L, 0);
  strings_fix(L);
  for (i = 0; i < tb->size; i++) {
    TString *ts = tb->hash[i], *next;
    for (; ts != NULL; ts = next) {
      TString **bucket = &frozen[frozen_bucket(getshrstr(ts), ts->shrlen)];
      next = ts->u.hnext;
      ts->u.hnext = *bucket;
      *bucket = ts;
    }
    tb->hash[i] = NULL;
  }
  tb->nuse = 0;
}
