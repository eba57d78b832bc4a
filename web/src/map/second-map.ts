/** The second map of a comparison: started when it is first wanted, moved with the first, and removed when it no longer is. */
import { effect } from "@preact/signals";
import { text } from "../french/texts";
import { compareMode, second } from "./compare-mode";
import { Engine } from "./engine";
import { scene } from "./scene";

/** Keeps a second map in `container` while one is wanted, until the function returned is called. */
export function keepSecondMap(first: Engine, container: HTMLElement): () => void {
  let other: Engine | null = null;
  let part = () => {};
  const end = () => {
    part();
    other?.remove();
    other = null;
    first.call(text("web.map.canvas"));
  };
  const stop = effect(() => {
    const two = compareMode.value && compareMode.value.mode !== "over" ? compareMode.value : null;
    if (!two || !second.value) {
      if (other) end();
      return;
    }
    if (other) {
      other.restyle(second.value);
    } else {
      other = new Engine(container, second.value, () => undefined, false);
      part = first.join(other);
    }
    // It looks where the first one does.
    const { focus: _, ...shown } = scene.value;
    other.show(shown);
    first.call(text("web.compare.map.canvas", { vintage: two.from }));
    other.call(text("web.compare.map.canvas", { vintage: two.to }));
  });
  return () => {
    stop();
    if (other) end();
  };
}
