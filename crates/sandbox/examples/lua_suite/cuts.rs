//! Which files of the suite run, and which lines are left out because they need what a guest does
//! not have. The lines are those of the pinned package that `guests/lua/suite.sh` fetches.

/// One file that runs.
pub(crate) struct File {
    pub name: &'static str,
    /// First and last line, and why they are left out.
    pub cuts: &'static [(usize, usize, &'static str)],
}

const COMPILED: &str = "compiled chunks are refused";
const DEBUG: &str = "the debug library is not offered";
const FILES_OF_IO: &str = "there are no files";
const PROTECTED: &str = "the metatable of strings is closed to scripts";
const MODES: &str = "modes and tuning of the collector are not offered";

/// A file that runs whole.
const fn whole(name: &'static str) -> File {
    File { name, cuts: &[] }
}

/// The files, in the suite's own order.
pub(crate) const FILES: &[File] = &[
    File { name: "gc", cuts: &[(12, 18, MODES), (28, 48, MODES), (693, 693, MODES)] },
    File {
        name: "calls",
        cuts: &[
            (314, 314, DEBUG),
            (330, 342, COMPILED),
            (345, 349, COMPILED),
            (352, 352, COMPILED),
            (368, 372, COMPILED),
            (391, 393, COMPILED),
            (396, 411, COMPILED),
            (428, 434, COMPILED),
            (453, 494, COMPILED),
        ],
    },
    whole("strings"),
    whole("literals"),
    whole("tpack"),
    whole("cstack"),
    whole("nextvar"),
    whole("pm"),
    whole("utf8"),
    File { name: "events", cuts: &[(451, 479, DEBUG)] },
    whole("vararg"),
    File { name: "closure", cuts: &[(239, 278, DEBUG)] },
    File {
        name: "coroutine",
        cuts: &[
            (230, 230, DEBUG),
            (238, 238, DEBUG),
            (339, 356, DEBUG),
            (360, 361, DEBUG),
            (964, 971, DEBUG),
        ],
    },
    File { name: "goto", cuts: &[(186, 218, DEBUG)] },
    File {
        name: "errors",
        cuts: &[
            (227, 227, FILES_OF_IO),
            (235, 242, DEBUG),
            (245, 245, FILES_OF_IO),
            (248, 248, FILES_OF_IO),
            (250, 250, FILES_OF_IO),
            (253, 253, FILES_OF_IO),
            (274, 274, FILES_OF_IO),
            (277, 290, COMPILED),
            (334, 334, "collectgarbage has words of its own for options it does not offer"),
            (340, 340, FILES_OF_IO),
            (511, 531, "a stack is shown with its newest twelve lines and its oldest four"),
        ],
    },
    whole("math"),
    whole("sort"),
    File { name: "bitwise", cuts: &[(6, 6, PROTECTED), (26, 27, PROTECTED), (71, 97, PROTECTED)] },
    File {
        name: "locals",
        cuts: &[
            (73, 77, DEBUG),
            (80, 80, DEBUG),
            (82, 82, DEBUG),
            (165, 165, DEBUG),
            (262, 262, DEBUG),
            (429, 429, DEBUG),
            (435, 435, DEBUG),
            (444, 444, DEBUG),
            (452, 452, DEBUG),
            (493, 493, DEBUG),
            (782, 808, DEBUG),
        ],
    },
    File { name: "constructs", cuts: &[(306, 306, DEBUG)] },
    whole("big"),
];

/// The files that do not run, and why.
pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    ("all", "it starts the others, and so does this program"),
    ("api", "it tests the C interface through the interpreter's own test build"),
    ("attrib", "it tests loading of modules and C libraries from files"),
    ("code", "it looks at compiled code through the interpreter's own test build"),
    ("db", DEBUG),
    ("files", FILES_OF_IO),
    ("gengc", MODES),
    ("heavy", "it takes all memory that there is, to see how it ends; the sandbox has such tests"),
    ("main", "it tests the command line of the stand-alone interpreter"),
    ("verybig", FILES_OF_IO),
];
