/**
 * One list, from the file to its answers. Kept in memory while the view is open, and nowhere else: `forget` drops all of
 * it. One demand at a time: a new one abandons the former.
 */
import { signal } from "@preact/signals";
import { type Download, failure, type Problem } from "../api/client";
import { isUnread } from "../french/dates";
import { departmentOfPostcodes, noteDepartment } from "../parts/department";
import {
  type Bundle,
  counts,
  type Preview,
  type Progress,
  preview,
  progress,
  run,
  runName,
} from "./api";
import {
  type FileReading,
  isUnreadPostcode,
  type ListPlan,
  openFacts,
  readingFields,
  recognised,
  runFields,
  withFacts,
} from "./plan";
import { type ProgressStart, remainingMs } from "./remaining";
import type { SavedCorrection } from "./work/corrections";
import { Work } from "./work/work";

export type Step = "file" | "columns" | "running" | "result";

export interface SessionState {
  step: Step;
  file: File | null;
  /** True while the start of the file is being read. */
  isReading: boolean;
  reading: FileReading;
  preview: Preview | null;
  plan: ListPlan;
  progress: Progress | null;
  leftMs: number | null;
  /** True once the run is done and its answers are being received. */
  isComing: boolean;
  /** True when the person stopped the last run. */
  isCancelled: boolean;
  bundle: Bundle | null;
  /** The work on the rows of the result. */
  work: Work | null;
  /** True once the person has saved the file of answers. */
  isTaken: boolean;
  /** The fault of this step. */
  problem: Problem | null;
}

const NOTHING: SessionState = {
  step: "file",
  file: null,
  isReading: false,
  reading: {},
  preview: null,
  plan: { columns: { address: [], singles: {} }, programme: null, on: "" },
  progress: null,
  leftMs: null,
  isComing: false,
  isCancelled: false,
  bundle: null,
  work: null,
  isTaken: false,
  problem: null,
};

const POLL_MS = 500;

export class Session {
  readonly state = signal<SessionState>(NOTHING);
  /** The corrections of an earlier run of this file. */
  private kept: readonly SavedCorrection[] = [];
  private asking = new AbortController();

  /** Checks if leaving now would lose something. */
  get isPrecious(): boolean {
    const { step, isTaken, work } = this.state.value;
    const isUnsaved = work !== null && !work.isSaved.value;
    return step === "running" || (step === "result" && (!isTaken || isUnsaved));
  }

  /** Reads the start of a file, in another way when a person says how. */
  async take(file: File, reading: FileReading = {}): Promise<void> {
    const stop = this.start();
    const { plan, file: former } = this.state.value;
    // The programme and the day are of the person, not of the file; columns are of the file.
    const kept = { ...NOTHING.plan, programme: plan.programme, on: plan.on };
    if (former !== file) this.kept = [];
    if (former !== file) this.state.value = { ...NOTHING, file, plan: kept, isReading: true };
    else this.set({ reading, isReading: true, problem: null });
    await this.attempt(stop, async () => {
      const found = await preview(file, readingFields(reading), stop);
      if (stop.aborted) return;
      noteDepartment(departmentOfPostcodes(addressesIn(found)));
      this.set({
        step: "columns",
        isReading: false,
        reading,
        preview: found,
        plan: withFacts({ ...kept, columns: recognised(found) }, plan.facts ?? [], found),
      });
    });
  }

  plan(change: Partial<ListPlan>): void {
    this.set({ plan: { ...this.state.value.plan, ...change }, problem: null });
  }

  /** Checks the list. */
  async run(): Promise<void> {
    const { file, preview, plan, reading } = this.state.value;
    if (!file || !preview) return;
    if (plan.columns.address.length === 0) return this.set({ problem: { code: "no_address" } });
    if (isUnread(plan.on)) return this.set({ problem: { code: "unread_day" } });
    if (isUnreadPostcode(plan.postcode)) return this.set({ problem: { code: "unread_postcode" } });
    // Asked before the run: every row would be left open for a fact that may stand in the list.
    if (openFacts(plan).length > 0) return this.set({ problem: { code: "column_needed" } });
    const stop = this.start();
    const name = runName();
    this.set({
      step: "running",
      progress: null,
      leftMs: null,
      isComing: false,
      isCancelled: false,
      bundle: null,
      isTaken: false,
      problem: null,
    });
    const over = new AbortController();
    void this.follow(name, AbortSignal.any([stop, over.signal]));
    await this.attempt(stop, async () => {
      const done = () => {
        over.abort();
        this.set({ isComing: true });
      };
      const bundle = await run(file, runFields(plan, preview, reading), name, done, stop);
      if (stop.aborted) return;
      const work = this.workOn(file, preview, plan, reading);
      this.set({ step: "result", bundle, work });
      await work.load();
      if (this.kept.length > 0 && !stop.aborted) await this.takeKept(work);
    });
    over.abort();
  }

  /** Stops the run: the service drops the list when nobody waits for it any more. */
  cancel(): void {
    this.start();
    this.set({ step: "columns", isCancelled: true, progress: null });
  }

  /** Back to the columns, with the same file. */
  revise(): void {
    this.start();
    const { work } = this.state.value;
    work?.leave();
    if (work?.rows.value) this.kept = work.marked();
    this.set({
      step: "columns",
      bundle: null,
      work: null,
      isTaken: false,
      isCancelled: false,
      problem: null,
    });
  }

  /** Returns the counts for publication; null on failure, or when they are no longer wanted. */
  async counts(under: number | null): Promise<Blob | null> {
    const { file, preview, plan, reading, work } = this.state.value;
    if (!file || !preview) return null;
    const stop = this.start();
    this.set({ problem: null });
    let made: Blob | null = null;
    const fields = work?.askedFields() ?? runFields(plan, preview, reading);
    await this.attempt(stop, async () => {
      made = await counts(file, fields, under, stop);
    });
    return stop.aborted ? null : made;
  }

  /** Returns the list with its answers and corrections; null on failure. */
  async finished(): Promise<Download | null> {
    const { bundle, work } = this.state.value;
    if (!bundle) return null;
    if (!work || work.corrections.value.size === 0) return bundle.table;
    const stop = this.start();
    this.set({ problem: null });
    let made: Download | null = null;
    await this.attempt(stop, async () => {
      made = await work.finished(stop);
    });
    return stop.aborted ? null : made;
  }

  /** Makes the corrections of the run before again; those that find no row are told. */
  private async takeKept(work: Work): Promise<void> {
    if (!(await work.take(this.kept))) work.lost.value = this.kept.length;
    work.isSaved.value = false;
  }

  private workOn(file: File, preview: Preview, plan: ListPlan, reading: FileReading): Work {
    const name = (at: number | undefined) => (at === undefined ? null : preview.columns[at]?.name);
    const isBirthDateAsked =
      plan.programme !== null &&
      (plan.columns.singles.birth_date !== undefined ||
        (plan.facts ?? []).some(({ role }) => role === "birth_date"));
    return new Work({
      file,
      fields: runFields(plan, preview, reading),
      hasProgramme: plan.programme !== null,
      address: plan.columns.address.map((at) => name(at) ?? ""),
      school: name(plan.columns.singles.school) ?? null,
      birthDate: isBirthDateAsked ? (name(plan.columns.singles.birth_date) ?? "") : null,
    });
  }

  taken(): void {
    this.set({ isTaken: true });
  }

  /** Drops everything. */
  forget(): void {
    this.start();
    this.state.value.work?.leave();
    this.kept = [];
    this.state.value = NOTHING;
  }

  private set(change: Partial<SessionState>): void {
    this.state.value = { ...this.state.value, ...change };
  }

  private start(): AbortSignal {
    this.asking.abort();
    this.asking = new AbortController();
    return this.asking.signal;
  }

  /** Runs work that may fail, and shows its fault at the current step; a failed run leads back to the columns. */
  private async attempt(stop: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (stop.aborted) return;
      const { step } = this.state.value;
      this.set({
        step: step === "running" ? "columns" : step,
        isReading: false,
        progress: null,
        problem: failure(error),
      });
    }
  }

  private async follow(name: string, stop: AbortSignal): Promise<void> {
    let began: ProgressStart | null = null;
    let pauseMs = POLL_MS;
    while (!stop.aborted) {
      await new Promise((done) => setTimeout(done, pauseMs));
      if (stop.aborted) return;
      const report = await progress(name, stop);
      if (stop.aborted) return;
      if (!report) {
        // No progress yet, or no longer: a list that is slow to send is polled less and less often.
        if (this.state.value.progress) return;
        pauseMs *= 2;
        continue;
      }
      if (typeof report.fraction === "number")
        began ??= { fraction: report.fraction, elapsed_ms: report.elapsed_ms };
      this.set({ progress: report, leftMs: remainingMs(began, report) });
    }
  }
}

/** The parts of addresses in the rows of a preview: postcodes are among them. */
function addressesIn({ columns, rows }: Preview): string[] {
  return rows.flatMap((row) => row.filter((_, at) => columns[at]?.role === "address"));
}
