/**
 * The work on a list: its rows, what is corrected of them, the row being looked at. Kept in memory while the list is, and
 * nowhere else; the person may save the corrections to a file of their own, and take them up again.
 */
import { computed, signal } from "@preact/signals";
import { failure, type Problem } from "../../api/client";
import { fold } from "../../french/fold";
import { departmentOfPostcodes } from "../../parts/department";
import { type Bundle, type Fields, finished, rowsOf, run, runName } from "../api";
import { isTownName } from "../plan";
import {
  type Correction,
  type Corrections,
  correctionsIn,
  marked,
  placed,
  progressFile,
  readProgress,
  type SavedCorrection,
  stated,
} from "./corrections";
import { homesOf, isShown, isTodo } from "./filters";
import { readRows, type WorkRow, writeCsv } from "./rows";

/** The list as it was run. */
export interface WorkedList {
  file: File;
  /** The fields of its run. */
  fields: Fields;
  hasProgramme: boolean;
  /** The names of the columns of the address. */
  address: readonly string[];
  /** The column of the school. */
  school: string | null;
  /** The column of the birth date; empty where the list has none, null where nothing depends on it. */
  birthDate: string | null;
}

export class Work {
  readonly columns = signal<string[]>([]);
  readonly rows = signal<WorkRow[] | null>(null);
  readonly corrections = signal<Corrections>(new Map());
  readonly filter = signal("todo");
  /** The number of the row being looked at. */
  readonly chosen = signal<number | null>(null);
  /** How often a row was opened: one that is open already is gone to again. */
  readonly openings = signal(0);
  /** Rows whose correction is being answered. */
  readonly asking = signal<ReadonlySet<number>>(new Set());
  readonly problem = signal<Problem | null>(null);
  /** Corrections that were not taken up again, for their rows have changed. */
  readonly lost = signal(0);
  /** True while nothing was corrected since the work was saved. */
  readonly isSaved = signal(true);
  readonly alike = computed(() => homesOf(this.rows.value ?? [], this.addressPlaces()));
  readonly shown = computed(() => {
    const kinds = { corrected: new Set(this.corrections.value.keys()), alike: this.alike.value };
    const filter = this.filter.value;
    return (this.rows.value ?? []).filter((row) => isShown(row, filter, kinds));
  });
  readonly left = computed(() => (this.rows.value ?? []).filter(isTodo).length);
  /** The function of whoever reviews, as written last. */
  readonly reviewer = signal("");
  private readonly namePlaces = computed(() =>
    namePlaces(this.columns.value, this.addressPlaces()),
  );
  /** The answers with the corrections, as of a run of its own; null until there is one. */
  readonly answers = signal<Bundle | null>(null);
  private leaving = new AbortController();
  private answering = new AbortController();

  constructor(readonly list: WorkedList) {}

  /** Asks for the rows, with the corrections that there are. */
  async load(): Promise<void> {
    this.leaving.abort();
    this.leaving = new AbortController();
    const stop = this.leaving.signal;
    this.problem.value = null;
    try {
      const { file, hasProgramme } = this.list;
      const csv = await rowsOf(file, this.fields(this.corrections.value), stop);
      const table = readRows(csv, hasProgramme);
      if (stop.aborted) return;
      const isFirst = this.rows.value === null;
      // Columns that were stated are no columns of the list.
      const own = isFirst ? table.columns : this.columns.value;
      this.columns.value = own;
      this.rows.value = table.rows.map((row) => ({
        ...row,
        fields: row.fields.slice(0, own.length),
      }));
      if (isFirst) {
        this.corrections.value = correctionsIn(own, table.rows);
        if (this.left.value === 0) this.filter.value = "all";
      }
    } catch (fault) {
      if (!stop.aborted) this.problem.value = failure(fault);
    }
  }

  leave(): void {
    this.leaving.abort();
    this.answering.abort();
  }

  row(number: number | null): WorkRow | undefined {
    return this.rows.value?.find(({ row }) => row === number);
  }

  /** Opens a row; null closes the one that is open. */
  open(number: number | null): void {
    this.chosen.value = number;
    this.openings.value += 1;
  }

  /** The next row without an answer behind the one looked at, from the first one again at the end. */
  next(): void {
    const rows = this.rows.value ?? [];
    const at = rows.findIndex(({ row }) => row === this.chosen.value);
    const found = rows.slice(at + 1).find(isTodo) ?? rows.slice(0, at + 1).find(isTodo);
    this.open(found?.row ?? null);
  }

  /** Corrects a row, and asks it again; null drops its corrections. */
  async correct(number: number, change: Correction | null): Promise<void> {
    const all = new Map(this.corrections.value);
    const correction = change && { ...all.get(number), ...change };
    // Another address has another door.
    if (correction && change.address && !change.position) delete correction.position;
    if (correction) all.set(number, correction);
    else all.delete(number);
    this.corrections.value = all;
    this.isSaved.value = false;
    await this.askAgain(number, all);
    void this.answerAgain();
  }

  /** The words in which the address of a row is asked. */
  addressOf(row: WorkRow): string {
    return this.corrections.value.get(row.row)?.address ?? this.ownAddressOf(row);
  }

  /** The address of a row in the list. */
  ownAddressOf({ fields }: WorkRow): string {
    const parts = this.addressPlaces().map((at) => fields[at]?.trim());
    return parts.filter(Boolean).join(" ");
  }

  /** The town of a row, where the list has a column of towns. */
  ownTownOf({ fields }: WorkRow): string {
    const at = this.addressPlaces().find((at) => isTownName(this.columns.value[at] ?? ""));
    return at === undefined ? "" : (fields[at]?.trim() ?? "");
  }

  /** The birth date of a row in the list, as it stands there. */
  ownBirthDateOf({ fields }: WorkRow): string {
    const at = this.list.birthDate ? this.columns.value.indexOf(this.list.birthDate) : -1;
    return fields[at]?.trim() ?? "";
  }

  /** The commune of a row that was found, else the department of its postcode, by INSEE code; null where neither is known. */
  placeOf(row: WorkRow): string | null {
    return row.citycode || departmentOfPostcodes([this.addressOf(row)]);
  }

  /** The name of whoever the row is about, as far as the list has columns for it. */
  whoOf({ fields }: WorkRow): string {
    const names = this.namePlaces.value.map((at) => fields[at]?.trim());
    return names.filter(Boolean).join(" ");
  }

  /** The restriction on places that the run has. */
  placeFields(): { postcode?: string } {
    const postcode = this.list.fields.find(([name]) => name === "default_postcode")?.[1];
    // A place is stated for addresses that name none; restricted to it, others would be lost.
    return postcode && !/\b\d{5}\b/.test(this.addressOf(this.row(this.chosen.value) ?? NOBODY))
      ? { postcode }
      : {};
  }

  /** The schools that the list names. */
  schools(): string[] {
    const at = this.list.school === null ? -1 : this.columns.value.indexOf(this.list.school);
    const named = (this.rows.value ?? []).map(({ fields }) => fields[at] ?? "");
    return [...new Set(named.filter(Boolean))].sort((a, b) => a.localeCompare(b, "fr"));
  }

  /** The list with its answers and corrections. */
  finished(stop: AbortSignal) {
    return finished(this.list.file, this.askedFields(), stop);
  }

  /** The fields of a run with the corrections. */
  askedFields(): Fields {
    return this.fields(this.corrections.value);
  }

  /** The corrections, with what tells their rows. */
  marked(): SavedCorrection[] {
    return marked(this.corrections.value, this.rows.value ?? []);
  }

  saved(): Blob {
    return progressFile(this.list.file.name, this.marked());
  }

  /** Takes up the work that a file has; a fault by its code. */
  async takeUp(file: Blob): Promise<"unreadable" | "former" | "other" | null> {
    const read = readProgress(await file.text());
    if (typeof read === "string") return read;
    const isOther = read.length > 0 && !(await this.take(read));
    return isOther ? "other" : null;
  }

  /** Takes corrections of this list, or of an earlier run of it; false when none of their rows is there. */
  async take(saved: readonly SavedCorrection[]): Promise<boolean> {
    const { corrections, lost } = placed(saved, this.rows.value ?? []);
    if (corrections.size === 0) {
      this.lost.value = 0;
      return false;
    }
    this.lost.value = lost;
    this.corrections.value = corrections;
    await this.load();
    void this.answerAgain();
    return true;
  }

  /** Asks the whole list again, for its map and counts; a later correction asks anew. */
  private async answerAgain(): Promise<void> {
    this.answering.abort();
    this.answering = new AbortController();
    const stop = this.answering.signal;
    if (this.corrections.value.size === 0) {
      this.answers.value = null;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, ANSWER_AGAIN_MS));
    if (stop.aborted) return;
    try {
      const answers = await run(this.list.file, this.askedFields(), runName(), () => {}, stop);
      if (!stop.aborted) this.answers.value = answers;
    } catch (fault) {
      if (!stop.aborted) this.problem.value = failure(fault);
    }
  }

  private addressPlaces(): number[] {
    return this.list.address.map((name) => this.columns.value.indexOf(name));
  }

  private fields(corrections: Corrections): Fields {
    if (corrections.size === 0) return this.list.fields;
    const { stated: content, reviewFields } = stated(corrections, this.columns.value);
    return [...this.list.fields, ...reviewFields, ["corrections", JSON.stringify(content)]];
  }

  /** Asks one row again, as a list of its own: its answer is then that of the file. */
  private async askAgain(number: number, all: Corrections): Promise<void> {
    const row = this.row(number);
    if (!row) return;
    this.asking.value = new Set([...this.asking.value, number]);
    const correction = all.get(number);
    // The first line of the little list names the columns, so that the row is its second one.
    const only: Corrections = new Map(correction ? [[2, correction]] : []);
    const csv = writeCsv([this.columns.value, row.fields]);
    const name = "ligne.csv";
    const reading: Fields = [
      ["encoding", "utf-8"],
      ["delimiter", ","],
    ];
    const kept = this.fields(only).filter(([field]) => !READING.includes(field));
    try {
      const file = new File([csv], name, { type: "text/csv" });
      const answer = await rowsOf(file, [...kept, ...reading], this.leaving.signal);
      const found = readRows(answer, this.list.hasProgramme).rows[0];
      if (found && this.corrections.value.get(number) === correction) {
        // A row alone is like no other.
        const next = { ...found, row: number, fields: row.fields, remark: row.remark };
        this.rows.value = (this.rows.value ?? []).map((it) => (it.row === number ? next : it));
      }
      this.problem.value = null;
    } catch (fault) {
      if (!this.leaving.signal.aborted) this.problem.value = failure(fault);
    }
    this.asking.value = new Set([...this.asking.value].filter((it) => it !== number));
  }
}

/** Corrections made one right after the other are answered together. */
const ANSWER_AGAIN_MS = 400;

const NOBODY: WorkRow = {
  row: 0,
  fields: [],
  result: "none",
  label: "",
  citycode: "",
  reason: "",
  sentences: [],
  remark: "",
  review: "",
};

/** The columns with names of people; in a list without any the first one that is no part of the address. */
function namePlaces(columns: readonly string[], address: readonly number[]): number[] {
  const free = columns.map((_, at) => at).filter((at) => !address.includes(at));
  const named = free.filter((at) =>
    /^(nom|prenom|eleve|enfant|name|first name|last name)\b/.test(fold(columns[at] ?? "")),
  );
  return named.length > 0 ? named.slice(0, 2) : free.slice(0, 1);
}

/** Fields that say how the file is read, which the little list is not. */
const READING: readonly string[] = ["encoding", "delimiter", "sheet"];
