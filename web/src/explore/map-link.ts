/** The layers and the ground chosen, in the address of the view: `couches=qpv-2024,own-x&fond=plan`. Only what a person changed. */
import { chosenGround } from "../map/ground";
import { areChosen, choices, index, shown, showOnly } from "../map/layers";
import { href } from "../router";

const LAYERS = "couches";
const GROUND = "fond";

/** Shows what a link names; layers that are not loaded here are passed over. */
export function applyLink(query: string): void {
  const parameters = new URLSearchParams(query);
  const layers = parameters.get(LAYERS);
  if (layers !== null) showOnly(layers.split(","));
  const ground = parameters.get(GROUND);
  if (ground !== null) chosenGround.value = ground;
}

/** Returns the address of the view with a query of its own, and the layers that are shown now. */
export function linkWith(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.delete(LAYERS);
  parameters.delete(GROUND);
  const kept = parameters.toString();
  const visible = choices(index.value?.layers ?? [])
    .filter(({ id, kind }) => shown.value[id]?.visible && !LIMITS.includes(kind))
    .map(({ id }) => id);
  // As people read it: identifiers of layers have no character that must be written otherwise.
  const words = [
    ...(kept ? [kept] : []),
    ...(areChosen.value ? [`${LAYERS}=${visible.join(",")}`] : []),
    ...(chosenGround.value ? [`${GROUND}=${encodeURIComponent(chosenGround.value)}`] : []),
  ];
  return href("carte", words.join("&"));
}

/** No choice, so no part of a link. */
const LIMITS = ["communes", "departements", "regions"];
