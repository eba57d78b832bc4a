/** Starts the page. */
import { render } from "preact";
import { App } from "./app";
import { askReady } from "./ready";
import "virtual:palette.css";
import "./style/base.css";
import "./style/shell.css";
import "./parts/parts.css";
// Last: on paper it has the last word.
import "./style/print.css";

/** The longest that the page waits for the state of the service before it opens, milliseconds. */
const LONGEST_WAIT_MS = 2000;

function open(): void {
  const root = document.getElementById("app");
  if (!root) throw new Error('index.html: no element with id "app"');
  render(<App />, root);
}

// What the service says of its data stands above and below everything: the page waits for it, so that nothing moves, but not long.
const pause = new Promise((done) => setTimeout(done, LONGEST_WAIT_MS));
void Promise.race([askReady(), pause]).then(open);
