/**
 * Chooses the area: by the name of a commune, an intercommunality, a department or a region that has a neighbourhood, or by
 * the code of any commune. A combobox as the ARIA practices describe it.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { byCode, findAreas, type NamedArea } from "../compare/areas";
import { vintagesOf, type Area, type Asked } from "../compare/asked";
import { hrefOf } from "../router";
import { text } from "../texts";

interface Props {
  areas: readonly NamedArea[];
  asked: Asked;
}

/** What is typed, what it may mean, and what is taken. */
function useBox({ areas, asked }: Props) {
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [fault, setFault] = useState("");
  const found = isOpen ? findAreas(areas, typed) : [];
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const type = (words: string) => {
    setTyped(words);
    setFault("");
    setOpen(true);
    setAt(-1);
  };
  const take = ({ kind, code }: Area) => {
    close();
    setTyped("");
    location.hash = hrefOf({ ...asked, area: { kind, code }, chosen: null });
  };
  const submit = () => {
    const area = found[at] ?? findAreas(areas, typed, 1)[0] ?? byCode(typed);
    if (area) return take(area);
    close();
    const unknown = areas.length > 0 ? "web.compare.area.unknown" : "web.compare.area.unlisted";
    setFault(text(typed.trim() === "" ? "web.compare.area.empty" : unknown));
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") submit();
    else if (found.length === 0) return;
    else if (event.key === "Escape") close();
    else if (step) setAt((at) => ((at + step + found.length + 1 + 1) % (found.length + 1)) - 1);
    else return;
    event.preventDefault();
  };
  return { typed, found, at, fault, type, take, submit, pressed, close };
}

export function AreaBox(props: Props) {
  const id = useId();
  const { typed, found, at, fault, type, take, submit, pressed, close } = useBox(props);
  const { asked } = props;
  const { from, to } = vintagesOf(asked);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (fault) field.current?.focus();
  }, [fault]);
  return (
    <div class="address-box area-box unprinted">
      <label for={id}>{text("web.compare.area")}</label>
      <div class="field">
        <input
          ref={field}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          maxLength={80}
          value={typed}
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          aria-describedby={`${id}-fault ${id}-hint`}
          aria-invalid={fault !== ""}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={pressed}
          onBlur={close}
        />
        <Suggestions {...{ id, found, at, take }} />
        <button type="button" class="main" onClick={submit}>
          {text("web.compare.submit")}
        </button>
      </div>
      <p id={`${id}-fault`} class="reading fault" role="alert">
        {fault}
      </p>
      <p id={`${id}-hint`} class="hint">
        {text("web.compare.area.hint")}{" "}
        {asked.area && <a href={hrefOf({ ...asked, area: null, chosen: null })}>{text("web.compare.france")}</a>}{" "}
        <a href={hrefOf({ ...asked, isExchanged: !asked.isExchanged })}>{text("web.compare.exchange", { from: to, to: from })}</a>
      </p>
      <p class="unseen" role="status">
        {found.length > 0 ? text("web.compare.area.count", { count: String(found.length) }) : ""}
      </p>
    </div>
  );
}

interface Suggested {
  id: string;
  found: NamedArea[];
  at: number;
  take: (area: Area) => void;
}

function Suggestions({ id, found, at, take }: Suggested) {
  return (
    <ul id={`${id}-list`} role="listbox" aria-label={text("web.compare.area.suggestions")} hidden={found.length === 0}>
      {found.map((area, index) => (
        <li
          key={area.kind + area.code}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          // The box keeps the focus, whose loss closes the list.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(area)}
        >
          <span>{area.name}</span> <small>{text(`web.compare.area.${area.kind}`, { code: area.code })}</small>
        </li>
      ))}
    </ul>
  );
}
