//! The worker's side: it puts its jail on, then runs what its node sends. What a guest asks for is
//! computed here if it needs nobody, and is asked of the node otherwise.

use super::ahead::Known;
use super::bytes::Bytes;
use super::frame::{
    Answer, Begin, FromWorker, Guest, Handle, Later, Over, ToWorker, receive, receive_within, send,
};
use super::job::Kind;
use crate::component;
use crate::engine::{self, Here};
use crate::host::{Host, Refusal, RefusalKind};
use crate::jail::{self, Layer, Report};
use crate::parcel::{decode, encode};
use crate::run::{Outcome, Program, Run, Script};
use model::gas::Price;
use model::{Ending, Moment, Value, limit};
use std::io::{self, StdinLock};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// What a worker answers without its node: functions of their arguments, and of what a run was
/// given. It has the prices of all.
pub trait Near {
    /// A new run begins, with its seed, its time and its zone.
    fn begin(&mut self, seed: [u8; 32], now: Moment, tz: &str);
    /// The price of a capability, or why there is none.
    fn price(&self, name: &str) -> Result<Price, Refusal>;
    /// Answers a call, or gives its arguments back for the node.
    fn call(&mut self, name: &str, args: Vec<Value>) -> Nearby;
    /// Whether a call that the node answers may change what a read answers after it.
    fn changes(&self, name: &str, args: &[Value], read: &str, read_args: &[Value]) -> bool;
}

/// What became of a call that was tried in the worker.
pub enum Nearby {
    Answered(Result<Value, Refusal>),
    /// The node hears of this call with the next one, or at the end; the guest goes on.
    Later(Vec<Value>),
    /// Only the node can answer this.
    Elsewhere(Vec<Value>),
}

/// Calls that wait for no answer, gathered before the node hears of them: so many that telling it
/// costs little, so few that the memory for them does not count.
const LATER_MAX: usize = 500;
/// Bytes of their arguments.
const LATER_BYTES_MAX: usize = 256 * limit::KIB;
/// How many layers go on before the engine reserves its memory.
const FIRST: usize = 2;
/// How many go on when the guest is loaded and has run once.
const LAST: usize = 2;

/// Where the runs of a worker go.
enum Place {
    Lua(Here),
    Component(component::Here),
}

impl Place {
    fn run(&self, run: &Run, host: &mut dyn Host) -> Outcome {
        match (self, run.program) {
            (Place::Component(here), _) => here.run(run, host),
            (Place::Lua(here), Program::Lua(script)) => here.run(run, script, host),
            (Place::Lua(_), Program::Component(_)) => Outcome {
                internal: Some("a component came to a worker for scripts".into()),
                ..Outcome::of(Ending::Lost, 0)
            },
        }
    }
}

/// Works until the node hangs up. The socket is the standard input.
pub fn work(near: &mut dyn Near) -> io::Result<()> {
    let mut from = io::stdin().lock();
    let first = receive_within(&mut from, Kind::COMPILE.bounds.answer_bytes_max + limit::MIB)?;
    let ToWorker::Setup { guest, code, layers } = first else { return Err(out_of_turn()) };
    let (place, mut to, report) = jailed(&guest, &code.0, &layers)?;
    drop(code);
    send(&mut to, &FromWorker::Ready { layers: report })?;
    let mut program = Program::Lua(Script::default());
    loop {
        match receive(&mut from) {
            Ok(ToWorker::Begin(mut begin)) => {
                program = begin.script.take().map_or(program, Program::Lua);
                let over = run(&place, near, (&mut from, &mut to), &program, *begin);
                send(&mut to, &FromWorker::Over(Box::new(over?)))?;
            }
            Ok(_) => return Err(out_of_turn()),
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(err) => return Err(err),
        }
    }
}

/// The engine inside of its jail, and the way to answer. Memory is reserved first, since the engine
/// asks the kernel for things that no worker may ask for later.
fn jailed(guest: &Guest, code: &[u8], layers: &[Layer]) -> io::Result<(Place, UnixStream, Report)> {
    let ours = |problem: model::Problem| io::Error::other(problem.private().to_owned());
    let wanted = |layer: &Layer| layers.contains(layer);
    let (first, rest) = Layer::ALL.split_at(FIRST);
    let (rest, last) = rest.split_at(rest.len() - LAST);
    jail::let_step_back();
    let mut report = jail::put_on_all(first.iter().copied().filter(wanted));
    let to = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let engine = match guest {
        Guest::Lua => engine::engine(1),
        Guest::Component { .. } => component::engine(1),
    };
    let engine = engine.map_err(ours)?;
    report.extend(jail::put_on_all(rest.iter().copied().filter(wanted)));
    let place = match guest {
        Guest::Lua => {
            let here = Here::new(engine, code, 1).map_err(ours)?;
            warm_up(&here);
            Place::Lua(here)
        }
        Guest::Component { trial } => {
            component::warm_up(&engine, &trial.0).map_err(ours)?;
            Place::Component(component::Here::new(engine, code).map_err(ours)?)
        }
    };
    report.extend(jail::put_on_all(last.iter().copied().filter(wanted)));
    Ok((place, to, report))
}

/// Runs a program of ours, so that what engine and libraries do only once is done before the filter.
fn warm_up(here: &Here) {
    struct Nobody;
    impl Host for Nobody {
        fn price(&mut self, _: &str) -> Result<Price, Refusal> {
            Err(Refusal { kind: RefusalKind::Error, text: String::new() })
        }
        fn call(&mut self, name: &str, _: Vec<Value>) -> Result<Value, Refusal> {
            self.price(name).map(|_| Value::Nil)
        }
    }
    let main = "main.lua".to_owned();
    let files = [(main.clone(), "function view() pcall(error) return {} end".to_owned())].into();
    let script = Script { files, main };
    let program = Program::Lua(script.clone());
    let run = Run {
        program: &program,
        trigger: "view",
        handler: "",
        ctx: Value::Nil,
        args: Vec::new(),
        settings: Default::default(),
        seed: [0; 32],
        now: Moment(0),
        tz: "UTC",
        gas: limit::VIEW.gas,
        memory_bytes: limit::VIEW.memory_bytes,
        computing: limit::COMPUTING_TIME_MIN,
        class: super::Class::Members,
    };
    here.run(&run, &script, &mut Nobody);
}

fn run(
    place: &Place,
    near: &mut dyn Near,
    (from, to): (&mut StdinLock<'static>, &mut UnixStream),
    program: &Program,
    begin: Begin,
) -> io::Result<Over> {
    let value = |bytes: &Bytes| decode(&bytes.0).map_err(|_| out_of_turn());
    let known = Known::new(begin.ahead).map_err(|_| out_of_turn())?;
    let Value::List(args) = value(&begin.args)? else { return Err(out_of_turn()) };
    let settings = match value(&begin.settings)? {
        Value::Map(settings) => settings,
        _ => Default::default(),
    };
    let run = Run {
        program,
        trigger: &begin.trigger,
        handler: &begin.handler,
        ctx: value(&begin.ctx)?,
        args,
        settings,
        seed: begin.seed,
        now: Moment(begin.now),
        tz: &begin.tz,
        gas: begin.gas,
        memory_bytes: usize::try_from(begin.memory_bytes).unwrap_or(usize::MAX),
        computing: Duration::from_nanos(begin.computing_ns),
        class: super::Class::Members,
    };
    if begin.behind {
        jail::step_back();
    }
    near.begin(run.seed, run.now, &begin.tz);
    let handle = begin.handle;
    let mut window =
        Window { near, from, to, handle, known, later: Vec::new(), later_bytes: 0, broken: None };
    let outcome = place.run(&run, &mut window);
    if let Some(err) = window.broken {
        return Err(err);
    }
    Ok(Over {
        handle: begin.handle,
        later: window.later,
        ending: outcome.ending,
        answer: Bytes::from(encode(&outcome.answer)),
        message: outcome.message,
        gas: outcome.gas,
        causes: outcome.causes,
        internal: outcome.internal,
        behind: jail::is_behind(),
    })
}

/// The guest's window inside a worker.
struct Window<'a> {
    near: &'a mut dyn Near,
    from: &'a mut StdinLock<'static>,
    to: &'a mut UnixStream,
    handle: Handle,
    /// What the node has answered ahead.
    known: Known,
    /// Calls that the node has not heard of yet.
    later: Vec<Later>,
    /// Bytes of their arguments.
    later_bytes: usize,
    /// Why the node cannot be asked any more.
    broken: Option<io::Error>,
}

impl Host for Window<'_> {
    fn price(&mut self, name: &str) -> Result<Price, Refusal> {
        self.near.price(name)
    }

    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Refusal> {
        let answered = match self.near.call(name, args) {
            Nearby::Answered(answer) => return answer,
            Nearby::Later(args) => {
                let args = Bytes::from(encode(&Value::List(args)));
                let call = Later::Call { name: name.to_owned(), args };
                self.tell_later(call).map(|()| Ok(Value::Nil))
            }
            Nearby::Elsewhere(args) => match self.known.answer(name, &args) {
                Some((place, answer)) => self.tell_later(Later::Ahead(place)).map(|()| Ok(answer)),
                None => {
                    self.known.forget(self.near, name, &args);
                    self.ask(name, args)
                }
            },
        };
        answered.unwrap_or_else(|err| {
            self.broken = Some(err);
            Err(Refusal { kind: RefusalKind::Internal, text: "the node is gone".into() })
        })
    }
}

impl Window<'_> {
    /// Puts off telling the node of a call.
    fn tell_later(&mut self, call: Later) -> io::Result<()> {
        if let Later::Call { args, .. } = &call {
            self.later_bytes += args.0.len();
        }
        self.later.push(call);
        if self.later.len() < LATER_MAX && self.later_bytes < LATER_BYTES_MAX {
            return Ok(());
        }
        let later = self.put_off();
        send(self.to, &FromWorker::Later { handle: self.handle, later })
    }

    /// The calls that the node has not heard of, which it hears of now.
    fn put_off(&mut self) -> Vec<Later> {
        self.later_bytes = 0;
        std::mem::take(&mut self.later)
    }

    /// Asks the node and waits for its answer.
    fn ask(&mut self, name: &str, args: Vec<Value>) -> io::Result<Result<Value, Refusal>> {
        let args = Bytes::from(encode(&Value::List(args)));
        let later = self.put_off();
        let call = FromWorker::Call { handle: self.handle, later, name: name.to_owned(), args };
        send(self.to, &call)?;
        match receive(self.from)? {
            ToWorker::Answer(Answer { handle, value }) if handle == self.handle => match value {
                Ok(bytes) => decode(&bytes.0).map(Ok).map_err(|_| out_of_turn()),
                Err(refused) => Ok(Err(refused.into())),
            },
            _ => Err(out_of_turn()),
        }
    }
}

fn out_of_turn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the node said something out of turn")
}
