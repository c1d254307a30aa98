# Errors of Lua as wasm exceptions: what setjmp and longjmp are elsewhere, without their cost.
# The tag carries the address of the jump record that should catch, so that an inner frame which
# is not meant passes it on, exactly as longjmp would.

	.globaltype	__stack_pointer, i32
	.functype	allot_where () -> ()

	.tagtype	allot_error i32
	.globl	allot_error
allot_error:

# void allot_throw(void *jump)
	.globl	allot_throw
	.type	allot_throw,@function
allot_throw:
	.functype	allot_throw (i32) -> ()
	local.get	0
	throw	allot_error
	end_function

# void allot_try(void (*f)(lua_State *, void *), lua_State *L, void *ud, void *jump)
	.globl	allot_try
	.type	allot_try,@function
allot_try:
	.functype	allot_try (i32, i32, i32, i32) -> ()
	.local	i32, i32
	global.get	__stack_pointer
	local.set	4
	block	i32
	try_table	(catch allot_error 0)
	local.get	1
	local.get	2
	local.get	0
	call_indirect	(i32, i32) -> ()
	end_try_table
	return
	end_block
	local.set	5
	local.get	4
	global.set	__stack_pointer
	local.get	5
	local.get	3
	i32.ne
	if
	local.get	5
	throw	allot_error
	end_if
	end_function

# void where(void): called after a trap, when the stack pointer points anywhere; the stack is
# started afresh because no frame on it will ever be returned to.
	.globl	where
	.type	where,@function
	.export_name	where, where
where:
	.functype	where () -> ()
	i32.const	__stack_high
	global.set	__stack_pointer
	call	allot_where
	end_function
