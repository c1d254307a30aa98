//! A worker for the tests of this crate: `jailed lua` runs guests and answers nothing itself;
//! `jailed job` does jobs, good and bad ones;
//! `jailed probe` puts layers on like a worker and then tries what no worker may do. The product's
//! worker is `allot worker`.

use model::gas::Price;
use model::{Moment, Value};
use sandbox::jail::Layer;
use sandbox::worker::{Near, Nearby, Trade, labour, work};
use sandbox::{Compiling, Refusal, RefusalKind, jail};
use std::process::ExitCode;

/// Knows one price for all but `no.such`, as the host of the tests does, and leaves every call to
/// the node.
struct Nothing;

impl Near for Nothing {
    fn begin(&mut self, _: [u8; 32], _: Moment, _: &str) {}

    fn price(&self, name: &str) -> Result<Price, Refusal> {
        if name == "no.such" {
            return Err(Refusal { kind: RefusalKind::Error, text: "there is no no.such".into() });
        }
        Ok(Price { call: 100, byte_in: 1, byte_out: 1 })
    }

    fn call(&mut self, _: &str, args: Vec<Value>) -> Nearby {
        Nearby::Elsewhere(args)
    }

    fn changes(&self, name: &str, _: &[Value], _: &str, _: &[Value]) -> bool {
        name == "store.set"
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("lua") => ended(work(&mut Nothing)),
        Some("component") => ended(work(&mut Nothing)),
        Some("compile") => ended(labour(&mut Compiling)),
        Some("job") => ended(labour(&mut Anything { jobs: 0 })),
        Some("probe") => probe(&words[1..]),
        _ => ExitCode::FAILURE,
    }
}

fn ended(work: std::io::Result<()>) -> ExitCode {
    match work {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err}");
            ExitCode::FAILURE
        }
    }
}

/// A trade that does what its job says, also what none should.
struct Anything {
    jobs: u32,
}

impl Trade for Anything {
    fn job(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        self.jobs += 1;
        let (word, rest) =
            bytes.split_at(bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len()));
        match word {
            b"turn" => Ok(rest.iter().rev().copied().collect()),
            b"count" => Ok(self.jobs.to_string().into()),
            b"refuse" => Err("No.".to_owned()),
            b"swell" => Ok(vec![b'x'; 9 << 20]),
            b"loop" => loop {
                std::hint::black_box(());
            },
            b"eat" => {
                let mut eaten: Vec<Vec<u8>> = Vec::new();
                loop {
                    eaten.push(vec![1; 1 << 20]);
                    std::hint::black_box(&eaten);
                }
            }
            b"dig" => Ok(dig(1).to_string().into()),
            b"open" => std::fs::read("/etc/passwd").map_err(|err| err.to_string()),
            b"leave" => std::process::exit(0),
            _ => unreachable!("no job has this word"),
        }
    }
}

/// Calls itself until there is no stack left.
fn dig(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if depth == 0 { 0 } else { dig(depth + 1).wrapping_add(here[7]) }
}

/// `probe ATTEMPT PARENT LAYER,LAYER…`: ends with success if the attempt was refused.
fn probe(words: &[String]) -> ExitCode {
    let [attempt, parent, layers, ..] = words else { return ExitCode::FAILURE };
    unsafe { libc::dup2(1, attempts::LEFT_OPEN) };
    let layers = layers.split(',').filter_map(Layer::from_word);
    for (layer, found) in jail::rehearse(layers) {
        if let Err(why) = found {
            println!("{}: not in force: {why}", layer.word());
        }
    }
    let parent = parent.parse().unwrap_or(0);
    match attempts::ALL.iter().find(|(name, _)| name == attempt) {
        Some((_, run)) => match run(parent) {
            Ok(()) => {
                println!("reached");
                ExitCode::SUCCESS
            }
            Err(err) => {
                println!("refused {err}");
                ExitCode::SUCCESS
            }
        },
        None => ExitCode::FAILURE,
    }
}

/// What a script that broke out of the engine would try. None of it may harm the machine where it
/// succeeds: arguments are such that the kernel complains of them, if it comes that far.
mod attempts {
    use std::io::{Error, Write};
    use std::net::{TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    /// A descriptor that whoever started this process forgot to close.
    pub(crate) const LEFT_OPEN: i32 = 9;

    type Attempt = fn(parent: i32) -> Result<(), Error>;

    pub(crate) const ALL: &[(&str, Attempt)] = &[
        ("read a file", |_| std::fs::read("/etc/passwd").map(drop)),
        ("list a folder", |_| std::fs::read_dir("/").map(drop)),
        ("read its own memory by a file", |_| std::fs::File::open("/proc/self/mem").map(drop)),
        ("read the node's environment", |parent| {
            std::fs::read(format!("/proc/{parent}/environ")).map(drop)
        }),
        ("make a file", |_| {
            let path = format!("/tmp/allotment-probe-{}", std::process::id());
            let mut file = std::fs::File::create(&path)?;
            let written = file.write_all(b"x");
            std::fs::remove_file(&path)?;
            written
        }),
        ("make a socket", |_| socket(libc::AF_INET, libc::SOCK_STREAM)),
        ("make a raw socket", |_| socket(libc::AF_INET, libc::SOCK_RAW)),
        ("make a netlink socket", |_| socket(libc::AF_NETLINK, libc::SOCK_RAW)),
        ("make a vsock", |_| socket(libc::AF_VSOCK, libc::SOCK_STREAM)),
        ("make a pair of sockets", |_| UnixStream::pair().map(drop)),
        ("connect to the node's machine", |_| {
            reached(TcpStream::connect_timeout(&port(), Duration::from_secs(1)))
        }),
        ("send a datagram", |_| {
            UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", "127.0.0.1:9").map(drop)
        }),
        ("signal the node", |parent| done(unsafe { libc::kill(parent, 0) })),
        ("trace the node", |parent| {
            done(unsafe { libc::ptrace(libc::PTRACE_SEIZE, parent, 0, 0) })
        }),
        ("read the node's memory", |parent| read_memory_of(parent)),
        ("become another user", |_| done(unsafe { libc::unshare(libc::CLONE_NEWUSER) })),
        ("become root again", |_| done(unsafe { libc::setuid(0) })),
        ("start a program", |_| std::process::Command::new("/bin/true").status().map(drop)),
        ("become another program", |_| exec()),
        ("fork", |_| fork()),
        ("start a thread", |_| std::thread::Builder::new().spawn(|| ()).map(drop)),
        ("set up io_uring", |_| call(libc::SYS_io_uring_setup, 8)),
        ("read a key ring", |_| call(libc::SYS_keyctl, 0)),
        ("load a bpf program", |_| call(libc::SYS_bpf, 0)),
        ("watch faults of memory", |_| call(libc::SYS_userfaultfd, 0)),
        ("make memory that is a file", |_| call(libc::SYS_memfd_create, c"x".as_ptr() as i64)),
        ("open performance counters", |_| call(libc::SYS_perf_event_open, 0)),
        ("mount something", |_| mount_nowhere()),
        ("see the machine's name", |_| {
            call(libc::SYS_uname, vec![0_u8; 1024].leak().as_mut_ptr() as i64)
        }),
        ("map memory that can be executed", |_| {
            map(libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC)
        }),
        ("make memory executable", |_| make_executable()),
        ("allow itself more", |_| more_descriptors()),
        ("choose its memory's node", |_| call(libc::SYS_set_mempolicy, 0)),
        ("set the clock", |_| call(libc::SYS_clock_settime, 0)),
        ("restart the machine", |_| call(libc::SYS_reboot, 0)),
        ("gain rights by a program", |_| is_zero(libc::PR_GET_NO_NEW_PRIVS)),
        ("be looked into", |_| done(unsafe { libc::prctl(libc::PR_GET_DUMPABLE, 0, 0, 0, 0) } - 1)),
        ("outlive its node", |_| outlives()),
        ("use what was left open", |_| done(unsafe { libc::fcntl(LEFT_OPEN, libc::F_GETFD) })),
    ];

    fn port() -> std::net::SocketAddr {
        let port = std::env::args().nth(5).and_then(|port| port.parse().ok()).unwrap_or(9);
        std::net::SocketAddr::from(([127, 0, 0, 1], port))
    }

    /// Somebody who says that nobody listens was reached as well.
    fn reached(tried: std::io::Result<TcpStream>) -> Result<(), Error> {
        match tried {
            Err(err) if err.kind() != std::io::ErrorKind::ConnectionRefused => Err(err),
            _ => Ok(()),
        }
    }

    /// Whether a property of this process is off.
    fn is_zero(property: i32) -> Result<(), Error> {
        done(-unsafe { libc::prctl(property, 0, 0, 0, 0) })
    }

    fn outlives() -> Result<(), Error> {
        let mut signal = 0;
        done(unsafe { libc::prctl(libc::PR_GET_PDEATHSIG, &raw mut signal) })?;
        done(-signal)
    }

    fn done(code: impl Into<i64>) -> Result<(), Error> {
        if code.into() < 0 { Err(Error::last_os_error()) } else { Ok(()) }
    }

    /// A call with one argument. That it exists and complains of its arguments counts as reached.
    fn call(number: i64, argument: i64) -> Result<(), Error> {
        let answer = unsafe { libc::syscall(number, argument, 0, 0, 0, 0) };
        let err = Error::last_os_error();
        let complains = [libc::EINVAL, libc::EFAULT, libc::E2BIG, libc::EBADF];
        if answer >= 0 || complains.contains(&err.raw_os_error().unwrap_or(0)) {
            return Ok(());
        }
        Err(err)
    }

    /// Where nothing can be mounted: that the kernel looks for the place counts as reached.
    fn mount_nowhere() -> Result<(), Error> {
        let (kind, place) = (c"tmpfs".as_ptr(), c"/no-such-folder/of-a-probe".as_ptr());
        let mounted = unsafe { libc::mount(kind, place, kind, 0, std::ptr::null()) };
        let err = Error::last_os_error();
        if mounted == 0 || err.raw_os_error() == Some(libc::ENOENT) { Ok(()) } else { Err(err) }
    }

    fn socket(family: i32, kind: i32) -> Result<(), Error> {
        done(unsafe { libc::socket(family, kind, 0) })
    }

    fn fork() -> Result<(), Error> {
        match unsafe { libc::fork() } {
            0 => unsafe { libc::_exit(0) },
            child => done(child),
        }
    }

    fn exec() -> Result<(), Error> {
        let arguments = [c"/bin/true".as_ptr(), std::ptr::null()];
        done(unsafe { libc::execv(c"/bin/true".as_ptr(), arguments.as_ptr()) })
    }

    fn map(rights: i32) -> Result<(), Error> {
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let page = unsafe { libc::mmap(std::ptr::null_mut(), 4096, rights, kind, -1, 0) };
        if page == libc::MAP_FAILED { Err(Error::last_os_error()) } else { Ok(()) }
    }

    fn make_executable() -> Result<(), Error> {
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let page = unsafe { libc::mmap(std::ptr::null_mut(), 4096, libc::PROT_READ, kind, -1, 0) };
        done(unsafe { libc::mprotect(page, 4096, libc::PROT_READ | libc::PROT_EXEC) })
    }

    fn more_descriptors() -> Result<(), Error> {
        let limit = libc::rlimit { rlim_cur: 1_000, rlim_max: 1_000 };
        done(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) })
    }

    fn read_memory_of(process: i32) -> Result<(), Error> {
        let mut byte = 0_u8;
        let local = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
        let remote = libc::iovec { iov_base: 0x40_0000 as *mut _, iov_len: 1 };
        let read = unsafe { libc::process_vm_readv(process, &local, 1, &remote, 1, 0) };
        let err = Error::last_os_error();
        match err.raw_os_error() {
            Some(libc::EFAULT) => Ok(()),
            _ if read >= 0 => Ok(()),
            _ => Err(err),
        }
    }
}
