/** Small drawings. Each result has a shape of its own, the same as on the map. */
import type { Tone } from "../map/scene";

const SHAPES: Record<Tone, string> = {
  qpv: "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20Zm-1.4 14.2l-4.3-4.3l1.5-1.5l2.8 2.8l5.7-5.7l1.5 1.5Z",
  band_300m:
    "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20Zm0 4.5a5.500 5.500 0 1 1 0 11a5.500 5.500 0 0 1 0-11Z",
  outside: "M3 3h18v18H3Zm4 7.700v2.600h10v-2.600Z",
  // Half full: neither a yes nor a no. A diamond with a question mark is the sign of a broken character.
  undetermined: "M12 1l11 11l-11 11l-11-11Zm0 4.200v13.600l6.800-6.800Z",
  plain: "M12 5a7 7 0 1 0 0 14a7 7 0 0 0 0-14Z",
};

/** The shape of a result; the words beside it say the same. */
export function ToneIcon({ tone, size = 24 }: { tone: Tone; size?: number }) {
  return (
    <svg
      class="tone-icon"
      data-tone={tone}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path fill="currentColor" fill-rule="evenodd" d={SHAPES[tone]} />
    </svg>
  );
}
