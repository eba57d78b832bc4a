/** The addresses that a question may mean, each with its zone, to choose from. */
import type { AddressFeature } from "../api/client";
import { text } from "../french/texts";
import { ToneIcon } from "../parts/icons";
import { zoneOf } from "./sentences";

interface Props {
  candidates: AddressFeature[];
  onChoose: (feature: AddressFeature) => void;
}

export function Candidates({ candidates, onChoose }: Props) {
  return (
    <div class="candidates">
      <h3>{text("web.answer.candidates")}</h3>
      <ul>
        {candidates.map((feature, index) => {
          const zone = zoneOf(feature)?.zone;
          return (
            <li key={`${feature.properties.id}-${index}`}>
              <button type="button" onClick={() => onChoose(feature)}>
                <span>{feature.properties.label}</span>
                <span class="toned">
                  <ToneIcon tone={zone ?? "undetermined"} size={20} />{" "}
                  <span>{text(zone ? `web.check.zone.${zone}` : "web.check.zone.unknown")}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
