/** A part of the page that is loaded when it is first shown: what few people open does not weigh on the first page. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { text } from "../french/texts";

/** Returns a component that stands for the one that `load` brings. */
export function later(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Later() {
    const [, redraw] = useState(0);
    const [isLost, setLost] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          redraw((count) => count + 1);
        },
        () => setLost(true),
      );
    }, []);
    if (isLost) return <p class="problem">{text("web.error.network")}</p>;
    const Loaded = loaded;
    return Loaded ? <Loaded /> : <div class="waiting" />;
  };
}
