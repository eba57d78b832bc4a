/** All that a map is made of, loaded as one once the page is there. */
export { Engine } from "./engine";
export { keepSecondMap } from "./second-map";
