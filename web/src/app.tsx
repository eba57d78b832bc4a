/** The page around the views: the banner over fictional data, the menu, the open view beside the map, the foot. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Ready, ready } from "./api/client";
import { Building } from "./building/building";
import { Check } from "./check/check";
import { Child } from "./child/child";
import { Compare } from "./compare/compare";
import { Explore } from "./explore/explore";
import { formatDay, today } from "./french/dates";
import { formatCount, formatList, text } from "./french/texts";
import { List } from "./list/list";
import { MapPanel } from "./map/map-panel";
import { areVintagesAsked, vintages } from "./map/vintages";
import { ErrorBoundary } from "./parts/error-boundary";
import { href, route, VIEWS, type View } from "./router";

const COMPONENTS: Record<View, ComponentType> = {
  verifier: Check,
  enfant: Child,
  liste: List,
  carte: Explore,
  comparer: Compare,
  batiment: Building,
};

/** The loaded data; null while it is requested, or while the service cannot answer. */
export const loaded = signal<Ready | null>(null);
const unready = signal(false);

export function App() {
  useEffect(() => {
    ready().then(
      (state) => {
        vintages.value = state.vintages;
        loaded.value = state;
        areVintagesAsked.value = false;
      },
      () => {
        unready.value = true;
        areVintagesAsked.value = false;
      },
    );
  }, []);
  const { view } = route.value;
  const Open = COMPONENTS[view];
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${text(`web.view.${view}.title`)} · ${text("web.name")}`;
    // A view opened from the menu is announced by its title; the page as it opens is not.
    if (!first.current) title.current?.focus();
    first.current = false;
  }, [view]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: a link as screen readers list it; the address after # belongs to the router. */}
      <a class="skip" href="#view" onClick={skip}>
        {text("web.skip")}
      </a>
      <header>
        <Banner />
        <div class="bar">
          <a class="brand" href={href("verifier")}>
            <img src="icon.svg" alt="" width="32" height="32" />
            <span>{text("web.name")}</span>
          </a>
          <Menu open={view} />
        </div>
      </header>
      <div class={`body ${view}`}>
        <main id="view" tabIndex={-1}>
          <PrintedOn />
          <h1 ref={title} tabIndex={-1}>
            {text(`web.view.${view}.title`)}
          </h1>
          <ErrorBoundary key={view}>
            <Open />
          </ErrorBoundary>
          <Foot />
        </main>
        <MapPanel />
      </div>
    </>
  );
}

/** Above what is printed: the day it was. */
function PrintedOn() {
  const [day, setDay] = useState(today);
  useEffect(() => {
    const update = () => setDay(today());
    addEventListener("beforeprint", update);
    return () => removeEventListener("beforeprint", update);
  }, []);
  return (
    <p class="printed">{text("web.printed", { name: text("web.name"), day: formatDay(day) })}</p>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("view")?.focus();
}

function Menu({ open }: { open: View }) {
  return (
    <nav aria-label={text("web.menu")}>
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <a href={href(view)} aria-current={view === open ? "page" : undefined}>
              {text(`web.view.${view}.menu`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Banner() {
  const fictional = loaded.value?.dataset.fictional ?? false;
  return (
    <div id="banner" role="status" hidden={!fictional && !unready.value}>
      {unready.value && <p>{text("web.banner.unready")}</p>}
      {fictional && (
        <p>
          <strong>{text("web.banner.fictional.title")}</strong>{" "}
          {text("web.banner.fictional.command")} <code>qpv data pull</code>{" "}
          {text("web.banner.fictional.or")} <code>make serve DATA=official</code>
        </p>
      )}
    </div>
  );
}

function Foot() {
  const items = (loaded.value?.vintages ?? []).map(({ vintage, perimeters }) => {
    const count = Object.values(perimeters).reduce((sum, n) => sum + n, 0);
    return text("web.footer.loaded.item", { vintage, count: formatCount(count) });
  });
  return (
    <footer>
      <p>
        {text("web.footer.legal")} {text("web.footer.privacy")}
      </p>
      {loaded.value && (
        <p id="loaded">
          {text("web.footer.loaded", {
            list: items.length > 0 ? formatList(items) : text("web.footer.loaded.none"),
          })}
        </p>
      )}
      <p>
        <a href="docs">{text("web.footer.docs")}</a>{" "}
        <a href="openapi.json">{text("web.footer.api")}</a>
      </p>
    </footer>
  );
}
