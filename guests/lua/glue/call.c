/*
** Calls of capabilities. A family is a table that makes a function for any name asked of it;
** the group knows which names there are, so the guest need not be built again when one is added.
*/
#define ANSWER_ROOM 8192  /* bytes of an answer that come with the call itself */

static char call_answer[ANSWER_ROOM];
static int call_declaring;  /* main.lua's top level runs: it only declares */
static int call_refused;    /* registry place of the last error "not granted" */

/* Makes the call and pushes its answer; the frame of the arguments is written already. */
static CallStatus call_send (lua_State *L, const char *name, size_t name_len, Frame *args) {
  uint64_t head = host_call(name, name_len, args->bytes, args->len, call_answer, ANSWER_ROOM);
  size_t len = (uint32_t)head;
  if (len <= ANSWER_ROOM)
    frame_push(L, call_answer);
  else {
    char *frame = heap_new(len);
    if (frame == NULL)
      frame_no_memory(L);
    host_take(frame);
    frame_push(L, frame);
    heap_drop(frame, len);
  }
  return (CallStatus)(head >> 32);
}

/* Writes the values 1 to the top as the list of arguments. */
static Frame *call_args (lua_State *L) {
  int i, n = lua_gettop(L);
  frame_begin(&frame_out);
  frame_tag(L, &frame_out, TAG_LIST);
  frame_count(L, &frame_out, (uint64_t)n);
  for (i = 1; i <= n; i++)
    frame_value(L, &frame_out, i);
  return &frame_out;
}

/* Raises the text on top as an error at the line that made the call. */
static int call_raise (lua_State *L, CallStatus status) {
  luaL_where(L, 1);
  lua_insert(L, -2);
  lua_concat(L, 2);
  if (status == CALL_REFUSED) {
    lua_pushvalue(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, call_refused);
  }
  return lua_error(L);
}

static int call_named (lua_State *L, const char *name, size_t len) {
  CallStatus status;
  if (call_declaring)
    return luaL_error(L, "%s: the top level of a file only declares; "
                         "call it inside view, serve, or a function of on, at or calls", name);
  status = call_send(L, name, len, call_args(L));
  return status == CALL_OK ? 1 : call_raise(L, status);
}

/* A capability: its whole name is the upvalue. */
static int call_capability (lua_State *L) {
  size_t len;
  const char *name = lua_tolstring(L, lua_upvalueindex(1), &len);
  return call_named(L, name, len);
}

/* __index of a family: makes the function once and keeps it in the family's table. */
static int call_find (lua_State *L) {
  if (lua_type(L, 2) != LUA_TSTRING)
    return 0;
  lua_pushfstring(L, "%s.%s", lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, 2));
  lua_pushcclosure(L, call_capability, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 1);
  return 1;
}

/* family(name): the table of a family. */
static int call_family (lua_State *L) {
  luaL_checkstring(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 2);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, call_find, 1);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "the group's");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  return 1;
}

/* print: the arguments as text, with tabs between them, to the app's log. */
static int call_print (lua_State *L) {
  int i, n = lua_gettop(L);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (i = 1; i <= n; i++) {
    if (i > 1)
      luaL_addchar(&b, '\t');
    luaL_tolstring(L, i, NULL);
    luaL_addvalue(&b);
  }
  luaL_pushresult(&b);
  lua_insert(L, 1);
  lua_settop(L, 1);
  call_named(L, "log.print", 9);
  return 0;
}

/* source(path): the text of one of the app's own files, or nil. */
static int call_source (lua_State *L) {
  lua_settop(L, 1);
  if (call_send(L, "require", 7, call_args(L)) != CALL_OK)
    return lua_error(L);
  return 1;
}

/* declaring(truth): whether the top level runs. */
static int call_phase (lua_State *L) {
  call_declaring = lua_toboolean(L, 1);
  return 0;
}

/* entry(name): what is called next, as people name it. */
static int call_entry (lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  snprintf(trace_entry, sizeof(trace_entry), "%s", name);
  return 0;
}
