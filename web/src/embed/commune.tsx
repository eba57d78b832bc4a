/** A commune in a frame: its neighbourhoods of each vintage, the one in force first, and their outlines on the map. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { failure, json, ServiceError } from "../api/client";
import type { components } from "../api/schema";
import { ofCommune } from "../french/communes";
import { refusal } from "../french/messages";
import { text, typeset } from "../french/texts";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { current } from "../map/vintages";
import { sheetHref } from "../router";
import { focusOn } from "./focus";

type Schemas = components["schemas"];
type Commune = Schemas["CommuneAnswer"];
type Perimeters = Schemas["PerimeterCollection"];

export function CommuneFrame({ insee }: { insee: string }) {
  const [commune, setCommune] = useState<Commune | ServiceError | null>(null);
  const [outlines, setOutlines] = useState<Perimeters | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    json<Commune>(`api/v1/communes/${insee}`, {}, leaving.signal).then(
      setCommune,
      (fault: unknown) => setCommune(failure(fault)),
    );
    // Without their outlines the names are there all the same.
    json<Perimeters>(`api/v1/perimeters?insee=${insee}`, {}, leaving.signal).then(
      setOutlines,
      () => undefined,
    );
    return () => leaving.abort();
  }, [insee]);
  const shown = commune && !(commune instanceof ServiceError) ? commune : null;
  const newest = shown?.qpv.toSorted(inForceFirst)[0];
  const codes = newest?.perimeters.map(({ code_qp }) => code_qp) ?? [];
  const focus = useMemo(() => outlines && focusOn(outlines.features), [outlines]);
  useVintages(newest ? [newest.vintage] : []);
  useScene(() => ({ selected: codes, ...(focus && { focus }) }), [codes.join(), focus]);
  if (commune instanceof ServiceError) return <p class="problem">{refusal(commune)}</p>;
  if (!shown) return <div class="waiting" />;
  return (
    <>
      <h1>{text("web.embed.commune.title", { of: ofCommune(shown.lib_com ?? insee) })}</h1>
      {shown.history && <p>{typeset(shown.history)}</p>}
      {shown.qpv.toSorted(inForceFirst).map((vintage) => (
        <section key={vintage.vintage}>
          <h2>{text("web.embed.commune.vintage", { vintage: vintage.vintage })}</h2>
          <Quarters of={vintage} isSure={vintage.complete && shown.unmatched.length === 0} />
        </section>
      ))}
    </>
  );
}

/** The neighbourhoods of one vintage. None is only said where it is sure. */
function Quarters({ of, isSure }: { of: Commune["qpv"][number]; isSure: boolean }) {
  const { vintage, perimeters } = of;
  if (perimeters.length === 0)
    return (
      <p>{text(isSure ? "web.embed.commune.none" : "web.embed.commune.unknown", { vintage })}</p>
    );
  return (
    <ul class="links">
      {perimeters.map(({ code_qp, lib_qp }) => (
        <li key={code_qp}>
          <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>
        </li>
      ))}
    </ul>
  );
}

function inForceFirst(a: { vintage: string }, b: { vintage: string }): number {
  const rank = ({ vintage }: { vintage: string }) => (vintage === current.value ? 1 : 0);
  return rank(b) - rank(a) || b.vintage.localeCompare(a.vintage);
}
