/*
** Included before every file of Lua: settings that Lua lets its embedder choose.
*/
#ifndef lua_conf_h
#define lua_conf_h

struct lua_State;

/* A script has no output but `print`, which is the glue's. */
#define lua_writestring(s, l) ((void)0)
#define lua_writeline() ((void)0)
#define lua_writestringerror(s, p) ((void)0)

/* Every seed comes from the run's seed. */
unsigned int allot_seed (void);
#define luai_makeseed(L) allot_seed()
extern unsigned int allot_hash_seed;

#define l_randomizePivot() allot_seed()

/* There are no signals and no hooks to be set by them. */
#define l_signalT int

/* Errors are wasm exceptions (throw.s). `allot_running` is kept exact in passing. */
extern struct lua_State *allot_running;
_Noreturn void allot_throw (void *jump);
void allot_try (void (*f)(struct lua_State *, void *), struct lua_State *L, void *ud, void *jump);
#define luai_jmpbuf int
#define LUAI_THROW(L, c) allot_throw(c)
#define LUAI_TRY(L, c, a) \
  { struct lua_State *was = allot_running; \
    allot_running = L; \
    allot_try(f, L, ud, c); \
    allot_running = was; }

#endif
