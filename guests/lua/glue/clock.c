/*
** os.time, os.date and os.clock. There is one moment in a run, the run's own; the zone is UTC;
** the clock counts gas.
*/
#define GAS_PER_SECOND 1e9     /* the computing time a gas is allowed is a nanosecond */
#define YEAR_MAX 9999          /* the last year that prints with four digits */
#define DAY_SECONDS 86400
#define FORMAT_MAX 1024        /* bytes of a format; a date is a line, not a book */

static int64_t clock_now;      /* seconds since 1970 */

typedef struct Civil {
  int64_t year;
  int month, day, hour, min, sec, wday, yday;
} Civil;

/* Days since 1970 of a date of the proleptic Gregorian calendar; months may run over. */
static int64_t days_of (int64_t y, int64_t m, int64_t d) {
  int64_t era, yoe, doy;
  m -= 1;
  y += m / 12 - (m % 12 < 0);
  m = (m % 12 + 12) % 12 + 1;
  y -= m <= 2;
  era = (y >= 0 ? y : y - 399) / 400;
  yoe = y - era * 400;
  doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy + d - 1 - 719468;
}

static int64_t floor_div (int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

static Civil civil_of (int64_t t) {
  Civil c;
  int64_t days = floor_div(t, DAY_SECONDS), left = t - days * DAY_SECONDS;
  int64_t z = days + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
  c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
  c.year = yoe + era * 400 + (c.month <= 2);
  c.hour = (int)(left / 3600);
  c.min = (int)(left / 60 % 60);
  c.sec = (int)(left % 60);
  c.wday = (int)(((days + 4) % 7 + 7) % 7);
  c.yday = (int)(days - days_of(c.year, 1, 1));
  return c;
}

static int64_t clock_field (lua_State *L, const char *name, int64_t otherwise) {
  int whole;
  lua_Integer n;
  if (lua_getfield(L, 1, name) == LUA_TNIL) {
    lua_pop(L, 1);
    if (otherwise < 0)
      luaL_error(L, "os.time: the field '%s' is missing", name);
    return otherwise;
  }
  n = lua_tointegerx(L, -1, &whole);
  lua_pop(L, 1);
  if (!whole || n < -INT_MAX || n > INT_MAX)
    luaL_error(L, "os.time: the field '%s' is no whole number of a usual size", name);
  return n;
}

static void clock_set (lua_State *L, const char *name, int64_t n) {
  lua_pushinteger(L, n);
  lua_setfield(L, -2, name);
}

/* Fills the table on top with the parts of a moment. */
static void clock_table (lua_State *L, Civil c) {
  clock_set(L, "year", c.year);
  clock_set(L, "month", c.month);
  clock_set(L, "day", c.day);
  clock_set(L, "hour", c.hour);
  clock_set(L, "min", c.min);
  clock_set(L, "sec", c.sec);
  clock_set(L, "wday", c.wday + 1);
  clock_set(L, "yday", c.yday + 1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "isdst");
}

static int clock_time (lua_State *L) {
  int64_t t = clock_now;
  if (!lua_isnoneornil(L, 1)) {
    int64_t days;
    luaL_checktype(L, 1, LUA_TTABLE);
    days = days_of(clock_field(L, "year", -1), clock_field(L, "month", -1),
                   clock_field(L, "day", -1));
    t = days * DAY_SECONDS + clock_field(L, "hour", 12) * 3600 + clock_field(L, "min", 0) * 60 +
        clock_field(L, "sec", 0);
    lua_settop(L, 1);
    clock_table(L, civil_of(t));
  }
  lua_pushinteger(L, t);
  return 1;
}

static const char *const clock_days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
                                          "Friday", "Saturday" };
static const char *const clock_months[] = { "January", "February", "March", "April", "May", "June",
                                            "July", "August", "September", "October", "November",
                                            "December" };

static void clock_put (luaL_Buffer *b, const char *format, int n) {
  char text[16];
  luaL_addlstring(b, text, (size_t)snprintf(text, sizeof(text), format, n));
}

static void clock_format (lua_State *L, luaL_Buffer *b, const char *format, const Civil *c,
                          int64_t t);

/* Week of the year by ISO 8601; `year` becomes the year it belongs to. */
static int clock_week (const Civil *c, int64_t *year) {
  int monday = (c->wday + 6) % 7;
  int64_t thursday = days_of(c->year, c->month, c->day) - monday + 3;
  Civil of = civil_of(thursday * DAY_SECONDS);
  *year = of.year;
  return of.yday / 7 + 1;
}

static void clock_letter (lua_State *L, luaL_Buffer *b, char letter, const Civil *c, int64_t t) {
  int64_t year = c->year;
  int hour12 = c->hour % 12 == 0 ? 12 : c->hour % 12;
  switch (letter) {
    case 'a': luaL_addlstring(b, clock_days[c->wday], 3); break;
    case 'A': luaL_addstring(b, clock_days[c->wday]); break;
    case 'b': case 'h': luaL_addlstring(b, clock_months[c->month - 1], 3); break;
    case 'B': luaL_addstring(b, clock_months[c->month - 1]); break;
    case 'c': clock_format(L, b, "%a %b %e %H:%M:%S %Y", c, t); break;
    case 'C': clock_put(b, "%02d", (int)(c->year / 100)); break;
    case 'd': clock_put(b, "%02d", c->day); break;
    case 'D': case 'x': clock_format(L, b, "%m/%d/%y", c, t); break;
    case 'e': clock_put(b, "%2d", c->day); break;
    case 'F': clock_format(L, b, "%Y-%m-%d", c, t); break;
    case 'g': clock_week(c, &year); clock_put(b, "%02d", (int)(year % 100)); break;
    case 'G': clock_week(c, &year); clock_put(b, "%04d", (int)year); break;
    case 'H': clock_put(b, "%02d", c->hour); break;
    case 'I': clock_put(b, "%02d", hour12); break;
    case 'j': clock_put(b, "%03d", c->yday + 1); break;
    case 'm': clock_put(b, "%02d", c->month); break;
    case 'M': clock_put(b, "%02d", c->min); break;
    case 'n': luaL_addchar(b, '\n'); break;
    case 'p': luaL_addstring(b, c->hour < 12 ? "AM" : "PM"); break;
    case 'r': clock_format(L, b, "%I:%M:%S %p", c, t); break;
    case 'R': clock_format(L, b, "%H:%M", c, t); break;
    case 's': lua_pushfstring(L, "%I", (LUAI_UACINT)t); luaL_addvalue(b); break;
    case 'S': clock_put(b, "%02d", c->sec); break;
    case 't': luaL_addchar(b, '\t'); break;
    case 'T': case 'X': clock_format(L, b, "%H:%M:%S", c, t); break;
    case 'u': clock_put(b, "%d", c->wday == 0 ? 7 : c->wday); break;
    case 'U': clock_put(b, "%02d", (c->yday + 7 - c->wday) / 7); break;
    case 'V': clock_put(b, "%02d", clock_week(c, &year)); break;
    case 'w': clock_put(b, "%d", c->wday); break;
    case 'W': clock_put(b, "%02d", (c->yday + 7 - (c->wday + 6) % 7) / 7); break;
    case 'y': clock_put(b, "%02d", (int)(c->year % 100)); break;
    case 'Y': clock_put(b, "%04d", (int)c->year); break;
    case 'z': luaL_addstring(b, "+0000"); break;
    case 'Z': luaL_addstring(b, "UTC"); break;
    case '%': luaL_addchar(b, '%'); break;
    default: luaL_error(L, "os.date knows no conversion '%%%c'", letter);
  }
}

static void clock_format (lua_State *L, luaL_Buffer *b, const char *format, const Civil *c,
                          int64_t t) {
  for (; *format != '\0'; format++) {
    if (*format != '%')
      luaL_addchar(b, *format);
    else
      clock_letter(L, b, *++format, c, t);
  }
}

static int clock_date (lua_State *L) {
  size_t len;
  const char *format = luaL_optlstring(L, 1, "%c", &len);
  int64_t t = luaL_optinteger(L, 2, clock_now);
  Civil c;
  if (len > FORMAT_MAX)
    return luaL_error(L, "os.date: a format has at most %d bytes", FORMAT_MAX);
  if (t < days_of(0, 1, 1) * DAY_SECONDS || t >= days_of(YEAR_MAX + 1, 1, 1) * DAY_SECONDS)
    return luaL_error(L, "os.date: only the years 0 to %d can be shown", YEAR_MAX);
  c = civil_of(t);
  if (*format == '!')
    format++;
  if (strncmp(format, "*t", 2) == 0) {
    lua_createtable(L, 0, 9);
    clock_table(L, c);
  }
  else {
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    clock_format(L, &b, format, &c, t);
    luaL_pushresult(&b);
  }
  return 1;
}

static int clock_clock (lua_State *L) {
  lua_pushnumber(L, (lua_Number)host_gas() / GAS_PER_SECOND);
  return 1;
}

static const luaL_Reg clock_lib[] = {
  { "time", clock_time }, { "date", clock_date }, { "clock", clock_clock }, { NULL, NULL }
};
