/** The table behind a widget: which columns the user has designated, and its rows that need an answer. */

/** The columns that the widget asks for, as its users designate them in Grist. */
export const COLUMNS = ["address", "zone", "code", "name", "certainty"] as const;

/** The columns of the table by the widget's names: several for the address, one or none for what is filled in. */
export type Mapping = Record<string, string | string[] | null>;

/** The cells of a table, by column. */
export type Cells = Record<string, unknown[]>;

/** A row to answer for. */
export interface Row {
  id: number;
  /** Its place in the table, from 1. */
  number: number;
  address: string;
}

/** The columns of the address, in the user's order. */
export function addressColumns(mapping: Mapping | null): string[] {
  const mapped = mapping?.address ?? [];
  return Array.isArray(mapped) ? mapped : [mapped];
}

/** The column of what is filled in; undefined where the user designated none. */
export function columnOf(mapping: Mapping | null, name: string): string | undefined {
  const mapped = mapping?.[name];
  return (Array.isArray(mapped) ? mapped[0] : mapped) ?? undefined;
}

/** True once there is an address to read and a zone to write. */
export function isMapped(mapping: Mapping | null): boolean {
  return addressColumns(mapping).length > 0 && columnOf(mapping, "zone") !== undefined;
}

/** The rows to answer for: all, or those whose zone is empty. */
export function rowsOf(cells: Cells, mapping: Mapping | null, isAll: boolean): Row[] {
  const [parts, zone] = [addressColumns(mapping), columnOf(mapping, "zone")];
  const rows = (cells.id ?? []).map((id, at) => ({
    id: Number(id),
    number: at + 1,
    address: parts
      .map((part) => words(cells[part]?.[at]))
      .filter(Boolean)
      .join(" "),
    zone: zone ? words(cells[zone]?.[at]) : "",
  }));
  return rows.filter((row) => isAll || row.zone === "");
}

/** The words of a cell. Lists and references come as arrays, which no address is. */
function words(cell: unknown): string {
  if (typeof cell === "number") return String(cell);
  return typeof cell === "string" ? cell.trim() : "";
}
