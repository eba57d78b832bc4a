/**
 * Chooses the area: by the name of a commune, an intercommunality, a department or a region that has a neighbourhood, or by
 * the code of any commune. A combobox as the ARIA practices describe it.
 */
import { useId, useRef, useState } from "preact/hooks";
import { byCode, findAreas, type NamedArea } from "../compare/areas";
import type { Area, Asked } from "../compare/asked";
import { hrefOf } from "../router";
import { text } from "../texts";

interface Props {
  areas: readonly NamedArea[];
  asked: Asked;
}

export function AreaBox({ areas, asked }: Props) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [fault, setFault] = useState("");
  const field = useRef<HTMLInputElement>(null);
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
    const [best] = findAreas(areas, typed, 1);
    const area = found[at] ?? best ?? byCode(typed);
    if (area) return take(area);
    close();
    const unknown = areas.length > 0 ? "web.compare.area.unknown" : "web.compare.area.unlisted";
    setFault(text(typed.trim() === "" ? "web.compare.area.empty" : unknown));
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      setAt((at) => ((at + step + found.length + 1 + 1) % (found.length + 1)) - 1);
    } else if (event.key === "Escape" && found.length > 0) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      submit();
    }
  };
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
        <button type="button" class="main" onClick={submit}>
          {text("web.compare.submit")}
        </button>
      </div>
      <p id={`${id}-fault`} class="reading fault" role="alert">
        {fault}
      </p>
      <p id={`${id}-hint`} class="hint">
        {text("web.compare.area.hint")} {asked.area && <a href={hrefOf({ ...asked, area: null, chosen: null })}>{text("web.compare.france")}</a>}
      </p>
      <p class="unseen" role="status">
        {found.length > 0 ? text("web.compare.area.count", { count: String(found.length) }) : ""}
      </p>
    </div>
  );
}
