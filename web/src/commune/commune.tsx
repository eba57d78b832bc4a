/**
 * The sheet of a commune: its neighbourhoods in every vintage or a plain "none", what is known of them, its schools near
 * them, and the ways on. Its address can be shared. A vintage that is not loaded is never a no.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import {
  type CommunePlaces,
  type CommuneSheet,
  commune,
  communeMiddle,
  communePlaces,
  failure,
  type Problem,
  perimetersOf,
} from "../api/client";
import { PrintedLegend } from "../explore/legend";
import {
  absence,
  type CommuneVintage,
  inhabitants,
  isNone,
  totalInhabitants,
  unmatchedInWords,
} from "../french/communes";
import { formatCount, formatList, text, typeset } from "../french/texts";
import { boxAround } from "../map/box";
import { useVintages } from "../map/layers";
import { PrintedMap } from "../map/print";
import { type Focus, useScene } from "../map/scene";
import { current } from "../map/vintages";
import { Copying } from "../parts/copying";
import { readInsee } from "../parts/insee-code";
import { Failed } from "../parts/retry";
import { mayTakeFocus } from "../parts/sight";
import { useSubject } from "../parts/subject";
import { communeHref, href, linkTo, open, route, sheetHref } from "../router";
import { shareOfArea } from "../share/api";
import { ShareSection } from "../share/share-section";
import { CommuneSearch } from "./search";
import "./commune.css";

/** So much of a code that is none is said back, characters. */
const LONGEST_CODE = 30;

export function Commune() {
  const written = new URLSearchParams(route.value.query).get("insee")?.trim() ?? "";
  const code = readInsee(written) ?? "";
  const [sheet, setSheet] = useState<CommuneSheet | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    setSheet(null);
    setProblem(null);
    if (code === "") return;
    const leaving = new AbortController();
    commune(code, leaving.signal).then(setSheet, (fault: unknown) => {
      if (!leaving.signal.aborted) setProblem(failure(fault));
    });
    return () => leaving.abort();
  }, [code, tries]);
  useSubject(sheet ? nameOf(sheet) : "");
  const drawn = sheet && shownOf(sheet);
  const codes = drawn?.perimeters.map(({ code_qp }) => code_qp) ?? [];
  useVintages(sheet ? (drawn ? [drawn.vintage] : []) : undefined);
  const focus = useFocus(sheet, drawn?.vintage);
  useScene(
    () => ({
      selected: codes,
      onPerimeter: (code) => open(sheetHref(code)),
      ...(focus && { focus }),
    }),
    [codes.join(), focus],
  );
  return (
    <>
      <CommuneSearch isFirst={mayTakeFocus(code !== "")} />
      <div role="status" aria-busy={code !== "" && !sheet && !problem}>
        {written !== "" && code === "" && (
          <p class="problem">
            {text("web.commune.bad_code", { code: written.slice(0, LONGEST_CODE) })}
          </p>
        )}
        {code !== "" && !sheet && !problem && <p class="asking">{text("web.answer.asking")}</p>}
        {sheet && <Sheet sheet={sheet} />}
      </div>
      {code !== "" && !sheet && !problem && <div class="waiting" />}
      <Failed problem={problem} retry={() => setTries(tries + 1)} />
      {focus && (
        <>
          <PrintedMap label={text("web.map.label")} />
          <PrintedLegend />
        </>
      )}
      {sheet && (
        <ShareSection
          title="web.share.title"
          area={sheet.insee_com}
          ask={(stop) => shareOfArea(`insee=${sheet.insee_com}`, stop)}
        />
      )}
      {/* Last, for it comes later. */}
      {sheet && <Nearby insee={sheet.insee_com} />}
    </>
  );
}

/** The zoom that shows a commune without neighbourhoods among those around it. */
const COMMUNE_ZOOM = 11;

/** Where the map looks for a commune: at its neighbourhoods of a vintage, else at its middle; null while it is not known. */
function useFocus(sheet: CommuneSheet | null, vintage: string | undefined): Focus | null {
  const [focus, setFocus] = useState<Focus | null>(null);
  useEffect(() => {
    setFocus(null);
    if (!sheet) return;
    const leaving = new AbortController();
    const found = vintage
      ? around(sheet.insee_com, vintage, leaving.signal)
      : communeMiddle(sheet.insee_com, sheet.lib_com ?? "", leaving.signal).then(
          (middle) => middle && { ...middle, zoom: COMMUNE_ZOOM },
        );
    // Without an answer the map stays where it is: the sheet has all in words.
    found.then(setFocus, () => undefined);
    return () => leaving.abort();
  }, [sheet, vintage]);
  return focus;
}

async function around(insee: string, vintage: string, stop: AbortSignal): Promise<Focus | null> {
  const found = await perimetersOf(insee, vintage, stop);
  const outlines = found.flatMap(({ geometry }) => geometry?.coordinates ?? []);
  const box = boxAround((outlines as number[][][][]).flat(2));
  return box ? { box } : null;
}

/** The drawn vintage with a neighbourhood. */
function shownOf({ qpv }: CommuneSheet): CommuneVintage | undefined {
  const found = qpv.filter(({ perimeters }) => perimeters.length > 0);
  return found.find(({ vintage }) => vintage === current.value) ?? found.at(-1);
}

function nameOf({ lib_com, insee_com }: CommuneSheet): string {
  return `${lib_com ?? ""} (${insee_com})`.trim();
}

function Sheet({ sheet }: { sheet: CommuneSheet }) {
  const { insee_com, communes, history, qpv, unmatched } = sheet;
  const link = {
    label: text("web.link.copy"),
    words: () => linkTo(communeHref(insee_com)),
    done: "web.link.copied" as const,
  };
  const none = isNone(sheet);
  const today = communes[0]?.insee_com ?? insee_com;
  const shown = none ? [] : qpv;
  return (
    <article class="card sheet" data-tone={none ? "outside" : "qpv"}>
      <h2>{nameOf(sheet)}</h2>
      {history && <p>{typeset(history)}</p>}
      {none && <p class="commune-none">{absence(sheet)}</p>}
      <dl>
        {communes.map((today) => (
          <Facts key={today.insee_com} today={today} />
        ))}
      </dl>
      {shown.map((vintage) => (
        <Vintage key={vintage.vintage} vintage={vintage} isSure={unmatched.length === 0} />
      ))}
      {unmatchedInWords(sheet).map((notice) => (
        <p key={notice} class="notice">
          {notice}
        </p>
      ))}
      <Copying things={[link]}>
        {!none && (
          <a class="button" href={href("comparer", `insee=${today}`)}>
            {text("web.commune.compare")}
          </a>
        )}
      </Copying>
    </article>
  );
}

function Facts({ today }: { today: CommuneSheet["communes"][number] }) {
  const { insee_dep, lib_dep, lib_reg, lib_epci, postcodes } = today;
  const department = [lib_dep ? `${lib_dep} (${insee_dep})` : insee_dep, lib_reg];
  return (
    <>
      <div>
        <dt>{text("web.commune.department")}</dt>
        <dd>{department.filter(Boolean).join(" · ")}</dd>
      </div>
      {lib_epci && (
        <div>
          <dt>{text("web.sheet.epci")}</dt>
          <dd>{lib_epci}</dd>
        </div>
      )}
      {postcodes.length > 0 && (
        <div>
          <dt>{text("web.commune.postcodes")}</dt>
          <dd>{formatList([...postcodes])}</dd>
        </div>
      )}
    </>
  );
}

/** The neighbourhoods of one vintage. */
function Vintage({ vintage, isSure }: { vintage: CommuneVintage; isSure: boolean }) {
  const { perimeters, complete } = vintage;
  const title = text("web.commune.vintage", { vintage: vintage.vintage });
  const total = totalInhabitants(vintage);
  return (
    <section>
      <h3>{title}</h3>
      {total && <p class="hint">{total}</p>}
      {perimeters.length === 0 && (
        <p>
          {text(
            complete && isSure
              ? "web.commune.none_in"
              : complete
                ? "web.commune.unsure_in"
                : "web.commune.unknown_in",
            { vintage: vintage.vintage },
          )}
        </p>
      )}
      <ul class="links">
        {perimeters.map((perimeter) => (
          <li key={perimeter.code_qp}>
            <a href={sheetHref(perimeter.code_qp)}>
              {`${perimeter.lib_qp} (${perimeter.code_qp})`}
            </a>{" "}
            <small>{inhabitants(perimeter)}</small>
          </li>
        ))}
      </ul>
      {perimeters.length > 0 && !complete && (
        <p class="hint">{text("web.commune.partial", { vintage: vintage.vintage })}</p>
      )}
    </section>
  );
}

/** The schools and other places of lists in the neighbourhoods or near them; those of lists that are not loaded are not known. */
function Nearby({ insee }: { insee: string }) {
  const [found, setFound] = useState<CommunePlaces | null | undefined>(undefined);
  useEffect(() => {
    setFound(undefined);
    const leaving = new AbortController();
    // Only information: without it the sheet is the same.
    communePlaces(insee, leaving.signal).then(
      setFound,
      () => leaving.signal.aborted || setFound(null),
    );
    return () => leaving.abort();
  }, [insee]);
  const places = useMemo(() => found?.places ?? [], [found]);
  // The foot of the page begins below what is still to come.
  if (found === undefined) return <div class="waiting" />;
  if (!found) return null;
  return (
    <section class="block" aria-labelledby="commune-places">
      <h3 id="commune-places">{text("web.commune.places")}</h3>
      {places.length === 0 && (
        <p class="hint">
          {text(found.lists.length > 0 ? "web.commune.places.none" : "web.commune.places.unknown")}
        </p>
      )}
      {places.length > 0 && (
        <p class="hint">
          {text("web.commune.places.count", { count: formatCount(places.length) })}
        </p>
      )}
      <ul class="links">
        {places.map(({ id, name, zone, lib_qp, code_qp }) => (
          <li key={`${id ?? name} ${code_qp}`}>
            {name}{" "}
            <small>
              {text(`web.commune.place.${zone as "qpv" | "band_300m" | "undetermined"}`, {
                qpv: lib_qp,
              })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
