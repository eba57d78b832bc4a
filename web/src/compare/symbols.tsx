/** The signs of a comparison beside their words, which say the same. */
import { CLASS_SYMBOLS, MOVEMENT_SYMBOLS, type Movement } from "../map/symbols";

export function ClassSymbol({ name }: { name: string }) {
  return (
    <svg class="class-sign" width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
      <path fill="none" stroke="currentColor" stroke-width="3" d={CLASS_SYMBOLS[name] ?? ""} />
    </svg>
  );
}

export function MovementSymbol({ movement }: { movement: Movement }) {
  return (
    <svg
      class="movement-sign"
      data-movement={movement}
      width="16"
      height="16"
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path fill="currentColor" fill-rule="evenodd" d={MOVEMENT_SYMBOLS[movement]} />
    </svg>
  );
}
