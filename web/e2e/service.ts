/**
 * The built program on real data, for the tests of the pages as a whole. `QPV` names the program, `QPV_REAL_DATA` the
 * folder of official data; where they are set and missing, the run fails instead of skipping.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Site } from "../tests/browser";

const PROGRAM = process.env.QPV;
export const REAL_DATA = process.env.QPV_REAL_DATA;
/** Whether there is a program for the tests that need no real data. */
export const HAS_PROGRAM = Boolean(PROGRAM);

/** Why the tests on real data are left out, if they are. */
export const SKIPPED =
  PROGRAM && REAL_DATA
    ? ""
    : "set QPV (the built program) and QPV_REAL_DATA (the folder of official data) to run this";

export const PERIMETERS_2024 = join(
  REAL_DATA ?? "",
  "perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson",
);

/** The imported data: both vintages, the addresses of the Territoire de Belfort, the outlines of the background. */
const IMPORTS = [
  ["--vintage", "2024", PERIMETERS_2024],
  [
    "--vintage",
    "2015",
    join(REAL_DATA ?? "", "perimeters-2015/QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp"),
  ],
  ["--addresses", join(REAL_DATA ?? "", "addresses/bano-90.csv")],
  ["--outlines", "regions", join(REAL_DATA ?? "", "outlines/regions.geojson")],
  ["--outlines", "departements", join(REAL_DATA ?? "", "outlines/departements.geojson")],
];

/** A command of the program on the data folder of a test, and what it prints. */
export type Run = (...command: string[]) => string;

/** Starts the program on real data, or on the fictional town. */
export async function start(
  data: "real" | "sample",
  options: string[] = [],
  prepare: (run: Run) => void = () => {},
): Promise<Site> {
  if (!PROGRAM || !existsSync(PROGRAM))
    throw new Error(`QPV=${PROGRAM}: no such program; build it first`);
  const folder = mkdtempSync(join(tmpdir(), "qpv-e2e-"));
  if (data === "real") {
    for (const what of IMPORTS)
      execFileSync(PROGRAM, ["data", "import", "--quiet", "--data", folder, ...what]);
  }
  prepare((...command) =>
    execFileSync(PROGRAM, [...command, "--quiet", "--data", folder], { encoding: "utf8" }),
  );
  const program = spawn(PROGRAM, [
    "serve",
    "--data",
    folder,
    "--listen",
    "127.0.0.1:0",
    "--quiet",
    ...options,
  ]);
  const url = await address(program);
  const close = () => {
    program.kill();
    rmSync(folder, { recursive: true });
  };
  return { url: `${url}/`, close };
}

/** The address that the program prints once it listens. */
function address(program: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = "";
    program.stdout?.on("data", (text: Buffer) => {
      said += text.toString();
      const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
      if (url) found(url);
    });
    program.on("exit", (code) => failed(new Error(`the program ended with ${code}: ${said}`)));
  });
}
