//! The order in which work gets the cores: a single answer never waits for a list.

use rustix::process::setpriority_process;

/// The niceness of work on lists and tiles, of 19: beside one thread of it, an answer gets nine tenths of a core.
const BEHIND_ANSWERS: i32 = 10;

/// Makes the threads that share out the work on lists give way to answers. Called before the first of such work; later it
/// changes nothing.
pub fn make_lists_give_way() {
    // Refused once the threads exist: they then go on as they are.
    let _ = rayon::ThreadPoolBuilder::new()
        .start_handler(|_| give_way())
        .build_global();
}

/// Makes this thread, and the threads that it starts, give way to answers, for good.
pub(crate) fn give_way() {
    // To no process but the thread itself, on Linux. Where it is refused, lists are merely as quick as answers.
    let _ = setpriority_process(None, BEHIND_ANSWERS);
}
