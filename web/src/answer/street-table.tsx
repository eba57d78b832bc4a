/** The table of a street: numbers inside, in the band, outside. */
import type { StreetProfile } from "../api/client";
import { formatCount, text, typeset } from "../french/texts";
import { ToneIcon } from "../parts/icons";
import { range } from "./sentences";

export function StreetTable({ profile }: { profile: StreetProfile }) {
  const sides = [
    ["odd", profile.odd],
    ["even", profile.even],
  ] as const;
  return (
    <div class="street">
      <table>
        <caption>
          {text("web.answer.street.title", { street: profile.name, city: profile.city })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{text("web.answer.street.numbers")}</th>
            <th scope="col">{text("web.answer.street.zone")}</th>
          </tr>
        </thead>
        {sides.map(([side, ranges]) => (
          <tbody key={side}>
            {ranges.map((numbers) => {
              const { label, value } = range(side, numbers);
              return (
                <tr key={numbers.from}>
                  <th scope="row">{label}</th>
                  <td>
                    <span class="toned">
                      <ToneIcon tone={numbers.zone ?? "undetermined"} size={20} />{" "}
                      <span>{value}</span>
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        ))}
      </table>
      {profile.unnumbered > 0 && (
        <p>{text("web.answer.street.unnumbered", { count: formatCount(profile.unnumbered) })}</p>
      )}
      {profile.along.map(({ code_qp, message }) => (
        <p key={code_qp}>{typeset(message)}</p>
      ))}
    </div>
  );
}
