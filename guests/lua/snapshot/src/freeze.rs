//! Runs `init` and takes the memory. The imports trap: `init` may ask nobody anything.

use wasmtime::{Config, Engine, Instance, Linker, Module, Store};

/// The memory of a module after `_initialize` and `init`.
pub(crate) fn memory_after_init(raw: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut config = Config::new();
    config.wasm_exceptions(true);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, raw)?;
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&module)?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    call(&mut store, &instance, "_initialize")?;
    call(&mut store, &instance, "init")?;
    let memory = instance.get_memory(&mut store, "memory").ok_or("the guest exports no memory")?;
    Ok(memory.data(&store).to_vec())
}

fn call(store: &mut Store<()>, instance: &Instance, name: &str) -> wasmtime::Result<()> {
    instance.get_typed_func::<(), ()>(&mut *store, name)?.call(store, ())
}
