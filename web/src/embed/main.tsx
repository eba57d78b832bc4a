/** Starts a frame: a quarter, a commune or the search, on a page of another site. */
import { render } from "preact";
import { askReady } from "../ready";
import { Frame } from "./frame";
import "virtual:palette.css";
import "../style/base.css";
import "../style/shell.css";
import "../parts/parts.css";
import "./embed.css";

void askReady().then(() => {
  const root = document.getElementById("app");
  if (!root) throw new Error('embed.html: no element with id "app"');
  render(<Frame />, root);
});
