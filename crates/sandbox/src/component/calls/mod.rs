//! The interfaces of `wit/`, each function as the capability it stands for. What may be called, its
//! price and its grant are the group's table, as they are for Lua.

mod data;
mod outside;
mod pure;
