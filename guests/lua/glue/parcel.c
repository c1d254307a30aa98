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

static void frame_number (lua_State *L, Frame *frame, int index) {
  if (lua_isinteger(L, index)) {
    int64_t n = lua_tointeger(L, index);
    frame_tag(L, frame, TAG_INT);
    frame_count(L, frame, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
  }
  else {
    lua_Number x = lua_tonumber(L, index);
    frame_tag(L, frame, TAG_FLOAT);
    memcpy(frame_reserve(L, frame, 8), &x, 8);
    frame->len += 8;
  }
}

/* The name under which the offending value lies, for the message. */
static l_noret frame_refuse (lua_State *L, int key, int index) {
  const char *kind = luaL_typename(L, index);
  if (key != 0 && lua_type(L, key) == LUA_TSTRING)
    luaL_error(L, "a %s (under the name \"%s\") cannot be kept or handed over; "
                  "use strings, numbers, booleans and tables of them", kind, lua_tostring(L, key));
  luaL_error(L, "a %s cannot be kept or handed over; "
                "use strings, numbers, booleans and tables of them", kind);
  abort();
}

static void frame_any (lua_State *L, Frame *frame, int key, int index, int depth);

static void frame_list (lua_State *L, Frame *frame, int index, lua_Unsigned n, int depth) {
  lua_Unsigned i, keys = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (!lua_isinteger(L, -1))
      luaL_error(L, "a table that has both a list and names cannot be kept or handed over; "
                    "put the list under a name of its own");
    keys++;
  }
  if (keys != n)
    luaL_error(L, "a list with gaps cannot be kept or handed over; its keys must be 1 to its length");
  frame_tag(L, frame, TAG_LIST);
  frame_count(L, frame, n);
  for (i = 1; i <= n; i++) {
    lua_rawgeti(L, index, (lua_Integer)i);
    frame_any(L, frame, 0, lua_gettop(L), depth);
    lua_pop(L, 1);
  }
}

static void frame_map (lua_State *L, Frame *frame, int index, int depth) {
  lua_Unsigned keys = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING) {
      if (lua_type(L, -1) == LUA_TNUMBER)
        luaL_error(L, "a table with number keys that do not count from 1 cannot be kept or handed "
                      "over; use a list, or strings as keys");
      luaL_error(L, "a table with a %s as a key cannot be kept or handed over; use strings as keys",
                 luaL_typename(L, -1));
    }
    keys++;
  }
  frame_tag(L, frame, TAG_MAP);
  frame_count(L, frame, keys);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    size_t len;
    int top = lua_gettop(L);
    const char *name = lua_tolstring(L, top - 1, &len);
    frame_bytes(L, frame, name, len);
    frame_any(L, frame, top - 1, top, depth);
    lua_pop(L, 1);
  }
}

static void frame_table (lua_State *L, Frame *frame, int index, int depth) {
  lua_Unsigned n;
  if (depth >= DEPTH_MAX)
    luaL_error(L, "a table nested deeper than %d cannot be kept or handed over; "
                  "does it contain itself?", DEPTH_MAX);
  luaL_checkstack(L, 4, "tables in tables");
  n = lua_rawlen(L, index);
  if (n > 0)
    frame_list(L, frame, index, n, depth + 1);
  else {
    lua_pushnil(L);
    if (lua_next(L, index)) {
      lua_pop(L, 2);
      frame_map(L, frame, index, depth + 1);
    }
    else {
      frame_tag(L, frame, TAG_LIST);
      frame_count(L, frame, 0);
    }
  }
}

static void frame_any (lua_State *L, Frame *frame, int key, int index, int depth) {
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      frame_tag(L, frame, TAG_NIL);
      break;
    case LUA_TBOOLEAN:
      frame_tag(L, frame, lua_toboolean(L, index) ? TAG_TRUE : TAG_FALSE);
      break;
    case LUA_TNUMBER:
      frame_number(L, frame, index);
      break;
    case LUA_TSTRING: {
      size_t len;
      const char *text = lua_tolstring(L, index, &len);
      frame_string(L, frame, text, len);
      break;
    }
    case LUA_TTABLE:
      frame_table(L, frame, index, depth);
      break;
    default:
      frame_refuse(L, key, index);
  }
}

/* Writes the value at a positive stack index. */
static void frame_value (lua_State *L, Frame *frame, int index) {
  frame_any(L, frame, 0, index, 0);
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
