/** The second map of a comparison: started when it is first wanted, moved with the first, and removed when it no longer is. */
import { effect } from "@preact/signals";
import { text } from "../french/texts";
import { second, sides } from "./compare-mode";
import { Engine } from "./engine";
import { scene } from "./scene";

/** Keeps a second map in `container` while one is wanted, until the function returned is called. */
export function keepTwin(first: Engine, container: HTMLElement): () => void {
  let twin: Engine | null = null;
  let part = () => {};
  const end = () => {
    part();
    twin?.remove();
    twin = null;
    first.call(text("web.map.canvas"));
  };
  const stop = effect(() => {
    const two = sides.value && sides.value.mode !== "over" ? sides.value : null;
    if (!two || !second.value) {
      if (twin) end();
      return;
    }
    if (twin) {
      twin.restyle(second.value);
    } else {
      twin = new Engine(container, second.value, () => undefined);
      part = first.join(twin);
    }
    // It looks where the first one does.
    const { focus: _, ...shown } = scene.value;
    twin.show(shown);
    first.call(text("web.compare.map.canvas", { vintage: two.from }));
    twin.call(text("web.compare.map.canvas", { vintage: two.to }));
  });
  return () => {
    stop();
    if (twin) end();
  };
}
