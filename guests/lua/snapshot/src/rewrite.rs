//! Writes a module again with other data segments: the non-zero runs of a memory.

use wasm_encoder::{
    ConstExpr, DataSection, ExportKind, ExportSection, MemorySection, MemoryType, Module,
    RawSection,
};
use wasmparser::{ExternalKind, Parser, Payload};

type Failure = Box<dyn std::error::Error>;

/// The size of a page of linear memory (core specification §4.2.8).
const WASM_PAGE: usize = 65_536;
/// Zeros between two runs that are cheaper to keep than the header of another segment.
const GAP: usize = 16;
/// Exports that have done their work.
const SPENT: [&str; 2] = ["_initialize", "init"];

/// The module with this memory from the start, without its spent exports.
pub(crate) fn with_memory(raw: &[u8], memory: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut ready = Module::new();
    let mut data_written = false;
    for payload in Parser::new(0).parse_all(raw) {
        match payload? {
            Payload::MemorySection(section) => ready.section(&memories(section, memory.len())?),
            Payload::ExportSection(section) => ready.section(&exports(section)?),
            Payload::GlobalSection(section) => {
                only_the_stack_pointer(section.clone())?;
                ready.section(&RawSection { id: 6, data: bytes_of(raw, section.range())? })
            }
            Payload::DataSection(_) => {
                data_written = true;
                ready.section(&segments(memory))
            }
            // Segments are active and their number changed; names are not for running.
            Payload::DataCountSection { .. } | Payload::CustomSection(_) => &mut ready,
            Payload::StartSection { .. } => return Err("the guest has a start function".into()),
            other => match other.as_section() {
                Some((id, range)) => ready.section(&RawSection { id, data: bytes_of(raw, range)? }),
                None => &mut ready,
            },
        };
    }
    if !data_written {
        ready.section(&segments(memory));
    }
    Ok(ready.finish())
}

/// The bytes of a section, which the parser counts in 64 bits.
fn bytes_of(raw: &[u8], range: std::ops::Range<u64>) -> Result<&[u8], Failure> {
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    raw.get(range).ok_or_else(|| "a section reaches beyond the file".into())
}

fn memories(
    section: wasmparser::MemorySectionReader,
    bytes: usize,
) -> Result<MemorySection, Failure> {
    let mut memories = MemorySection::new();
    for memory in section {
        let memory = memory?;
        memories.memory(MemoryType {
            minimum: (bytes / WASM_PAGE) as u64,
            maximum: memory.maximum,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
    }
    Ok(memories)
}

fn exports(section: wasmparser::ExportSectionReader) -> Result<ExportSection, Failure> {
    let mut exports = ExportSection::new();
    for export in section {
        let export = export?;
        let kind = match export.kind {
            ExternalKind::Func => ExportKind::Func,
            ExternalKind::Memory => ExportKind::Memory,
            other => {
                return Err(format!(
                    "{}: an export of kind {other:?} is not known here",
                    export.name
                )
                .into());
            }
        };
        if !SPENT.contains(&export.name) {
            exports.export(export.name, kind, export.index);
        }
    }
    Ok(exports)
}

/// The stack pointer is back where it began when `init` returns; another global would be lost.
fn only_the_stack_pointer(section: wasmparser::GlobalSectionReader) -> Result<(), Failure> {
    let mut mutable = 0;
    for global in section {
        mutable += usize::from(global?.ty.mutable);
    }
    if mutable > 1 {
        return Err("the guest keeps state in globals; a snapshot would lose it".into());
    }
    Ok(())
}

/// The non-zero runs of the memory as active segments.
fn segments(memory: &[u8]) -> DataSection {
    let mut data = DataSection::new();
    for (start, end) in runs(memory) {
        let offset = ConstExpr::i32_const(i32::try_from(start).unwrap_or(i32::MAX));
        data.active(0, &offset, memory[start..end].iter().copied());
    }
    data
}

fn runs(memory: &[u8]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in memory.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match runs.last_mut() {
            Some((_, end)) if place - *end < GAP => *end = place + 1,
            _ => runs.push((place, place + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_runs_are_one() {
        let mut memory = vec![0; 100];
        memory[3] = 1;
        memory[10] = 2;
        memory[90] = 3;
        assert_eq!(runs(&memory), [(3, 11), (90, 91)]);
        assert_eq!(runs(&[0; 8]), []);
    }
}
