/** Starts the page. */
import { render } from "preact";
import { App } from "./app";
import "virtual:palette.css";
import "./style/base.css";
import "./style/shell.css";
import "./parts/parts.css";
// Last: on paper it has the last word.
import "./style/print.css";

const root = document.getElementById("app");
if (!root) throw new Error('index.html: no element with id "app"');
render(<App />, root);
