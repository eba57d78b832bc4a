/**
 * The question of a view about one place, and its answer. One question at a time: a new one abandons the
 * former. Kept in memory while the page is open, and nowhere else.
 */
import { signal } from "@preact/signals";
import {
  type AddressFeature,
  type CheckAnswer,
  type CheckBody,
  check,
  failure,
  nearestAddress,
  type Problem,
} from "../api/client";
import { hasAddresses } from "../map/layers";
import type { PlacedPosition } from "../map/scene";
import { departmentOfCommune, departmentOfPerimeter, noteDepartment } from "../parts/department";
import type { Place } from "../parts/place";

export interface PlaceQuestion {
  place: Place;
  /** The day asked, `YYYY-MM-DD`; today when null. */
  on: string | null;
  /** The position that a person has given the address by hand. */
  placed: PlacedPosition | null;
  /** The person's data for a programme. */
  person: Pick<CheckBody, "programme" | "birth_date" | "school" | "declared"> | null;
  /** True to move the map there; false when the place was picked on the map itself. */
  isSought: boolean;
}

export interface InquiryState {
  question: PlaceQuestion | null;
  isAsking: boolean;
  answer: CheckAnswer | null;
  problem: Problem | null;
  /** The address nearest to a position asked. */
  nearest: AddressFeature | null;
}

/** Returns the body sent to the service. */
export function bodyOf({ place, on, placed, person }: PlaceQuestion): CheckBody {
  const day = on ? { on } : {};
  if (place.kind === "position") {
    const { lon, lat } = place.written ?? place;
    const doubt = place.uncertainty_m === undefined ? {} : { uncertainty_m: place.uncertainty_m };
    return { lon, lat, ...doubt, ...day, ...person };
  }
  const { q, citycode } = place;
  return { q, ...(citycode ? { citycode } : {}), ...(placed ? { placed } : {}), ...day, ...person };
}

/** Returns the department of an answer: that of its address, else that of the neighbourhood it stands in. */
function departmentOf({ candidates, position }: CheckAnswer): string | null {
  const [perimeter] = position?.qpv ?? [];
  return (
    // An answer that is none is the fault of whoever shows it.
    departmentOfCommune(candidates?.[0]?.properties.citycode) ??
    departmentOfPerimeter(perimeter?.code_qp)
  );
}

/** The question about the place after somebody has moved it: a position is another one, an address stays that address. */
export function moved(question: PlaceQuestion, to: PlacedPosition): PlaceQuestion {
  const { place } = question;
  if (place.kind === "address") return { ...question, placed: to, isSought: false };
  return { ...question, place: { kind: "position", ...to }, isSought: false };
}

const NOTHING: InquiryState = {
  question: null,
  isAsking: false,
  answer: null,
  problem: null,
  nearest: null,
};
/** The pin is moved in many small steps: only where it comes to rest is asked. */
const REST_MS = 250;

export class Inquiry {
  readonly state = signal<InquiryState>(NOTHING);
  private asking = new AbortController();

  /** Asks; the answer shown goes away at once. */
  ask(question: PlaceQuestion): void {
    const signal = this.start();
    this.state.value = { ...NOTHING, question, isAsking: true };
    void this.run(question, signal);
  }

  /** Asks about the place moved; the answer stays, marked as the former one, until the next is there. */
  move(to: PlacedPosition): void {
    const { question } = this.state.value;
    if (!question) return;
    const signal = this.start();
    const next = moved(question, to);
    this.state.value = { ...this.state.value, question: next, isAsking: true };
    setTimeout(() => signal.aborted || void this.run(next, signal), REST_MS);
  }

  clear(): void {
    this.start();
    this.state.value = NOTHING;
  }

  private start(): AbortSignal {
    this.asking.abort();
    this.asking = new AbortController();
    return this.asking.signal;
  }

  private async run(question: PlaceQuestion, stop: AbortSignal): Promise<void> {
    const { place } = question;
    const near =
      place.kind === "position" && hasAddresses()
        ? nearestAddress(place.lon, place.lat, stop)
        : Promise.resolve(undefined);
    // Only information: without it the answer is the same.
    near.then(
      (nearest) => {
        if (stop.aborted) return;
        noteDepartment(departmentOfCommune(nearest?.properties.citycode));
        this.state.value = { ...this.state.value, nearest: nearest ?? null };
      },
      () => undefined,
    );
    try {
      const answer = await check(bodyOf(question), stop);
      if (stop.aborted) return;
      this.state.value = { ...this.state.value, isAsking: false, answer, problem: null };
      noteDepartment(departmentOf(answer));
    } catch (error) {
      if (stop.aborted) return;
      this.state.value = {
        ...this.state.value,
        isAsking: false,
        answer: null,
        problem: failure(error),
      };
    }
  }
}
