/** Comparisons of two vintages as these pages ask for them. An area is public: it may stand in addresses. */
import { call, type Download, file, fileName, json, type PerimeterProperties } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Change = Schemas["ChangeAnswer"];
export type ComparedQpv = Schemas["ComparedQpv"];
export type Comparison = Schemas["CompareAnswer"];
export type Estimate = Schemas["EstimateAnswer"];
export type KnownSum = Schemas["KnownSumAnswer"];
export type MovedAddress = Schemas["MovedAddressAnswer"];
export type MovedPlace = Schemas["MovedPlaceAnswer"];
export type MovedWith = Schemas["MovedAnswer"];

/** The outlines of a region are 3 MB, and may come over a slow line. */
const COMPARE_TIMEOUT_MS = 60_000;

/** Compares the neighbourhoods of an area between two vintages. */
export function compare(params: string, stop: AbortSignal): Promise<Comparison> {
  return json(`api/v1/compare?${params}`, {}, stop, COMPARE_TIMEOUT_MS);
}

/** The files a comparison is taken along in, with the beginning of their media types. */
const FILES = {
  xlsx: "application/vnd.openxmlformats",
  gpkg: "application/geopackage",
  geojson: "application/geo+json",
  parquet: "application/vnd.apache.parquet",
  csv: "text/csv",
  pdf: "application/pdf",
} as const;
export type FileFormat = keyof typeof FILES;

/** Hundreds of sheets are drawn in some seconds, and may come over a slow line. */
const FILE_TIMEOUT_MS = 120_000;

/** Returns the address of a file, for a link. */
export function fileAddress(params: string, format: FileFormat, table?: string): string {
  return `api/v1/compare?${params}&format=${format}${table ? `&table=${table}` : ""}`;
}

/** Downloads a comparison as a file. */
export async function compareFile(
  address: string,
  format: FileFormat,
  stop: AbortSignal,
): Promise<Download> {
  const response = await call(address, {}, stop, FILE_TIMEOUT_MS);
  return {
    // biome-ignore lint/style/useTemplate: the build takes a template of this form for the key of a sentence.
    name: fileName(response) ?? "qpv." + format,
    content: await file(response, FILES[format], stop),
  };
}

/** All neighbourhoods of both vintages, without outlines. */
export async function allPerimeters(stop: AbortSignal): Promise<PerimeterProperties[]> {
  const found = await json<Schemas["PerimeterCollection"]>(
    "api/v1/perimeters?geometry=false",
    {},
    stop,
  );
  return found.features.map(({ properties }) => properties);
}
