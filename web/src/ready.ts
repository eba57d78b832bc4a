/** The state of the service's data, asked for once by whatever page opens. */
import { signal } from "@preact/signals";
import { type Ready, ready } from "./api/client";
import { areVintagesAsked, vintages } from "./map/vintages";
import { addressDepartments } from "./parts/department";

/** The loaded data; null while it is requested, or while the service cannot answer. */
export const loaded = signal<Ready | null>(null);
/** True once the service could not answer. */
export const unready = signal(false);

/** Asks the service for the state of its data; it is always answered, if only by the page's notice that it is not. */
export function askReady(): Promise<void> {
  return ready().then(
    (state) => {
      vintages.value = state.vintages;
      addressDepartments.value = state.address_departments;
      loaded.value = state;
      areVintagesAsked.value = false;
    },
    () => {
      unready.value = true;
      areVintagesAsked.value = false;
    },
  );
}
