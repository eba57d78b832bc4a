/**
 * The text of the code in a photograph: read by the browser where it can, else by `qr`, a small library that is loaded for
 * the first photograph. Nothing leaves the browser.
 */

/** The sides that a photograph is tried at, pixels: a code of a page taken whole is small, one taken close is large. */
const SIDES = [1600, 1000, 2600];
/** Milliseconds given to each try. */
const TIME_LIMIT_MS = 4000;
/** Tries of other readings of one picture, in steps of the library. */
const EFFORT = 8;

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}
type DetectorMaker = new (options: { formats: string[] }) => Detector;

/** Returns the text of the code in a picture, or null where none can be read; rejects a file that is no picture. */
export async function readCode(picture: Blob): Promise<string | null> {
  const image = await createImageBitmap(picture);
  try {
    return (await detect(image)) ?? (await decode(image));
  } finally {
    image.close();
  }
}

/** Reads with the browser's own detector, where there is one. */
async function detect(image: ImageBitmap): Promise<string | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorMaker };
  if (!BarcodeDetector) return null;
  try {
    const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(image);
    return found?.rawValue || null;
  } catch {
    // Browsers have one that does not work on every system.
    return null;
  }
}

async function decode(image: ImageBitmap): Promise<string | null> {
  const { default: decodeQR } = await import("qr/decode.js");
  for (const side of SIDES) {
    try {
      return decodeQR(pixels(image, side), {
        effort: EFFORT,
        timeLimit: TIME_LIMIT_MS,
        textDecoder: (bytes) => new TextDecoder().decode(bytes),
      });
    } catch {
      // Not found at this size.
    }
  }
  return null;
}

/** The pixels of a picture whose longer side is this long. */
function pixels(image: ImageBitmap, side: number): ImageData {
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [image.width, image.height].map((it) =>
    Math.max(1, Math.round(it * scale)),
  ) as [number, number];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to draw on");
  // A picture without ground is read on white, as it is seen.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
