//! One function: what of it makes a compiler slow. It is read once, an instruction at a time.

use super::limits::{
    BLOCK_NESTING, BLOCKS, BODY_BYTES, LOCAL_BYTES, LOCALS, LOOP_NESTING, LOOPS, Limit, TARGETS,
};
use wasmparser::{BinaryReaderError, FunctionBody, Operator};

/// Why a function is not taken.
pub(super) enum Fault {
    /// It has more of something than it may.
    Over(&'static Limit, u64),
    /// It is not wasm.
    Unreadable(BinaryReaderError),
}

impl From<BinaryReaderError> for Fault {
    fn from(err: BinaryReaderError) -> Fault {
        Fault::Unreadable(err)
    }
}

/// What was counted so far.
#[derive(Default)]
struct Count {
    /// The blocks that are open: whether each is a loop.
    open: Vec<bool>,
    open_loops: u64,
    loops: u64,
    blocks: u64,
    targets: u64,
}

fn hold(limit: &'static Limit, found: u64) -> Result<(), Fault> {
    if found > limit.max { Err(Fault::Over(limit, found)) } else { Ok(()) }
}

/// Checks a function of a type with so many parameters; answers its targets of `br_table`.
pub(super) fn check(body: &FunctionBody<'_>, parameters: u64) -> Result<u64, Fault> {
    let bytes = body.range().end - body.range().start;
    hold(&BODY_BYTES, bytes)?;
    let mut locals = parameters;
    for group in body.get_locals_reader()? {
        locals += u64::from(group?.0);
        hold(&LOCALS, locals)?;
    }
    hold(&LOCAL_BYTES, locals * bytes)?;
    let mut count = Count::default();
    for operator in body.get_operators_reader()? {
        count.take(&operator?)?;
    }
    Ok(count.targets)
}

impl Count {
    fn take(&mut self, operator: &Operator<'_>) -> Result<(), Fault> {
        match operator {
            Operator::Loop { .. } => {
                self.loops += 1;
                self.open_loops += 1;
                hold(&LOOPS, self.loops)?;
                hold(&LOOP_NESTING, self.open_loops)?;
                self.open(true)
            }
            Operator::Block { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => self.open(false),
            Operator::End | Operator::Delegate { .. } => {
                self.open_loops -= u64::from(self.open.pop() == Some(true));
                Ok(())
            }
            Operator::BrTable { targets } => {
                self.targets += u64::from(targets.len());
                hold(&TARGETS, self.targets)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, is_loop: bool) -> Result<(), Fault> {
        self.blocks += 1;
        self.open.push(is_loop);
        hold(&BLOCKS, self.blocks)?;
        hold(&BLOCK_NESTING, self.open.len() as u64)
    }
}
