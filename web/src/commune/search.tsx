/** The search box of the sheets: another commune or neighbourhood, or an address to check. */
import { useState } from "preact/hooks";
import { checkPlace } from "../check/state";
import { text } from "../french/texts";
import type { Choice } from "../parts/choice";
import { SearchBox } from "../parts/search-box";
import { openSheet } from "../parts/sheets";

export function CommuneSearch({ isFirst }: { isFirst: boolean }) {
  const [typed, setTyped] = useState("");
  const choose = (choice: Choice) => {
    if (openSheet(choice)) return setTyped("");
    if (choice.kind === "place") checkPlace(choice.place, choice.label);
  };
  return (
    <div class="block unprinted">
      <SearchBox
        label={text("web.search.box")}
        hint={text("web.search.hint")}
        value={typed}
        onInput={setTyped}
        onChoose={choose}
        submit={text("web.search.submit")}
        isFirst={isFirst}
      />
    </div>
  );
}
