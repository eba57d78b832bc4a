/** A neighbourhood in a frame: its sheet, and its outline on the map. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { failure, type Perimeter, perimeter, ServiceError } from "../api/client";
import { QpvSheet } from "../explore/qpv-sheet";
import { refusal } from "../french/messages";
import { useVintages } from "../map/layers";
import { useScene } from "../map/scene";
import { focusOn } from "./focus";
import "../explore/explore.css";

export function QuarterFrame({ code }: { code: string }) {
  const [sheet, setSheet] = useState<Perimeter | ServiceError | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    perimeter(code, leaving.signal).then(setSheet, (fault: unknown) => setSheet(failure(fault)));
    return () => leaving.abort();
  }, [code]);
  const shown = sheet && !(sheet instanceof ServiceError) ? sheet : null;
  const focus = useMemo(() => shown && focusOn([shown]), [shown]);
  useVintages(shown ? [shown.properties.vintage] : []);
  useScene(() => ({ selected: [code], ...(focus && { focus }) }), [code, focus]);
  return (
    <>
      {/* The title of the sheet is the frame's. */}
      <h1 class="unseen">{shown?.properties.lib_qp ?? code}</h1>
      <div role="status">
        {sheet instanceof ServiceError && <p class="problem">{refusal(sheet)}</p>}
        {shown && <QpvSheet perimeter={shown} />}
      </div>
    </>
  );
}
