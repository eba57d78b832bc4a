/** The page: reads the form, asks the service, shows the answer. Owns the document; keeps nothing and stores nothing. */
import { locate, ready, ServiceError, type Located, type Ready, type Vintage } from "./api";
import { readCoordinates } from "./coordinates";
import { gauge } from "./gauge";
import { caveats, facts, headline, refusal, understood } from "./sentences";
import { formatCount, formatList, text } from "./texts";

const form = byId("form", HTMLFormElement);
const input = byId("coordinates", HTMLInputElement);
const reading = byId("reading", HTMLElement);
const shown = byId("answer", HTMLElement);
let pending = new AbortController();

input.addEventListener("input", () => {
  const result = readCoordinates(input.value);
  // While typing, only what is understood is said; what is missing is said once the form is sent.
  showReading("position" in result ? understood(result) : "", false);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});
for (const choice of vintageChoices()) choice.addEventListener("change", () => shown.replaceChildren());
void showState();

/** Sends what the form holds; a new question abandons the one before. */
async function submit(): Promise<void> {
  pending.abort();
  const result = readCoordinates(input.value);
  showReading(understood(result), "fault" in result);
  if ("fault" in result) {
    shown.replaceChildren();
    input.focus();
    return;
  }
  const { lon, lat, roundingM } = result.position;
  // Roughly written coordinates are a rough position: the answer must count with it.
  const uncertaintyM = roundingM > 10 ? Math.ceil(roundingM) : null;
  const { signal } = (pending = new AbortController());
  const waiting = setTimeout(() => shown.replaceChildren(node("p", text("web.form.submitting"))), 300);
  try {
    showAnswer(await locate({ lon, lat, uncertaintyM }, chosenVintage(), signal));
  } catch (error) {
    if (!signal.aborted) showProblem(error);
  } finally {
    clearTimeout(waiting);
  }
}

function showReading(sentence: string, isFault: boolean): void {
  reading.textContent = sentence;
  reading.className = isFault ? "fault" : "";
  input.setAttribute("aria-invalid", String(isFault));
}

function showAnswer(located: Located): void {
  const { answer } = located;
  const card = node("article");
  card.dataset["zone"] = answer.zone;
  const list = node("dl");
  for (const { label, value } of facts(located)) list.append(node("dt", label), node("dd", value));
  card.append(node("h2", headline(answer)), ...caveats(located).map((line) => node("p", line)));
  if (answer.distance_to_boundary_m !== null) card.append(gauge(answer.distance_to_boundary_m));
  card.append(list);
  shown.replaceChildren(card);
}

function showProblem(error: unknown): void {
  const card = node("article");
  card.dataset["zone"] = "error";
  const problem = error instanceof ServiceError ? error : new ServiceError("internal", String(error));
  card.append(node("h2", text("web.error.title")), node("p", refusal(problem)));
  shown.replaceChildren(card);
}

/** What is loaded: the banner over fictional data, the counts, and the vintages that can be chosen. */
async function showState(): Promise<void> {
  const banner = byId("banner", HTMLElement);
  try {
    const state = await ready();
    if (state.dataset.fictional) banner.replaceChildren(...fictionalBanner());
    banner.hidden = !state.dataset.fictional;
    showLoaded(state);
  } catch {
    banner.replaceChildren(node("p", text("web.banner.unready")));
    banner.hidden = false;
  }
}

function fictionalBanner(): Node[] {
  const help = node("p", `${text("web.banner.fictional.command")} `);
  help.append(node("code", "qpv data pull"), ` ${text("web.banner.fictional.or")} `);
  help.append(node("code", "make serve DATA=official"));
  return [node("strong", text("web.banner.fictional.title")), help];
}

function showLoaded({ vintages }: Ready): void {
  const items = vintages.map(({ vintage, perimeters }) => {
    const count = Object.values(perimeters).reduce((sum, n) => sum + n, 0);
    return text("web.footer.loaded.item", { vintage, count: formatCount(count) });
  });
  const list = items.length > 0 ? formatList(items) : text("web.footer.loaded.none");
  byId("loaded", HTMLElement).textContent = text("web.footer.loaded", { list });
  for (const choice of vintageChoices()) {
    const isLoaded = choice.value === "" || vintages.some(({ vintage }) => vintage === choice.value);
    choice.disabled = !isLoaded;
    const detail = choice.parentElement?.querySelector("small");
    if (!isLoaded && detail) detail.textContent = text("web.form.vintage.missing");
  }
}

function vintageChoices(): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[name=vintage]")];
}

function chosenVintage(): Vintage | null {
  const value = vintageChoices().find((choice) => choice.checked)?.value;
  return value === "2015" || value === "2024" ? value : null;
}

function node(name: keyof HTMLElementTagNameMap, words = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}

function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html: no ${kind.name} with id "${id}"`);
  return found;
}
