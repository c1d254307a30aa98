#!/usr/bin/env bash
# Requests per second of one page on one processor, beside others that run somebody's code for each
# request. Servers take turns; each round starts all of them anew; medians and ratios are printed.
#   benches/peers/run.sh [ROUNDS [SECONDS]]
# Installs wrk, bubblewrap, lua5.4, nginx with Lua, and workerd where apt and npm can; a peer that is
# not there is left out, and said so. Needs target/release/allot, or ALLOT, and two processors.
set -uo pipefail
cd "$(dirname "$0")"
rounds=${1:-5} seconds=${2:-2} connections=16
allot=${ALLOT:-$(cd ../.. && pwd)/target/release/allot}
[ -x "$allot" ] || { echo "There is no $allot. Run: cargo build --release -p allot" >&2; exit 2; }
[ "$(nproc)" -ge 2 ] || { echo "One processor serves and another one asks; here is only one." >&2; exit 2; }
work=$(mktemp -d)
chmod 755 "$work"
server=
stop() { [ -n "$server" ] && kill "$server" 2> /dev/null && wait "$server" 2> /dev/null; server=; }
trap 'stop; rm -rf "$work"' EXIT

have() { command -v "$1" > /dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" > "$work/apt.log" 2>&1; }
left_out() { echo "left out: $1: $2" >&2; }

have wrk || install wrk || { echo "There is no wrk, and apt does not install it." >&2; exit 2; }
have bwrap || install bubblewrap
have lua5.4 || install lua5.4
modules=/usr/lib/nginx/modules
[ -e $modules/ngx_http_lua_module.so ] || install nginx-light libnginx-mod-http-lua
workerd=${WORKERD:-$(command -v workerd)}
if [ -z "$workerd" ] && have npm; then
  npm install --prefix "$work" --no-audit --no-fund workerd > "$work/npm.log" 2>&1
  workerd=$(ls "$work"/node_modules/@cloudflare/workerd-*/bin/workerd 2> /dev/null | head -n 1)
fi

# Each peer: its name, its port, and `start_NAME`, which becomes its server.
peers=(allot)
start_allot() {
  exec taskset -c 0 "$allot" serve --data "$work/data" --listen 127.0.0.1:9901 --host 127.0.0.1:9901
}
prepare_allot() {
  local token
  mkdir "$work/page"
  printf 'name = "page"\nshare = "public"\n' > "$work/page/allotment.toml"
  cat page.lua allot.lua > "$work/page/main.lua"
  echo "a long password" | "$allot" account add ana --admin --password-stdin --data "$work/data" > /dev/null || return
  token=$("$allot" token ana --data "$work/data" 2> "$work/token.log") || return
  begin allot 9901 || return
  ALLOT_TOKEN=$token "$allot" push --folder "$work/page" --group http://127.0.0.1:9901 > /dev/null
  local ended=$?
  stop
  return $ended
}
if have bwrap && have lua5.4 && have python3; then
  peers+=(process)
  cat page.lua process.lua > "$work/process.lua"
  echo 0 > "$work/number"
else
  left_out process "bubblewrap, lua5.4 and python3 are needed"
fi
start_process() {
  exec taskset -c 0 python3 process.py 9902 bwrap --unshare-all --die-with-parent --ro-bind /usr /usr \
    --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev \
    --ro-bind "$work/process.lua" /page.lua --bind "$work/number" /number lua5.4 /page.lua /number
}
if [ -n "$workerd" ]; then
  peers+=(workerd)
  cp outer.js inner.js "$work"
  sed 's/PORT/9903/' workerd.capnp > "$work/workerd.capnp"
else
  left_out workerd "npm does not install it here; WORKERD may name the program"
fi
start_workerd() { exec taskset -c 0 "$workerd" serve --experimental "$work/workerd.capnp"; }
if have nginx && [ -e $modules/ngx_http_lua_module.so ]; then
  peers+=(nginx)
  sed 's/^local function page/function page/' page.lua > "$work/init.lua"
  sed "s|PORT|9904|; s|FOLDER|$work|; s|MODULES|$modules|" nginx.conf > "$work/nginx.conf"
else
  left_out nginx "apt does not install it with its module for Lua here"
fi
start_nginx() { exec taskset -c 0 nginx -p "$work" -c "$work/nginx.conf"; }

path_of() { case $1 in allot*) echo "9901/@ana/page/-/" ;; process) echo 9902/ ;; workerd) echo 9903/ ;; nginx) echo 9904/ ;; esac; }

# begin NAME: starts a peer's server and waits until it answers anything.
begin() {
  local port
  port=$(path_of "$1")
  (start_"$1") > "$work/$1.log" 2>&1 &
  server=$!
  for _ in $(seq 200); do
    curl -s -o /dev/null "http://127.0.0.1:${port%%/*}/" && return
    kill -0 "$server" 2> /dev/null || break
    sleep 0.05
  done
  echo "$1 does not start:" >&2
  tail -n 5 "$work/$1.log" >&2
  server=
  return 1
}

# ask NAME WORD…: requests per second and the slowest hundredth in ms, or nothing if it fails.
ask() {
  local name=$1
  shift
  taskset -c 1 wrk -t1 -c$connections -d"${seconds}s" --timeout 10s --latency "$@" "http://127.0.0.1:$(path_of "$name")" > "$work/wrk.log" 2>&1
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk.log"; then
    echo "$name: $(grep -E 'Non-2xx|Socket errors' "$work/wrk.log" | tr -s ' ' | tr '\n' ';')" >&2
  fi
  awk '/Requests\/sec/ { r = $2 } $1 == "99%" { l = $2 } END { print r, l }' "$work/wrk.log" >> "$work/$name$kept.figures"
}

prepare_allot || { cat "$work/allot.log" >&2; exit 1; }
echo 'wrk.method = "POST"' > "$work/post.lua"
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds" >&2
  for peer in "${peers[@]}"; do
    begin "$peer" || continue
    curl -s "http://127.0.0.1:$(path_of "$peer")" | grep -q '&lt;row&gt; &amp; &quot;10&quot;' || echo "$peer answers another page" >&2
    kept=
    ask "$peer"
    [ "$peer" = allot ] && kept=-kept && ask allot -s "$work/post.lua"
    stop
  done
done

middle() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)] }'; }
ours=$(cut -d' ' -f1 "$work/allot.figures" | middle)
printf '%-44s %10s %10s %12s\n' "$connections connections, $rounds rounds of $seconds s" requests/s p99 "ours / it"
for peer in allot allot-kept process workerd nginx; do
  [ -s "$work/$peer.figures" ] || continue
  case $peer in
    allot) name="allot: a fresh instance, metered, jailed" ;;
    allot-kept) name="  the same, kept on the disk for each" ;;
    process) name="bubblewrap and lua5.4 for each" ;;
    workerd) name="workerd, an isolate loaded for each" ;;
    nginx) name="nginx with Lua: one VM for all, no limits" ;;
  esac
  its=$(cut -d' ' -f1 "$work/$peer.figures" | middle)
  late=$(cut -d' ' -f2 "$work/$peer.figures" | sort -h | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
  printf '%-44s %10.0f %10s %12.2f\n' "$name" "$its" "$late" "$(awk "BEGIN { print $ours / $its }")"
done
