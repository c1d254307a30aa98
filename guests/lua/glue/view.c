/*
** The constructors of `ui`: any name makes one. A node is a plain table { type, line, parts, … };
** what is allowed in it is the host's to judge, but a function is refused here, where its line
** is known.
*/
#define NODE_PARTS_MAX 100000  /* the largest number a part may have, so that a stray one is cheap */

/* Copies the parts in order; nil and false are left out, so that `x and ui.text(x)` works. */
static void view_parts (lua_State *L, const char *type, lua_Integer last) {
  lua_Integer i, n = 0;
  if (last > NODE_PARTS_MAX)
    luaL_error(L, "ui.%s: a part with the number %I is too far", type, (LUAI_UACINT)last);
  lua_createtable(L, (int)last, 0);
  for (i = 1; i <= last; i++) {
    lua_rawgeti(L, 1, i);
    if (lua_toboolean(L, -1))
      lua_rawseti(L, -2, ++n);
    else
      lua_pop(L, 1);
  }
}

static void view_check_value (lua_State *L, const char *type, const char *name) {
  if (lua_type(L, -1) == LUA_TFUNCTION)
    luaL_error(L, "ui.%s: %s should be the name of a handler. Write   function on.my_handler(ctx, "
                  "args) … end   and   %s = \"my_handler\"", type, name, name);
}

/* Copies the named properties into the node at 2 and answers the largest number of a part. */
static lua_Integer view_properties (lua_State *L, const char *type) {
  lua_Integer last = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    if (lua_isinteger(L, -2)) {
      lua_Integer i = lua_tointeger(L, -2);
      view_check_value(L, type, "a part");
      if (i < 1)
        luaL_error(L, "ui.%s: parts are numbered from 1", type);
      last = i > last ? i : last;
      lua_pop(L, 1);
    }
    else if (lua_type(L, -2) == LUA_TSTRING) {
      const char *name = lua_tostring(L, -2);
      view_check_value(L, type, name);
      if (strcmp(name, "type") == 0 || strcmp(name, "line") == 0 || strcmp(name, "parts") == 0)
        luaL_error(L, "ui.%s: \"%s\" is set by ui.%s itself", type, name, type);
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, 2);
    }
    else
      luaL_error(L, "ui.%s: a %s cannot be the name of a property", type, luaL_typename(L, -2));
  }
  return last;
}

static int view_line (lua_State *L) {
  lua_Debug ar;
  if (!lua_getstack(L, 1, &ar))
    return 0;
  lua_getinfo(L, "l", &ar);
  return ar.currentline;
}

/* A constructor: its type is the upvalue. */
static int view_node (lua_State *L) {
  const char *type = lua_tostring(L, lua_upvalueindex(1));
  lua_settop(L, 1);
  lua_createtable(L, 0, 6);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_setfield(L, 2, "type");
  lua_pushinteger(L, view_line(L));
  lua_setfield(L, 2, "line");
  switch (lua_type(L, 1)) {
    case LUA_TTABLE:
      view_parts(L, type, view_properties(L, type));
      break;
    case LUA_TFUNCTION:
    case LUA_TUSERDATA:
    case LUA_TTHREAD:
      return luaL_error(L, "ui.%s takes a text or a table, not a %s", type, luaL_typename(L, 1));
    case LUA_TNIL:
      lua_createtable(L, 0, 0);
      break;
    default:
      lua_createtable(L, 1, 0);
      lua_pushvalue(L, 1);
      lua_rawseti(L, -2, 1);
  }
  lua_setfield(L, 2, "parts");
  return 1;
}

/* __index of `ui`: makes the constructor once and keeps it. */
static int view_find (lua_State *L) {
  if (lua_type(L, 2) != LUA_TSTRING)
    return 0;
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, view_node, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 1);
  return 1;
}

/* ui(): the table `ui`. */
static int view_ui (lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, view_find);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "the group's");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  return 1;
}
