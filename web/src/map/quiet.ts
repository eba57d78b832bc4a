/**
 * Moments in which nobody types. Starting the map takes the processor for seconds on a slow machine, so each of its steps
 * waits for such a moment: a letter is taken as soon as the step that runs has ended.
 */

/** Somebody types until no key was pressed for so long, milliseconds: of most people, letters follow one another faster. */
const QUIET_MS = 600;

let lastKey = Number.NEGATIVE_INFINITY;
addEventListener("keydown", () => (lastKey = performance.now()), { capture: true, passive: true });

/** Resolves at once while nobody types, else once they have stopped; every key postpones it. */
export async function quiet(): Promise<void> {
  for (let left = leftMs(); left > 0; left = leftMs()) await pause(left);
}

/** Resolves after a time without a key from now on. */
export async function quietTime(): Promise<void> {
  await pause(QUIET_MS);
  await quiet();
}

function leftMs(): number {
  return lastKey + QUIET_MS - performance.now();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
