/*
** The exports: `init` for the snapshot tool, `run` for a run, and what `where` calls after a trap.
*/
#define FIRST_COLLECTION (2 * 1024 * 1024)  /* bytes a run may take before anything is collected */
#define ERROR_TEXT 8192                     /* bytes of an error text; model::limit::ERROR_BYTES_MAX */

static char run_prelude[] = {
#embed "../prelude.lua"
};

static int run_dispatch;  /* registry place of the prelude's dispatcher */

/* ---- once, when the snapshot is made ---- */

static const luaL_Reg run_libs[] = {
  { LUA_GNAME, luaopen_base }, { LUA_COLIBNAME, luaopen_coroutine },
  { LUA_TABLIBNAME, luaopen_table }, { LUA_STRLIBNAME, luaopen_string },
  { LUA_MATHLIBNAME, luaopen_math }, { LUA_UTF8LIBNAME, luaopen_utf8 }, { NULL, NULL }
};

/* debug.traceback([message]): the stack of the thread, as error messages show it. */
static int run_traceback (lua_State *L) {
  lua_State *of = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
  int arg = of == L ? 1 : 2;
  if (!lua_isstring(L, arg) && !lua_isnoneornil(L, arg)) {
    lua_pushvalue(L, arg);
    return 1;
  }
  trace_take(of);
  lua_settop(L, arg);
  if (lua_isnil(L, arg))
    lua_pushliteral(L, "");
  lua_pushlstring(L, trace_text, trace_len);
  lua_concat(L, 2);
  return 1;
}

static const luaL_Reg run_offers[] = {
  { "family", call_family }, { "ui", view_ui }, { "print", call_print },
  { "source", call_source }, { "declaring", call_phase }, { "entry", call_entry },
  { "traceback", run_traceback }, { NULL, NULL }
};

static void run_open (lua_State *L) {
  const luaL_Reg *lib;
  for (lib = run_libs; lib->func != NULL; lib++) {
    luaL_requiref(L, lib->name, lib->func, 1);
    lua_pop(L, 1);
  }
  luaL_newlib(L, clock_lib);
  lua_setglobal(L, "os");
}

EXPORT("init") void init (void) {
  lua_State *L = lua_newstate(heap_alloc, NULL);
  if (L == NULL)
    abort();
  state_main = allot_running = L;
  lua_gc(L, LUA_GCSTOP);
  run_open(L);
  if (luaL_loadbufferx(L, run_prelude, sizeof(run_prelude), PRELUDE, "t") != LUA_OK)
    abort();
  luaL_newlib(L, run_offers);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK)
    abort();
  run_dispatch = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushboolean(L, 0);
  call_refused = luaL_ref(L, LUA_REGISTRYINDEX);
  strings_freeze(L);
  memset(run_prelude, 0, sizeof(run_prelude));  /* compiled: its text need not be in the snapshot */
  heap_ready();
  allot_running = NULL;
}

/* ---- a run ---- */

/* The seeds of this run, before anything of it is hashed. */
static void run_seed (lua_State *L, lua_Integer seed, lua_Integer now) {
  seed_state = (uint64_t)seed;
  clock_now = now;
  G(L)->seed = allot_seed();
  allot_hash_seed = G(L)->seed;
}

/* Reads the input, lets the prelude dispatch, hands the answer over. */
static int run_body (lua_State *L) {
  size_t len = (size_t)lua_tointeger(L, 1);
  char *frame = heap_new(len);
  if (frame == NULL)
    frame_no_memory(L);
  host_take(frame);
  lua_rawgeti(L, LUA_REGISTRYINDEX, run_dispatch);
  frame_push(L, frame);
  heap_drop(frame, len);
  lua_call(L, 1, 1);
  trace_entry[0] = '\0';
  frame_begin(&frame_out);
  frame_value(L, &frame_out, lua_gettop(L));
  host_answer(frame_out.bytes, frame_out.len);
  return 0;
}

/* Sees every uncaught error where it happened: the stack is noted, the error goes on as it is. */
static int run_note (lua_State *L) {
  trace_take(allot_running);
  return 1;
}

/* Writes the error that ended the run: its value if it can be handed over, else its text. */
static int run_describe (lua_State *L) {
  size_t len;
  const char *text;
  frame_begin(&frame_out);
  frame_tag(L, &frame_out, TAG_LIST);
  frame_count(L, &frame_out, 2);
  if (lua_istable(L, 1) && luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL)
    frame_value(L, &frame_out, 1);
  else {
    text = luaL_tolstring(L, 1, &len);
    frame_string(L, &frame_out, text, len < ERROR_TEXT ? len : ERROR_TEXT);
  }
  frame_string(L, &frame_out, trace_text, trace_len);
  host_answer(frame_out.bytes, frame_out.len);
  return 0;
}

/* Tells only the type of an error that cannot be described. It fits the room every frame has. */
static void run_describe_type (lua_State *L, int type) {
  char text[96];
  snprintf(text, sizeof(text), "the error was a value that cannot be shown: a %s",
           lua_typename(L, type));
  frame_begin(&frame_out);
  frame_tag(L, &frame_out, TAG_LIST);
  frame_count(L, &frame_out, 1);
  frame_string(L, &frame_out, text, strlen(text));
  host_answer(frame_out.bytes, frame_out.len);
}

static RunStatus run_failed (lua_State *L, int status) {
  RunStatus ending = RUN_STOPPED;
  int type = lua_type(L, -1);
  if (status == LUA_ERRMEM)
    ending = RUN_OUT_OF_MEMORY;
  else if (type == LUA_TSTRING) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, call_refused);
    if (lua_rawequal(L, -1, -2))
      ending = RUN_REFUSED;
    lua_pop(L, 1);
  }
  lua_pushcfunction(L, run_describe);
  lua_insert(L, -2);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK)
    run_describe_type(L, type);
  return ending;
}

EXPORT("run") int run (int32_t len, int64_t seed, int64_t now) {
  lua_State *L = state_main;
  int status;
  run_seed(L, seed, now);
  G(L)->gcstp = 0;
  luaE_setdebt(G(L), -FIRST_COLLECTION);
  lua_pushcfunction(L, run_note);
  lua_pushcfunction(L, run_body);
  lua_pushinteger(L, len);
  status = lua_pcall(L, 1, 0, 1);
  return status == LUA_OK ? RUN_DONE : (int)run_failed(L, status);
}

/* ---- after a trap ---- */

/* Tells where the script was. The state may be half changed, so it is only read. */
void allot_where (void) {
  if (allot_running != NULL)
    trace_take(allot_running);
  host_answer(trace_text, trace_len);
}
