/** Starts the widget of Grist. */
import { render } from "preact";
import { begin, Widget } from "./widget";
import "virtual:palette.css";
import "../style/base.css";
import "../parts/parts.css";
import "./grist.css";

const root = document.getElementById("app");
if (!root) throw new Error('grist.html: no element with id "app"');
render(<Widget />, root);
begin();
