/**
 * Chooses the area: by the name of a commune, an intercommunality, a department or a region that has a neighbourhood, or by
 * the code of any commune.
 */
import { useState } from "preact/hooks";
import { byCode, findAreas, type NamedArea } from "../compare/areas";
import { vintagesOf, type Area, type Asked } from "../compare/asked";
import { Combobox } from "../parts/combobox";
import { hrefOf } from "../router";
import { text } from "../texts";

/** Longer than any name. */
const LONGEST = 80;

interface Props {
  areas: readonly NamedArea[];
  asked: Asked;
}

export function AreaBox({ areas, asked }: Props) {
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [fault, setFault] = useState("");
  const found = isOpen ? findAreas(areas, typed) : [];
  const type = (words: string) => {
    setTyped(words);
    setFault("");
    setOpen(true);
  };
  const take = ({ kind, code }: Area) => {
    setTyped("");
    location.hash = hrefOf({ ...asked, area: { kind, code }, chosen: null });
  };
  const submit = () => {
    const area = findAreas(areas, typed, 1)[0] ?? byCode(typed);
    if (area) take(area);
    else setFault(faultOf(typed, areas));
    return Boolean(area);
  };
  return (
    <div class="area-box unprinted">
      <Combobox
        label={text("web.compare.area")}
        hint={<Hint asked={asked} />}
        value={typed}
        longest={LONGEST}
        found={found}
        list={{ label: text("web.compare.area.suggestions"), count: text("web.compare.area.count", { count: String(found.length) }) }}
        option={optionOf}
        onInput={type}
        onTake={take}
        onSubmit={submit}
        onClose={() => setOpen(false)}
        submit={text("web.compare.submit")}
        fault={fault}
      />
    </div>
  );
}

function Hint({ asked }: Pick<Props, "asked">) {
  const { from, to } = vintagesOf(asked);
  return (
    <>
      {text("web.compare.area.hint")}{" "}
      {asked.area && <a href={hrefOf({ ...asked, area: null, chosen: null })}>{text("web.compare.france")}</a>}{" "}
      <a href={hrefOf({ ...asked, isExchanged: !asked.isExchanged })}>{text("web.compare.exchange", { from: to, to: from })}</a>
    </>
  );
}

function optionOf({ kind, code, name }: NamedArea) {
  return { key: kind + code, name, besides: text(`web.compare.area.${kind}`, { code }) };
}

function faultOf(typed: string, areas: readonly NamedArea[]): string {
  if (typed.trim() === "") return text("web.compare.area.empty");
  return text(areas.length > 0 ? "web.compare.area.unknown" : "web.compare.area.unlisted");
}
