/** Shares of an area as the service answers them. */
import type { CountFigures, HectareFigures, Share, VintageShare } from "../src/share/api";

const NOT_PUBLISHED = {
  reason: "not_published",
  message: "Aucune population n'est publiée hors des quartiers.",
};

function counts(
  qpv: number,
  band_300m: number,
  outside: number,
  undetermined: number,
): CountFigures {
  const total = qpv + band_300m + outside + undetermined;
  // Known figures have no reason, which the description of the API cannot say.
  return { total, qpv, band_300m, outside, undetermined, unsure: 0 } as CountFigures;
}

function none(reason: string) {
  const unknown = { reason, message: `Inconnu : ${reason}.` };
  return { total: null, qpv: null, band_300m: null, outside: null, ...unknown };
}

function noCounts(reason: string): CountFigures {
  return { ...none(reason), undetermined: null, unsure: null };
}

const of2024: VintageShare = {
  vintage: "2024",
  valid_from: "2024-01-01",
  valid_until: null,
  next_vintage: null,
  complete: true,
  hectares: { total: 2182.52, qpv: 82.02, band_300m: 310.5, outside: 1790 } as HectareFigures,
  addresses: { ...counts(1204, 1500, 2894, 2), unsure: 40 },
  inhabitants: { qpv: 4100, band_300m: null, outside: null, ...NOT_PUBLISHED },
  places: { schools: counts(3, 2, 3, 1), gymnases: counts(0, 1, 1, 0) },
  perimeters: [],
};

const of2015: VintageShare = {
  ...of2024,
  vintage: "2015",
  valid_from: "2015-01-01",
  valid_until: "2023-12-31",
  next_vintage: "2024",
  complete: false,
  hectares: none("outlines_not_loaded"),
  addresses: noCounts("addresses_not_loaded"),
  inhabitants: none("population_unknown"),
  places: {},
};

const of2030: VintageShare = {
  ...of2015,
  vintage: "2030",
  hectares: none("vintage_not_loaded"),
  addresses: noCounts("vintage_not_loaded"),
  inhabitants: none("vintage_not_loaded"),
};

export const shares: Share = {
  territory: "metropole",
  vintages: [of2015, of2024, of2030],
  dataset: { digest: "0123456789abcdef", sources: [], fictional: false },
};
