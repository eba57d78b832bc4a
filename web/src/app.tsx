/** The page around the views: the banner over fictional data, the menu, the open view beside the map, the foot. */
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Building } from "./building/building";
import { Check } from "./check/check";
import { Child } from "./child/child";
import { Commune } from "./commune/commune";
import { Compare } from "./compare/compare";
import { Explore } from "./explore/explore";
import { formatDay, today } from "./french/dates";
import { formatCount, formatList, text, typeset } from "./french/texts";
import { List } from "./list/list";
import { MapPanel } from "./map/map-panel";
import { ErrorBoundary } from "./parts/error-boundary";
import { later } from "./parts/later";
import { SourceFiles } from "./parts/source-files";
import { subject } from "./parts/subject";
import { loaded, unready } from "./ready";
import { FOOT_VIEWS, href, MENU, route, type View } from "./router";

const COMPONENTS: Record<View, ComponentType> = {
  verifier: () => <Check />,
  enfant: Child,
  liste: List,
  carte: Explore,
  comparer: Compare,
  batiment: Building,
  rapport: later(async () => (await import("./report/report")).VerifyReport),
  integrer: later(async () => (await import("./embed/integrate")).Integrate),
  commune: Commune,
};

export function App() {
  const { view } = route.value;
  const Open = COMPONENTS[view];
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  // With the view itself: later, it would take the focus from what somebody has gone to by then.
  useLayoutEffect(() => {
    // A view opened from the menu is announced by its title; the page as it opens is not.
    if (!first.current) title.current?.focus();
    first.current = false;
  }, [view]);
  const about = subject.value;
  useLayoutEffect(() => {
    const parts = [about, text(`web.view.${view}.title`), text("web.name")];
    document.title = parts.filter((part) => part !== "").join(" · ");
  }, [view, about]);
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
      <div class={`body ${view}`} data-map={!isFootView(view)}>
        <main id="view" tabIndex={-1}>
          <div class="view">
            <PrintedOn />
            <h1 ref={title} tabIndex={-1}>
              {text(`web.view.${view}.title`)}
            </h1>
            <ErrorBoundary key={view}>
              <Open />
            </ErrorBoundary>
          </div>
          {/* Whole, or not yet: what comes later would move the rest. */}
          {(loaded.value ?? unready.value) && <Foot />}
        </main>
        {!isFootView(view) && <MapPanel />}
      </div>
    </>
  );
}

function isFootView(view: View): boolean {
  return FOOT_VIEWS.some((other) => other === view);
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
        {MENU.map((view) => (
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

/** What limits the certainty of all answers, and what to load instead. */
function Limits() {
  const limits = loaded.value?.certainty_limits ?? [];
  if (limits.length === 0) return null;
  return (
    <div id="limits">
      <p>{text("web.footer.limits")}</p>
      <ul>
        {limits.map(({ message }) => (
          <li key={message}>{typeset(message)}</li>
        ))}
      </ul>
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
      <Limits />
      {loaded.value && (
        <>
          {loaded.value.dataset.sources.length > 0 && (
            <p>
              {text("web.footer.sources", { list: loaded.value.dataset.sources.join("\u202f; ") })}
            </p>
          )}
          <SourceFiles />
        </>
      )}
      <p>
        <a href="docs">{text("web.footer.docs")}</a>{" "}
        <a href="openapi.json">{text("web.footer.api")}</a>{" "}
        {FOOT_VIEWS.map((view) => (
          <>
            <a key={view} href={href(view)}>
              {text(`web.view.${view}.menu`)}
            </a>{" "}
          </>
        ))}
      </p>
      {loaded.value?.signed_in && (
        <form method="post" action="sign-out">
          <button type="submit">{text("page.sign_out.submit")}</button>
        </form>
      )}
    </footer>
  );
}
