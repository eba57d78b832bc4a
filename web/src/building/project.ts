/**
 * A project: its buildings, which a rule judges together, and its annexes (car parks, shops, common parts), which a rule
 * may judge each for itself. Read from one outline, or from a GeoJSON collection with the property `annex`.
 */
import type { Feature, FeatureCollection } from "geojson";
import { text } from "../french/texts";
import { type Outline, type OutlineFault, type OutlineReading, readOutline } from "./outline";

export interface Annex {
  /** As its file names it; empty without a name. */
  name: string;
  outline: Outline;
}

export interface Project {
  buildings: Outline[];
  annexes: Annex[];
}

/** What an outline is to the project that is there already. */
export type Addition = "replace" | "building" | "annex";

export type ProjectReading = { project: Project } | Exclude<OutlineReading, { outline: Outline }>;

/** Reads what was pasted: a collection is a whole project, all else one outline that is added as asked. */
export function readProject(
  typed: string,
  former: Project | undefined,
  as: Addition,
): ProjectReading {
  const features = featuresOf(typed);
  if (features && features.length > 1) return fromFeatures(features);
  const reading = readOutline(typed);
  return "fault" in reading ? reading : { project: withOutline(former, reading.outline, as) };
}

/** Adds an outline to a project; without one it is the first building. */
export function withOutline(former: Project | undefined, outline: Outline, as: Addition): Project {
  if (!former || as === "replace") return { buildings: [outline], annexes: [] };
  return as === "annex"
    ? { ...former, annexes: [...former.annexes, { name: "", outline }] }
    : { ...former, buildings: [...former.buildings, outline] };
}

/** Lists every outline, the buildings first. */
export function outlinesOf({ buildings, annexes }: Project): Outline[] {
  return [...buildings, ...annexes.map(({ outline }) => outline)];
}

/** Joins outlines for the map and for measures; the service judges the shapes themselves. */
export function joined(outlines: Outline[]): Outline {
  const [only] = outlines;
  if (outlines.length === 1 && only) return only;
  const coordinates = outlines.flatMap((outline) =>
    outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates,
  );
  return { type: "MultiPolygon", coordinates };
}

/** The name of an annex for people. */
export function annexName({ name }: Annex, index: number): string {
  return name
    ? text("annex.named", { name })
    : text("annex.numbered", { number: String(index + 1) });
}

/** The body of a question: a lone building as it is, a project as a collection. */
export function asFootprint(project: Project): Record<string, unknown> {
  const [only] = project.buildings;
  if (only && project.buildings.length === 1 && project.annexes.length === 0) return { ...only };
  const collection: FeatureCollection = {
    type: "FeatureCollection",
    features: [
      ...project.buildings.map((geometry) => feature(geometry, {})),
      ...project.annexes.map(({ name, outline }) =>
        feature(outline, { annex: true, ...(name ? { name } : {}) }),
      ),
    ],
  };
  return { ...collection };
}

function feature(geometry: Outline, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry };
}

/** The features of a collection; undefined for all else. */
function featuresOf(typed: string): unknown[] | undefined {
  try {
    const read = JSON.parse(typed) as { type?: unknown; features?: unknown } | null;
    const isCollection = read?.type === "FeatureCollection" && Array.isArray(read.features);
    return isCollection ? (read.features as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

function fromFeatures(features: unknown[]): ProjectReading {
  const project: Project = { buildings: [], annexes: [] };
  for (const one of features) {
    const reading = readOutline(JSON.stringify(one));
    if ("fault" in reading) return reading;
    const { annex, name } = ((one as { properties?: unknown }).properties ?? {}) as {
      annex?: unknown;
      name?: unknown;
    };
    // Guessed, a car park would take the rate from the dwellings, or a dwelling be left out.
    if (annex !== undefined && annex !== null && typeof annex !== "boolean")
      return { fault: "annex" satisfies OutlineFault };
    if (annex)
      project.annexes.push({
        name: typeof name === "string" ? name : "",
        outline: reading.outline,
      });
    else project.buildings.push(reading.outline);
  }
  return project.buildings.length > 0 ? { project } : { fault: "annexes" satisfies OutlineFault };
}
