/** The ways to keep a comparison: files, a link, the service's address for QGIS, paper. */
import { useState } from "preact/hooks";
import { failure } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";
import { Copying } from "../parts/copying";
import { save } from "../parts/download";
import { useLatestCall } from "../parts/latest-call";
import { linkTo } from "../router";
import { type Comparison, compareFile, type FileFormat, fileAddress } from "./api";
import { type CompareQuery, serviceParams } from "./query";

export function CompareFiles({
  query,
  answer,
  link,
}: {
  query: CompareQuery;
  answer: Comparison | null;
  link: string;
}) {
  const ogc = linkTo("ogc");
  return (
    <section class="compare-files unprinted">
      <h3>{text("web.compare.take")}</h3>
      {answer?.known && <Files query={query} answer={answer} />}
      <Copying
        things={[
          { label: text("web.link.copy"), words: () => linkTo(link), done: "web.link.copied" },
        ]}
      >
        <button type="button" onClick={() => window.print()}>
          {text("web.answer.print")}
        </button>
      </Copying>
      <p>
        {text("web.compare.qgis")} <code>{ogc}</code>
      </p>
      <Copying
        things={[
          {
            label: text("web.compare.qgis.copy"),
            words: () => ogc,
            done: "web.compare.qgis.copied",
          },
        ]}
      />
    </section>
  );
}

function Files({ query, answer: { places, moved } }: { query: CompareQuery; answer: Comparison }) {
  const { said, fault, take } = useFileDownload();
  const files: OneFile[] = [
    ...(["xlsx", "gpkg", "geojson", "parquet"] as const).map((format) => ({
      format,
      label: text(`web.compare.file.${format}`),
    })),
    { format: "csv", table: "changes", label: text("web.compare.file.csv.changes") },
    ...(places?.length
      ? [{ format: "csv", table: "places", label: text("web.compare.file.csv.places") } as const]
      : []),
    ...(moved?.changes_with_addresses
      ? [
          {
            format: "csv",
            table: "addresses",
            label: text("web.compare.file.csv.addresses"),
          } as const,
        ]
      : []),
    { format: "pdf", label: text("web.compare.file.pdf") },
  ];
  return (
    <>
      <ul class="files">
        {files.map((one) => (
          <li key={one.label}>
            <FileLink {...one} params={serviceParams(query)} onTake={take} />
          </li>
        ))}
      </ul>
      <p role="status">{said}</p>
      <p role="alert" class="fault">
        {fault}
      </p>
      <p class="hint">{text("web.compare.file.pdf.hint")}</p>
    </>
  );
}

interface OneFile {
  format: FileFormat;
  table?: "changes" | "places" | "addresses";
  label: string;
}

/** A link, whose address can be copied for other programs; pressed, the page itself fetches the file. */
function FileLink({
  format,
  table,
  label,
  params,
  onTake,
}: OneFile & { params: string; onTake: FileDownload["take"] }) {
  const address = fileAddress(params, format, table);
  const pressed = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void onTake(address, format, label);
  };
  return (
    <a class="button" href={address} download onClick={pressed}>
      {label}
    </a>
  );
}

interface FileDownload {
  said: string;
  fault: string;
  take: (address: string, format: FileFormat, label: string) => Promise<void>;
}

/** Downloads one file at a time, and shows on this page that it came or why it failed. */
function useFileDownload(): FileDownload {
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const latest = useLatestCall();
  const take = async (address: string, format: FileFormat, label: string) => {
    const signal = latest.start();
    setFault("");
    setSaid(text("web.compare.file.making", { file: label }));
    try {
      save(await compareFile(address, format, signal));
      setSaid(text("web.compare.file.done", { file: label }));
    } catch (error) {
      if (signal.aborted) return;
      setSaid("");
      setFault(refusal(failure(error)));
    }
  };
  return { said, fault, take };
}
