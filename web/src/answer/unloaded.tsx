/** A place whose addresses are not loaded: the command that loads them, and what is known without: the commune's neighbourhoods. */
import { useEffect, useState } from "preact/hooks";
import { type CheckAnswer, type CommuneSheet, commune } from "../api/client";
import { absence, isNone, ofCommune } from "../french/communes";
import { text } from "../french/texts";
import { communeHref, sheetHref } from "../router";

type UnloadedPlace = NonNullable<NonNullable<CheckAnswer["doubt"]>["unloaded"]>;

export function Unloaded({ place: { insee_com, command } }: { place: UnloadedPlace }) {
  return (
    <div class="candidates">
      {insee_com && <Neighbourhoods insee={insee_com} />}
      <p class="hint">
        {text("web.unloaded.command")} <code>{command}</code>
      </p>
    </div>
  );
}

function Neighbourhoods({ insee }: { insee: string }) {
  const [sheet, setSheet] = useState<CommuneSheet | null>(null);
  useEffect(() => {
    setSheet(null);
    const leaving = new AbortController();
    // Without it the link to the sheet is still there.
    commune(insee, leaving.signal).then(setSheet, () => undefined);
    return () => leaving.abort();
  }, [insee]);
  const name = sheet?.lib_com ? `${sheet.lib_com} (${insee})` : insee;
  const newest = sheet?.qpv.filter(({ perimeters }) => perimeters.length > 0).at(-1);
  return (
    <>
      <h3>{text("web.unloaded.commune", { of: ofCommune(name) })}</h3>
      {sheet && isNone(sheet) && <p>{absence(sheet)}</p>}
      <ul class="links">
        {newest?.perimeters.map(({ code_qp, lib_qp }) => (
          <li key={code_qp}>
            <a href={sheetHref(code_qp)}>{`${lib_qp} (${code_qp})`}</a>
          </li>
        ))}
        <li>
          <a href={communeHref(insee)}>{text("web.unloaded.sheet")}</a>
        </li>
      </ul>
    </>
  );
}
