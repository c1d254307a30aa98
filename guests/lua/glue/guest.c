/*
** The whole guest as one translation unit: Lua, then the glue. The compiler sees everything at
** once, so that what no one calls disappears and what is hot is inlined.
*/
#include "lua_conf.h"
#include "lprefix.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LUA_CORE
#define LUA_LIB
#define ltable_c
#define lvm_c
#include "luaconf.h"

#undef LUAI_FUNC
#undef LUAI_DDEC
#undef LUAI_DDEF
#undef LUA_API
#undef LUALIB_API
#undef LUAMOD_API
#define LUAI_FUNC static
#define LUAI_DDEC(def)
#define LUAI_DDEF static
#define LUA_API static
#define LUALIB_API static
#define LUAMOD_API static

#include "lua.h"
#include "lobject.h"
#include "guest.h"

#include "lzio.c"
#include "lctype.c"
#include "lopcodes.c"
#include "lmem.c"
#include "lstate.c"
#include "lgc.c"
#include "llex.c"
#include "lcode.c"
#include "lparser.c"
#include "ldebug.c"
#include "lfunc.c"
#include "lobject.c"
#include "ltm.c"
#include "lstring.c"
#include "ltable.c"
#include "ldo.c"
#include "lvm.c"
#include "lapi.c"

/* Compiled chunks are neither written nor read: crafted ones break out of the interpreter. */
#include "lundump.h"
LClosure *luaU_undump (lua_State *L, ZIO *Z, const char *name) {
  (void)Z;
  (void)name;
  luaO_pushfstring(L, "compiled Lua is refused: load takes text only");
  luaD_throw(L, LUA_ERRSYNTAX);
}
int luaU_dump (lua_State *L, const Proto *f, lua_Writer w, void *data, int strip) {
  (void)L, (void)f, (void)w, (void)data, (void)strip;
  return 1;
}

/* lauxlib can read files; the calls are cut off here, so that nothing of stdio is linked. */
#define fopen(name, mode) ((FILE *)0)
#define freopen(name, mode, file) ((FILE *)0)
#define fclose(file) (0)
#define fread(buffer, size, count, file) (0)
#define feof(file) (1)
#define ferror(file) (0)
#undef getc
#define getc(file) (EOF)
#include "lauxlib.c"
#include "lbaselib.c"
#include "lcorolib.c"
#define time(place) ((time_t)seed_next())
#include "lmathlib.c"
#undef time
#include "lstrlib.c"
#include "ltablib.c"
#include "lutf8lib.c"

#include "world.c"
#include "heap.c"
#include "trace.c"
#include "state.c"
#include "parcel.c"
#include "clock.c"
#include "call.c"
#include "view.c"
#include "run.c"
