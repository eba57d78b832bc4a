/** The figures published on a neighbourhood, each with its unit, year and source. */

import type { Perimeter } from "../api/client";
import { formatFigure, text } from "../french/texts";

type Figures = NonNullable<Perimeter["properties"]["figures"]>;

interface Props {
  figures: Figures | null | undefined;
  /** Its title, where not that of one sheet. */
  title?: string;
}

export function IndicatorTable({ figures, title = text("web.sheet.indicators") }: Props) {
  const rows = Object.entries(figures ?? {});
  if (rows.length === 0) return null;
  return (
    <div class="indicators">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{text("web.sheet.indicators.label")}</th>
            <th scope="col">{text("web.sheet.indicators.value")}</th>
            <th scope="col">{text("web.sheet.indicators.year")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { label, value, unit, year, source }]) => (
            <tr key={name}>
              <th scope="row">
                {label}
                <small>{`${text("web.sheet.indicators.source")}\u00a0: ${source}`}</small>
              </th>
              <td>
                {typeof value === "number"
                  ? formatFigure(value, unit)
                  : text("web.sheet.indicators.missing")}
              </td>
              <td>{year ?? text("web.sheet.indicators.no_year")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
