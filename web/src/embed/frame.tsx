/**
 * What another site shows of this service: `?qpv=QN06103M` a neighbourhood, `?insee=61169` a commune, `?box` the search. Links
 * open in a window of their own, for the frame is small and belongs to the other site.
 */
import { useEffect } from "preact/hooks";
import { Check } from "../check/check";
import { text } from "../french/texts";
import { MapPanel } from "../map/map-panel";
import { ErrorBoundary } from "../parts/error-boundary";
import { readInsee } from "../parts/insee-code";
import { readPerimeterCode } from "../parts/perimeter-code";
import { loaded } from "../ready";
import { href, linkTo, sheetHref } from "../router";
import { CommuneFrame } from "./commune";
import { QuarterFrame } from "./quarter";

export function Frame() {
  const query = new URLSearchParams(location.search);
  const [code, insee] = [readPerimeterCode(query.get("qpv")), readInsee(query.get("insee"))];
  useEffect(() => {
    document.addEventListener("click", openOutside);
    return () => document.removeEventListener("click", openOutside);
  }, []);
  const whole = code ? sheetHref(code) : href("verifier");
  return (
    <div class="body embed">
      <main>
        {loaded.value?.dataset.fictional && (
          <p class="fictional">{text("web.banner.fictional.title")}</p>
        )}
        <ErrorBoundary>
          {code ? (
            <QuarterFrame code={code} />
          ) : insee ? (
            <CommuneFrame insee={insee} />
          ) : query.has("box") ? (
            <>
              <h1>{text("web.view.verifier.title")}</h1>
              <Check onSheet={openWindow} />
            </>
          ) : (
            <p class="problem">{text("web.embed.empty")}</p>
          )}
        </ErrorBoundary>
        <footer>
          <p>
            {text("web.footer.legal")} <a href={whole}>{text("web.embed.open")}</a>
          </p>
        </footer>
      </main>
      <MapPanel />
    </div>
  );
}

/** Opens a link within the page in a window of its own. */
function openOutside(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.("a[href^='#/']");
  const within = link?.getAttribute("href");
  if (!within) return;
  event.preventDefault();
  openWindow(within);
}

/** Opens an address within the page in a window of its own. */
function openWindow(within: string): void {
  window.open(linkTo(within), "_blank", "noopener");
}
