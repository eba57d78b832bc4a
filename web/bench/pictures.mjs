/**
 * The pictures of the documentation, made anew from a running service: `docs/images/web-*.png`, 1280 pixels wide, in a real
 * browser. The service is started beforehand, on the fictional town alone, so that no picture shows a real address or person:
 *
 *     qpv serve --data EMPTY_FOLDER
 *     npm run pictures -- http://127.0.0.1:8080
 */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const SERVICE = process.argv[2] ?? "http://127.0.0.1:8080";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const WINDOW = { width: 1280, height: 800 };
/** A picture is read in the midst of text, and kept with the sources. */
const MAX_BYTES = 300_000;
const ANSWER = ".answer[aria-busy=false] article.card";

/** The homes of the list: street, last digits of the birth year, school. Those without a school may be asked for it. */
const HOMES = [
  ["7 rue des Cordiers", 15, "École maternelle du Cabestan"],
  ["15 rue des Cordiers", 16, "aucune"],
  ["5 rue des Ajoncs", 14, "École maternelle du Cabestan"],
  ["3 rue des Joncs", "09", "aucune"],
  ["9 rue des Tisserandes", 17, "École maternelle du Cabestan"],
  ["11 rue des Tisserandes", 15, "Collège Ondine-Marchevague"],
  ["4 rue du Chenal", 16, "École maternelle du Cabestan"],
  ["6 rue du Chenal", 13, "aucune"],
  ["2 rue de la Criée", 18, "École maternelle du Cabestan"],
  ["3 rue des Pâquerettes", 15, "École maternelle du Cabestan"],
  ["5 rue des Pâquerettes", "03", "aucune"],
  ["rue introuvable", 15, "aucune"],
  ["14 rue des Cordiers", 16, "École maternelle du Cabestan"],
];
const NAMES = "Alba Basile Cléo Dino Elga Firmin Gaia Hugo Inès Jules Katia Léon Mina".split(" ");
/** Children of nobody, at addresses of the fictional town. */
const CHILDREN = [
  "Élève;Né(e) le;Adresse;CP;Ville;École",
  ...HOMES.map(
    ([home, year, school], at) =>
      `${NAMES[at]} Fictif;12/05/20${year};${home};00100;Port-Fictif;${school}`,
  ),
].join("\r\n");

const PICTURES = {
  async check(page) {
    await enter(page, await example("qpv"));
    await page.waitForSelector(ANSWER);
  },
  async child(page) {
    await page.goto(`${SERVICE}/#/enfant`);
    await page.getByRole("combobox", { name: "Adresse du domicile" }).fill(await example("qpv"));
    await page.getByRole("textbox", { name: "Date de naissance" }).fill("04/05/2016");
    await page.getByRole("button", { name: "Vérifier", exact: true }).click();
    await page.waitForSelector(ANSWER);
  },
  async list(page) {
    await checkList(page);
    await page.locator("table.bars").first().scrollIntoViewIfNeeded();
  },
  async "work-list"(page) {
    await checkList(page);
    await page.getByRole("button", { name: /Enfant suivant/ }).click();
    await page.locator(".work-panel").waitFor();
  },
  async map(page) {
    const { code_qp } = await firstPerimeter();
    await page.goto(`${SERVICE}/#/carte?qpv=${code_qp}`);
    await page.locator(".sheet").waitFor();
  },
  async compare(page) {
    const { insee_com } = await firstPerimeter();
    await page.goto(`${SERVICE}/#/comparer?insee=${insee_com[0]}`);
    await page.locator("tr.change").first().waitFor();
  },
  async building(page) {
    const [lon, lat] = await middleOfPerimeter();
    await page.goto(`${SERVICE}/#/batiment`);
    await page.getByRole("textbox", { name: "Contour du bâtiment" }).fill(square(lon, lat));
    await page.getByRole("button", { name: "Vérifier ce bâtiment" }).click();
    await page.locator(".answer article.card").first().waitFor();
  },
  async commune(page) {
    const { insee_com } = await firstPerimeter();
    await page.goto(`${SERVICE}/#/commune?insee=${insee_com[0]}`);
    await page.locator(".commune h2, .commune h3").first().waitFor();
  },
};

async function enter(page, words) {
  await page.getByRole("combobox").first().fill(words);
  await page.keyboard.press("Enter");
}

async function checkList(page) {
  await page.goto(`${SERVICE}/#/liste`);
  await page.getByLabel("Fichier de la liste").setInputFiles({
    name: "enfants.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(CHILDREN),
  });
  await page.getByLabel("Ce qui est demandé").selectOption("pre-national");
  await page.getByRole("button", { name: "Vérifier la liste" }).click();
  await page.getByRole("heading", { name: "Les lignes, une par une" }).waitFor();
}

/** Answers of the service, each asked for once. */
async function asked(path) {
  const response = await fetch(`${SERVICE}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function example(zone) {
  const { examples } = await asked("api/v1/examples");
  const found = examples.find((it) => it.zone === zone);
  if (!found) throw new Error(`no example in zone ${zone}`);
  return found.label;
}

async function firstPerimeter() {
  const { features } = await asked("api/v1/perimeters?vintage=2024");
  return features[0].properties;
}

async function middleOfPerimeter() {
  const { code_qp } = await firstPerimeter();
  const { geometry } = await asked(`api/v1/perimeters/${code_qp}`);
  const corners = geometry.coordinates.flat(2);
  return [0, 1].map((axis) => {
    const all = corners.map((corner) => corner[axis]);
    return (Math.min(...all) + Math.max(...all)) / 2;
  });
}

/** A building of about 20 by 20 m, corner by corner. */
function square(lon, lat) {
  const [wide, high] = [0.00026, 0.00018];
  const corners = [
    [0, 0],
    [wide, 0],
    [wide, high],
    [0, high],
  ];
  return corners
    .map(([east, north]) => `${(lon + east).toFixed(6)} ${(lat + north).toFixed(6)}`)
    .join("\n");
}

const ready = await asked("ready");
if (!ready.dataset.fictional)
  throw new Error("the service has other data than the fictional town: pictures would show it");

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
for (const [name, open] of Object.entries(PICTURES)) {
  const context = await browser.newContext({
    locale: "fr-FR",
    viewport: WINDOW,
    reducedMotion: "reduce",
    colorScheme: "light",
  });
  const page = await context.newPage();
  await page.goto(SERVICE);
  await page.waitForSelector("#loaded");
  await open(page);
  await page.waitForSelector(".map-canvas[data-rest=true]");
  const path = `${FOLDER}web-${name}.png`;
  await page.screenshot({ path });
  await context.close();
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1000)} kB`);
  if (size > MAX_BYTES) throw new Error(`${path} has more than ${MAX_BYTES} bytes`);
}
await browser.close();
