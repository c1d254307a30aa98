/*
** Values as frames of bytes, the same as crates/sandbox/src/parcel.rs writes and reads.
**
** A frame is written once and read once. Strings from BIG_STRING on do not go through it: the
** frame says where they lie, and the host copies them straight from or to their place.
*/
#define BIG_STRING 4096     /* bytes */
#define DEPTH_MAX 64        /* of tables in tables; model::limit::VALUE_DEPTH_MAX */
#define FRAME_ROOM 8192     /* bytes that need no memory of the heap */

/* One frame is written at a time: nothing is called between its begin and its last byte. */
static char frame_small[FRAME_ROOM];
static Frame frame_out;

static void frame_begin (Frame *frame) {
  if (frame->bytes == NULL) {
    frame->bytes = frame_small;
    frame->room = FRAME_ROOM;
  }
  frame->len = 0;
}

static l_noret frame_no_memory (lua_State *L) {
  trace_take(L);
  luaD_throw(L, LUA_ERRMEM);
}

static void frame_grow (lua_State *L, Frame *frame, size_t more) {
  size_t room = frame->room;
  char *bytes;
  while (room - frame->len < more)
    room *= 2;
  bytes = heap_new(room);
  if (bytes == NULL)
    frame_no_memory(L);
  memcpy(bytes, frame->bytes, frame->len);
  if (frame->bytes != frame_small)
    heap_drop(frame->bytes, frame->room);
  frame->bytes = bytes;
  frame->room = room;
}

static inline char *frame_reserve (lua_State *L, Frame *frame, size_t more) {
  if (frame->room - frame->len < more)
    frame_grow(L, frame, more);
  return frame->bytes + frame->len;
}

static void frame_tag (lua_State *L, Frame *frame, int tag) {
  *frame_reserve(L, frame, 1) = (char)tag;
  frame->len++;
}

/* A whole number, seven bits a byte, the lowest first. */
static void frame_count (lua_State *L, Frame *frame, uint64_t n) {
  char *at = frame_reserve(L, frame, 10);
  char *from = at;
  while (n >= 128) {
    *at++ = (char)(n | 128);
    n >>= 7;
  }
  *at++ = (char)n;
  frame->len += (size_t)(at - from);
}

static void frame_bytes (lua_State *L, Frame *frame, const char *text, size_t len) {
  frame_count(L, frame, len);
  memcpy(frame_reserve(L, frame, len), text, len);
  frame->len += len;
}

static void frame_string (lua_State *L, Frame *frame, const char *text, size_t len) {
  if (len < BIG_STRING) {
    frame_tag(L, frame, TAG_STRING);
    frame_bytes(L, frame, text, len);
  }
  else {
    frame_tag(L, frame, TAG_BIG);
    frame_count(L, frame, (uintptr_t)text);
    frame_count(L, frame, len);
  }
}

/* Values are read where they lie, without the stack: nothing is collected or moved meanwhile. */
static void frame_any (lua_State *L, Frame *frame, const TValue *key, const TValue *o, int depth);

static void frame_integer (lua_State *L, Frame *frame, lua_Integer n) {
  frame_tag(L, frame, TAG_INT);
  frame_count(L, frame, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

static void frame_float (lua_State *L, Frame *frame, lua_Number x) {
  frame_tag(L, frame, TAG_FLOAT);
  memcpy(frame_reserve(L, frame, sizeof(x)), &x, sizeof(x));
  frame->len += sizeof(x);
}

/* Tells what cannot be written, and the name under which it lies. */
static l_noret frame_refuse (lua_State *L, const TValue *key, const TValue *o) {
  const char *kind = ttypename(ttype(o));
  if (key != NULL)
    luaL_error(L, "a %s (under the name \"%s\") cannot be kept or handed over; "
                  "use strings, numbers, booleans and tables of them", kind, getstr(tsvalue(key)));
  luaL_error(L, "a %s cannot be kept or handed over; "
                "use strings, numbers, booleans and tables of them", kind);
  abort();
}

static void frame_list (lua_State *L, Frame *frame, Table *t, lua_Unsigned n, int depth) {
  lua_Unsigned keys = 0;
  unsigned int i, array = luaH_realasize(t);
  for (i = 0; i < array; i++)
    keys += !isempty(&t->array[i]);
  for (i = 0; i < (unsigned int)sizenode(t); i++) {
    Node *node = gnode(t, i);
    if (isempty(gval(node)))
      continue;
    if (!keyisinteger(node))
      luaL_error(L, "a table that has both a list and names cannot be kept or handed over; "
                    "put the list under a name of its own");
    keys++;
  }
  if (keys != n)
    luaL_error(L, "a list with gaps cannot be kept or handed over; its keys must be 1 to its length");
  frame_tag(L, frame, TAG_LIST);
  frame_count(L, frame, n);
  for (i = 1; i <= n; i++)
    frame_any(L, frame, NULL, luaH_getint(t, i), depth);
}

static l_noret frame_refuse_key (lua_State *L, const TValue *key) {
  if (ttisnumber(key))
    luaL_error(L, "a table with number keys that do not count from 1 cannot be kept or handed "
                  "over; use a list, or strings as keys");
  luaL_error(L, "a table with a %s as a key cannot be kept or handed over; use strings as keys",
             ttypename(ttype(key)));
  abort();
}

/* How many names a table has; every key must be one. */
static unsigned int frame_names (lua_State *L, Table *t) {
  unsigned int i, names = 0, array = luaH_realasize(t);
  TValue key;
  setivalue(&key, 0);
  for (i = 0; i < array; i++)
    if (!isempty(&t->array[i]))
      frame_refuse_key(L, &key);
  for (i = 0; i < (unsigned int)sizenode(t); i++) {
    Node *node = gnode(t, i);
    if (isempty(gval(node)))
      continue;
    getnodekey(L, &key, node);
    if (!ttisstring(&key))
      frame_refuse_key(L, &key);
    names++;
  }
  return names;
}

static void frame_map (lua_State *L, Frame *frame, Table *t, unsigned int names, int depth) {
  unsigned int i;
  frame_tag(L, frame, TAG_MAP);
  frame_count(L, frame, names);
  for (i = 0; i < (unsigned int)sizenode(t); i++) {
    Node *node = gnode(t, i);
    TValue key;
    if (isempty(gval(node)))
      continue;
    getnodekey(L, &key, node);
    frame_bytes(L, frame, getstr(tsvalue(&key)), tsslen(tsvalue(&key)));
    frame_any(L, frame, &key, gval(node), depth);
  }
}

static void frame_table (lua_State *L, Frame *frame, Table *t, int depth) {
  lua_Unsigned n;
  unsigned int names;
  if (depth >= DEPTH_MAX)
    luaL_error(L, "a table nested deeper than %d cannot be kept or handed over; "
                  "does it contain itself?", DEPTH_MAX);
  n = luaH_getn(t);
  names = n > 0 ? 0 : frame_names(L, t);
  if (names > 0)
    frame_map(L, frame, t, names, depth + 1);
  else
    frame_list(L, frame, t, n, depth + 1);
}

static void frame_any (lua_State *L, Frame *frame, const TValue *key, const TValue *o, int depth) {
  switch (ttype(o)) {
    case LUA_TNIL:
      frame_tag(L, frame, TAG_NIL);
      break;
    case LUA_TBOOLEAN:
      frame_tag(L, frame, ttisfalse(o) ? TAG_FALSE : TAG_TRUE);
      break;
    case LUA_TNUMBER:
      if (ttisinteger(o))
        frame_integer(L, frame, ivalue(o));
      else
        frame_float(L, frame, fltvalue(o));
      break;
    case LUA_TSTRING:
      frame_string(L, frame, getstr(tsvalue(o)), tsslen(tsvalue(o)));
      break;
    case LUA_TTABLE:
      frame_table(L, frame, hvalue(o), depth);
      break;
    default:
      frame_refuse(L, key, o);
  }
}

/* Writes the value at a stack index. */
static void frame_value (lua_State *L, Frame *frame, int index) {
  frame_any(L, frame, NULL, index2value(L, index), 0);
}

/* ---- reading: the host wrote the frame, so its form is not doubted ---- */

typedef struct Reader {
  const char *at;
} Reader;

static uint64_t parcel_count (Reader *r) {
  uint64_t n = 0;
  int shift = 0;
  unsigned char byte;
  do {
    byte = (unsigned char)*r->at++;
    n |= (uint64_t)(byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  return n;
}

static void parcel_string (lua_State *L, Reader *r) {
  size_t len = (size_t)parcel_count(r);
  lua_pushlstring(L, r->at, len);
  r->at += len;
}

/* The string is made first and filled by the host: its bytes are copied once. */
static void parcel_big (lua_State *L, Reader *r) {
  uint32_t index = (uint32_t)parcel_count(r);
  size_t len = (size_t)parcel_count(r);
  TString *ts = luaS_createlngstrobj(L, len);
  setsvalue2s(L, L->top.p, ts);
  api_incr_top(L);
  host_big(index, getlngstr(ts));
}

static void parcel_value (lua_State *L, Reader *r) {
  int tag = *r->at++;
  switch (tag) {
    case TAG_FALSE:
    case TAG_TRUE:
      lua_pushboolean(L, tag == TAG_TRUE);
      break;
    case TAG_INT: {
      uint64_t n = parcel_count(r);
      lua_pushinteger(L, (lua_Integer)((n >> 1) ^ -(n & 1)));
      break;
    }
    case TAG_FLOAT: {
      lua_Number x;
      memcpy(&x, r->at, 8);
      r->at += 8;
      lua_pushnumber(L, x);
      break;
    }
    case TAG_STRING:
      parcel_string(L, r);
      break;
    case TAG_BIG:
      parcel_big(L, r);
      break;
    case TAG_LIST: {
      int i, n = (int)parcel_count(r);
      luaL_checkstack(L, 4, "tables in tables");
      lua_createtable(L, n, 0);
      for (i = 1; i <= n; i++) {
        parcel_value(L, r);
        lua_rawseti(L, -2, i);
      }
      break;
    }
    case TAG_MAP: {
      int n = (int)parcel_count(r);
      luaL_checkstack(L, 4, "tables in tables");
      lua_createtable(L, 0, n);
      while (n-- > 0) {
        parcel_string(L, r);
        parcel_value(L, r);
        lua_rawset(L, -3);
      }
      break;
    }
    default:
      lua_pushnil(L);
  }
}

/* Pushes the value of a frame. The collector rests meanwhile: a finalizer that calls the group
** would overwrite the frame that is being read. */
static void frame_push (lua_State *L, const char *bytes) {
  Reader reader = { bytes };
  global_State *g = G(L);
  lu_byte stopped = g->gcstp;
  g->gcstp |= GCSTPUSR;
  parcel_value(L, &reader);
  g->gcstp = stopped;
}
